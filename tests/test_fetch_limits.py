"""Servers that send too much, too slowly, or nonsense: each answer ends as one row of the ledger, with a reason."""

from __future__ import annotations

import itertools
import socket
import sqlite3
import ssl
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from miacrawl.errors import ExitCode
from tests.conftest import Run
from tests.raw_server import RawServer, Script, answer, resets, sends
from tests.site import article, listing

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
SECONDS = 60
"""DOWNLOAD_TIMEOUT of the crawls here: long, for what is to be refused must not be given up for its slowness before."""
FEW_SECONDS = 5
"""And where an answer without an end is waited for."""


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer() as raw:
        yield raw


def reasons(
    server: RawServer,
    miacrawl: Run,
    folder: Path,
    scripts: dict[str, Script],
    more: Sequence[str] = (),
    seconds: int = SECONDS,
) -> dict[str, tuple[str, str]]:
    """State and reason of each path once a crawl has been there."""
    server.scripts = {"/": sends(answer(listing("/a-sound-story", *scripts))), **scripts}
    server.scripts["/a-sound-story"] = sends(answer(article("A sound story")))
    settings = ["RETRY_TIMES=0", "MIACRAWL_HOST_ERRORS=0", "MIACRAWL_BACK_OFF_SECONDS=0"]
    settings += ["DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0", f"DOWNLOAD_TIMEOUT={seconds}", *more]
    done = miacrawl("crawl", server.url, "--allow-private", *(f"-s{setting}" for setting in settings))
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    assert done.returncode in (ExitCode.OK, ExitCode.PARTIAL), done.stdout + done.stderr
    with sqlite3.connect(folder / "archive.db") as db:
        rows = db.execute("SELECT url, state, reason FROM urls").fetchall()
    found = {"/" + url.split("/", 3)[3]: (state, reason) for url, state, reason in rows}
    assert found["/a-sound-story"] == ("archived", None)
    return found


def endless(first: bytes, again: bytes, pause: float = 0.0) -> Script:
    """A script that never stops of its own accord."""

    def run(connection: socket.socket) -> None:
        connection.sendall(first)
        for number in itertools.count():
            connection.sendall(again.replace(b"#", str(number).encode()))
            time.sleep(pause)

    return run


def reset_in_the_middle(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 1000\r\n\r\n<title>half")
    time.sleep(0.2)
    resets(connection)


HEADS: dict[str, tuple[Script, str, str]] = {
    "/endless-headers": (endless(OK, b"X-#: " + b"x" * 1000 + b"\r\n"), "skipped", "refused: headers over 64 KB"),
    "/endless-line": (endless(OK + b"X: ", b"x" * 10_000), "skipped", "refused: headers over 64 KB"),
    "/endless-status": (endless(b"HTTP/1.1 200 ", b"x" * 10_000), "skipped", "refused: headers over 64 KB"),
    "/folded": (endless(OK + b"X: x\r\n", b" more\r\n" * 1000), "skipped", "refused: headers over 64 KB"),
    "/many-headers": (
        sends(OK + b"".join(b"A%d: 1\r\n" % n for n in range(250)) + b"\r\n"), "skipped",
        "refused: more than 200 headers",
    ),
    "/many-cookies": (
        sends(OK + b"Set-Cookie: a=b\r\n" * 3000 + b"\r\n"), "skipped", "refused: more than 200 headers"
    ),
    "/interim-flood": (
        endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), "skipped", "refused: more than 10 interim answers"
    ),
    "/http-0.9": (sends(b"<html><title>old</title>hello\n"), "failed", "what came is no HTTP answer"),
    "/no-number": (sends(b"HTTP/1.1 abc OK\r\n\r\n"), "failed", "what came is no HTTP answer"),
    "/odd-version": (sends(b"ICY/x.y 200 OK\r\n\r\n"), "failed", "what came is no HTTP answer"),
    "/huge-status": (
        sends(b"HTTP/1.1 " + b"9" * 30 + b" OK\r\nContent-Length: 0\r\n\r\n"), "failed",
        "what came is no HTTP answer: its status is 99999999999999999999",
    ),
    "/two-lengths": (
        sends(OK + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nhello"), "failed", "what came is no HTTP answer"
    ),
    "/odd-transfer": (sends(OK + b"Transfer-Encoding: zip\r\n\r\nx"), "failed", "what came is no HTTP answer"),
    "/hung-up": (sends(), "failed", "the connection was closed without an answer"),
    "/hung-up-in-head": (sends(OK), "failed", "the answer broke off"),
}  # fmt: skip
BODIES: dict[str, tuple[Script, str, str]] = {
    "/too-long": (sends(OK + b"Content-Length: 1000\r\n\r\n<title>half"), "failed", "the answer broke off"),
    "/reset": (reset_in_the_middle, "failed", "the answer broke off"),
    "/odd-chunks": (
        sends(OK + b"Transfer-Encoding: chunked\r\n\r\nfive\r\nhello\r\n"), "failed", "the answer broke off"
    ),
    "/chunks-end-early": (
        sends(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), "failed", "the answer broke off"
    ),
    "/endless-chunk-size": (
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"5;" + b"x" * 10_000), "failed", "the answer broke off"
    ),
    "/announced": (sends(OK + b"Content-Length: 99999999999999\r\n\r\n<title>"), "skipped", "refused: over 32 MB"),
    "/endless-body": (endless(OK + b"\r\n", b"x" * 1_000_000), "skipped", "refused: over 32 MB"),
}  # fmt: skip
DRIPS: dict[str, tuple[Script, str, str]] = {
    "/dripping-body": (endless(OK + b"\r\n", b"x", 0.5), "failed", "no answer in time"),
    "/dripping-head": (endless(OK, b"X: 1\r\n", 0.5), "failed", "no answer in time"),
    "/silent": (endless(b"", b"", 0.5), "failed", "no answer in time"),
}  # fmt: skip
REDIRECTS: dict[str, tuple[Script, str, str]] = {
    f"/{name}": (sends(answer(b"", f"Location: {location}", status="302 Found")), "failed", reason)
    for name, location, reason in (
        ("javascript", "javascript:alert(1)", "redirects to no web address (javascript:)"),
        ("file", "file:///etc/passwd", "redirects to no web address (file:)"),
        ("data", "data:text/html,<h1>x", "redirects to no web address (data:)"),
        ("ftp", "ftp://127.0.0.1/x", "redirects to no web address (ftp:)"),
        ("bad-host", "http://[::1/", "redirects to what is no address"),
        ("bad-port", "http://127.0.0.1:port/", "redirects to what is no address"),
        ("port-zero", "http://127.0.0.1:0/", "redirects to what is no address"),
        ("long", "/" + "x" * 30_000, "redirects to an address longer than 2,083 characters"),
        ("circle", "/circle", "redirects in a circle (max redirections reached)"),
        ("there", "/and-back", "redirects in a circle (max redirections reached)"),
        ("step0", "/step1", "more than 10 redirects (max redirections reached)"),
    )
}


def test_heads_without_end_and_nonsense_are_told_apart(server: RawServer, miacrawl: Run, tmp_path: Path) -> None:
    found = reasons(server, miacrawl, tmp_path / "archive", {path: script for path, (script, _, _) in HEADS.items()})
    assert {path: found[path] for path in HEADS} == {path: (state, told) for path, (_, state, told) in HEADS.items()}


def test_bodies_that_end_wrongly_or_never(server: RawServer, miacrawl: Run, tmp_path: Path) -> None:
    found = reasons(server, miacrawl, tmp_path / "archive", {path: script for path, (script, _, _) in BODIES.items()})
    assert {path: found[path] for path in BODIES} == {path: (state, told) for path, (_, state, told) in BODIES.items()}


def test_answers_that_drip_end_when_their_time_is_up(server: RawServer, miacrawl: Run, tmp_path: Path) -> None:
    scripts = {path: script for path, (script, _, _) in DRIPS.items()}
    found = reasons(server, miacrawl, tmp_path / "archive", scripts, seconds=FEW_SECONDS)
    assert {path: found[path] for path in DRIPS} == {path: (state, told) for path, (_, state, told) in DRIPS.items()}


def test_redirects_that_lead_nowhere(server: RawServer, miacrawl: Run, tmp_path: Path) -> None:
    scripts = {path: script for path, (script, _, _) in REDIRECTS.items()}
    hidden = {"/and-back": "/there", **{f"/step{n}": f"/step{n + 1}" for n in range(1, 12)}}
    scripts |= {path: sends(answer(b"", f"Location: {to}", status="302 Found")) for path, to in hidden.items()}
    page = b'<meta http-equiv="refresh" content="0;url='
    scripts["/refreshes"] = sends(answer(page + b'/refreshes">' + article("A page that loads itself anew")))
    scripts["/refresh-nowhere"] = sends(answer(page + b'http://[bad/">' + article("A page with a bad refresh")))
    found = reasons(server, miacrawl, tmp_path / "archive", scripts)
    told = {path: (state, reason) for path, (_, state, reason) in REDIRECTS.items()}
    assert {path: found[path] for path in told} == told
    assert found["/refreshes"] == found["/refresh-nowhere"] == ("archived", None)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate for localhost that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begins = datetime.now(UTC) - timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, begins, begins + timedelta(days=9))
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(pem + key.private_bytes(*plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_a_certificate_that_nobody_signed_is_told_as_such(tls: ssl.SSLContext, miacrawl: Run) -> None:
    with RawServer(tls) as server:
        done = miacrawl("crawl", server.url, "--allow-private", "-sRETRY_TIMES=0", "-sDOWNLOAD_DELAY=0")
    assert done.returncode == ExitCode.NOTHING and "Traceback" not in done.stderr
    assert "the connection is not secure: certificate verify failed" in done.stdout and not server.asked


def test_bounds_hold_over_tls_too(tls: ssl.SSLContext, miacrawl: Run, tmp_path: Path) -> None:
    with RawServer(tls) as server:
        trusting = ["DOWNLOAD_VERIFY_CERTIFICATES=0"]
        found = reasons(server, miacrawl, tmp_path / "archive", {"/endless": HEADS["/endless-headers"][0]}, trusting)
    assert found["/endless"] == ("skipped", "refused: headers over 64 KB")
