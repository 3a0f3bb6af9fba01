"""A crawl keeps every answer as it came over the wire, and the request as the server got it."""

from __future__ import annotations

import gzip
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from backports import zstd

from miacrawl.store.archive import writing
from tests.conftest import Run, hurried
from tests.kept import asked, block_of, records, records_in
from tests.raw_server import RawServer, answer, sends
from tests.site import FakeSite, article, listing
from tests.test_warc import check

_COUNTED = b"Content-Type: text/html\r\nConnection: close\r\nContent-Length: "


def story(name: str) -> bytes:
    """A page of its own for each name."""
    return article(f"A story of {name}", topic=name)


def whole(body: bytes, *lines: bytes) -> bytes:
    """A sound answer with `lines` in its head."""
    return b"\r\n".join([b"HTTP/1.1 200 OK", *lines, _COUNTED + b"%d" % len(body), b"", body])


def chunked(body: bytes) -> bytes:
    return b"64;ext=1\r\n%b\r\n%x\r\n%b\r\n0\r\nX-Late: yes\r\n\r\n" % (body[:100], len(body) - 100, body[100:])


def packed(name: str, pack: Callable[[bytes], bytes]) -> bytes:
    return whole(pack(story(name)), b"Content-Encoding: " + name.encode())


AS_THEY_CAME = {
    "odd names": whole(story("odd names"), b"x-odd-CASE:  1", b"X-Dup: 1", b"x-dup: 2", b"X-Bytes: \xe9t\xe9 \xc3\xa9"),
    "LF alone": whole(story("LF alone")).replace(b"\r\n", b"\n"),
    "a fold": whole(story("a fold"), b"X-A: b\r\n  c\r\n\td"),
    "no header": whole(story("no header"), b"this is no header"),
    "a CR": whole(story("a CR"), b"X-A: b\rc"),
    "no reason": whole(story("no reason")).replace(b" OK", b"", 1),
    "a reason": whole(story("a reason")).replace(b"OK", "Schön".encode(), 1),
    "small letters": whole(story("small letters")).replace(b"HTTP", b"http", 1),
    "close-delimited": b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + story("close-delimited"),
    "gzip": packed("gzip", gzip.compress),
    "br": packed("br", brotli.compress),
    "zstd": packed("zstd", zstd.compress),
    "no content": b"HTTP/1.1 204 No Content\r\nX-A: b\r\nConnection: close\r\n\r\n",
    "nothing": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "not found": answer(b"<h1>Nothing here</h1>", status="404 Not Found"),
    "an error": answer(b"<h1>Broken</h1>", status="500 Oops"),
}
_CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
_EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
NOT_QUITE = {
    "chunks": (
        _CHUNKED + chunked(story("chunks")),
        _CHUNKED.replace(b"Transfer", b"X-Crawler-Transfer")[:-2]
        + b"Content-Length: %d\r\n\r\n" % len(story("chunks"))
        + story("chunks"),
    ),
    "interim answers": (_EARLY + whole(story("interim answers")), whole(story("interim answers"))),
    "an empty fold": (whole(story("an empty fold"), b"X-A: b\r\n  "), whole(story("an empty fold"), b"X-A: b")),
}
LEFT_OUT = {
    "broken off": b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + story("broken off"),
    "too large": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + story("too large"),
    "no answer": b"what is this\r\n\r\n",
}


def path_of(name: str) -> str:
    return f"/news/a-story-of-{name.replace(' ', '-')}"


class Listening(RawServer):
    """A raw server that keeps the requests as they came, by path."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: dict[str, bytes] = {}

    def _answer(self, connection: socket.socket) -> None:
        data = connection.recv(65536, socket.MSG_PEEK)
        self.requests[data.split(b" ")[1].decode("latin-1")] = data
        super()._answer(connection)


def test_every_answer_is_kept_as_it_came_with_the_request_that_it_answers(crawl: Run, tmp_path: Path) -> None:
    answers = {**AS_THEY_CAME, **{name: sent for name, (sent, _) in NOT_QUITE.items()}, **LEFT_OUT}
    home = answer(listing(*map(path_of, answers)))
    with Listening() as server:
        server.scripts = {path_of(name): sends(sent) for name, sent in answers.items()}
        server.scripts |= {"/": sends(home), "/robots.txt": sends(answer(b"User-agent: *\nDisallow:\n"))}
        done, home_url = crawl(server.url, "-s", "MIACRAWL_CONTACT=https://a.example/bot"), server.url
        assert done.returncode == 0 and "Traceback" not in done.stderr
    archive = tmp_path / "archive"
    kept = {
        told["WARC-Target-URI"]: (told, block) for told, block in records(archive) if told["WARC-Type"] == "response"
    }
    expected = {**AS_THEY_CAME, **{name: told for name, (_, told) in NOT_QUITE.items()}}
    at = home_url.rstrip("/")
    for name, block in expected.items():
        assert kept[at + path_of(name)][1] == block, name
    assert kept[home_url][1] == home and f"{at}/robots.txt" in kept
    assert not {at + path_of(name) for name in LEFT_OUT} & set(kept)
    for url, (told, _) in kept.items():
        assert told["WARC-IP-Address"] == "127.0.0.1"
        assert block_of(archive, url, "request") == server.requests[url.removeprefix(at)]
    assert b"a.example/bot" in block_of(archive, home_url, "request")
    files = list((archive / "warc").iterdir())
    assert len(files) == 1 and check(files[0])
    assert not asked(archive, "SELECT 1 FROM attempts WHERE status = 200 AND capture_id IS NULL")


def test_secrets_that_are_sent_are_blacked_out(crawl: Run, tmp_path: Path) -> None:
    secrets = {"Authorization": "Basic c2VjcmV0", "Cookie": "session=secret", "X-Open": "yes"}
    with Listening() as server:
        server.scripts["/"] = sends(answer(listing("/news/a-story-of-gold")))
        url = server.url
        done = crawl(url, "-s", f"DEFAULT_REQUEST_HEADERS={json.dumps(secrets)}")
        assert done.returncode == 5, done.stderr
    sent, kept = server.requests["/"], block_of(tmp_path / "archive", url, "request")
    assert b"c2VjcmV0" in sent and b"session=secret" in sent
    assert b"Authorization: [redacted]" in kept and b"Cookie: [redacted]" in kept and b"X-Open: yes" in kept
    assert b"secret" not in kept and b"c2VjcmV0" not in kept


def test_each_hop_of_a_redirect_is_a_capture(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    with FakeSite() as other:
        other.pages["/elsewhere"] = article("Elsewhere")
        refresh = b"<meta http-equiv=refresh content='0; url=/news/the-end-of-the-way'><p>Moved"
        site.pages |= {
            "/": listing("/news/the-start-of-the-way", "/news/off-to-another-site"),
            "/news/the-start-of-the-way": (301, {"Location": "/news/on-the-way-there?a=%C3%A9#there"}, b"moved"),
            "/news/on-the-way-there?a=%C3%A9": refresh,
            "/news/the-end-of-the-way": article("The end of the way"),
            "/news/off-to-another-site": (302, {"Location": other.at("/elsewhere")}, b""),
        }
        assert crawl(site.url).returncode == 0
    archive = tmp_path / "archive"
    told = {
        url: (status, outcome) for url, status, outcome in asked(archive, "SELECT url, status, outcome FROM captures")
    }
    assert told[site.at("/news/the-start-of-the-way")] == (301, "redirect")
    assert told[site.at("/news/on-the-way-there?a=%C3%A9")][0] == 200
    assert told[site.at("/news/the-end-of-the-way")] == (200, "article")
    assert told[site.at("/news/off-to-another-site")] == (302, "redirect")
    assert other.asked == []
    assert block_of(archive, site.at("/news/the-start-of-the-way")).endswith(b"\r\n\r\nmoved")
    sql = (
        "SELECT c.url FROM attempts t JOIN captures c ON c.id = t.capture_id JOIN urls u ON u.id = t.url_id"
        " WHERE u.url = ?"
    )
    assert asked(archive, sql, site.at("/news/the-start-of-the-way")) == [(site.at("/news/the-end-of-the-way"),)]


def test_what_hosts_reserve_is_kept_too_and_a_bomb_is_as_small_as_it_came(
    site: FakeSite, crawl: Run, tmp_path: Path
) -> None:
    bomb = gzip.compress(bytes(50 * 2**20))
    site.pages |= {
        "/": listing("/news/a-bomb-of-a-story"),
        "/ai.txt": b"User-Agent: *\nDisallow: /\n",
        "/news/a-bomb-of-a-story": (200, {"Content-Encoding": "gzip", "Content-Type": "text/html"}, bomb),
    }
    crawl(site.url, "-s", "MIACRAWL_RESERVATIONS=1")
    archive = tmp_path / "archive"
    assert block_of(archive, site.at("/ai.txt")).endswith(b"Disallow: /\n")
    assert block_of(archive, site.at("/news/a-bomb-of-a-story")).endswith(bomb)
    (reason,) = asked(archive, "SELECT reason FROM urls WHERE url = ?", site.at("/news/a-bomb-of-a-story"))[0]
    assert "bomb" in reason
    assert all(check(path) for path in (archive / "warc").iterdir())


def test_a_page_that_wishes_not_to_be_kept_is_not_where_that_is_honoured(
    site: FakeSite, crawl: Run, tmp_path: Path
) -> None:
    page = article("A shy story").replace(b"<head>", b"<head><meta name=robots content=noarchive>")
    site.pages |= {
        "/": listing("/news/the-way-to-a-shy-story"),
        "/news/the-way-to-a-shy-story": (302, {"Location": "/news/a-shy-story-of-today"}, b""),
        "/news/a-shy-story-of-today": page,
    }
    crawl(site.url, "-s", "MIACRAWL_HONOUR=noarchive")
    urls = {url for (url,) in asked(tmp_path / "archive", "SELECT url FROM captures")}
    assert site.at("/news/the-way-to-a-shy-story") in urls and site.at("/news/a-shy-story-of-today") not in urls
    assert not any(b"A shy story" in block for _, block in records(tmp_path / "archive"))


def test_without_captures_nothing_is_kept_and_articles_are_all_the_same(
    site: FakeSite, crawl: Run, tmp_path: Path
) -> None:
    site.pages |= {"/": listing("/news/a-story-of-today"), "/news/a-story-of-today": article("A story")}
    assert crawl(site.url, "-s", "MIACRAWL_CAPTURES=0").returncode == 0
    archive = tmp_path / "archive"
    assert not (archive / "warc").exists() and asked(archive, "SELECT count(*) FROM captures") == [(0,)]
    assert asked(archive, "SELECT capture_id, version FROM articles") == [(None, 1)]
    assert crawl(site.url).returncode == 0
    ((capture, version),) = asked(archive, "SELECT capture_id, version FROM articles")
    assert capture is not None and version == 1
    assert asked(archive, "SELECT capture_id FROM article_versions") == [(capture,)]


def test_files_are_finished_at_the_size_that_is_set(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    paths = [f"/news/a-story-of-day-{number}" for number in range(4)]
    site.pages |= {path: article(path) + b"<!-- " + os.urandom(400_000).hex().encode() + b" -->" for path in paths}
    site.pages["/"] = listing(*paths)
    assert crawl(site.url, "-s", "MIACRAWL_WARC_MB=1").returncode == 0
    sizes = [path.stat().st_size for path in sorted((tmp_path / "archive" / "warc").glob("*.warc.gz"))]
    assert len(sizes) == 2 and sizes[0] >= 2**20
    assert asked(tmp_path / "archive", "SELECT count(*) FROM warcs WHERE finished IS NOT NULL AND size > 0") == [(2,)]


def test_an_answer_of_304_points_to_the_page_that_it_speaks_of(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    page = article("A story")

    def ask() -> object:
        if site.headers.get("If-None-Match") == '"one"':
            return 304, {"ETag": '"one"'}, b""
        return 200, {"ETag": '"one"', "Content-Type": "text/html"}, page

    site.pages |= {"/": listing("/news/a-story-of-today"), "/news/a-story-of-today": ask}
    crawl(site.url)
    crawl(site.url)
    archive, url = tmp_path / "archive", site.at("/news/a-story-of-today")
    first, second = asked(archive, "SELECT id, kind, refers_to, outcome FROM captures WHERE url = ? ORDER BY id", url)
    assert first[1:] == ("response", None, "article") and second[1:] == ("revisit", first[0], "not-modified")
    outcomes = "SELECT outcome FROM attempts t JOIN urls u ON u.id = t.url_id WHERE u.url = ? ORDER BY t.id"
    assert asked(archive, outcomes, url) == [("new",), ("unchanged",)]


def test_a_second_process_leaves_the_open_file_of_the_first_alone(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    folder = tmp_path / "archive" / "warc"
    folder.mkdir(parents=True)
    being_written = folder / "miacrawl-00001-20260330080000-00001.warc.gz.open"
    being_written.write_bytes(b"half a record")
    with writing(tmp_path / "archive"):
        done = crawl(site.url)
    assert done.returncode == 4 and "is being written by process" in done.stderr
    assert [path.read_bytes() for path in folder.iterdir()] == [b"half a record"]


@pytest.mark.parametrize("what", ["a file", "a link to nowhere"])
def test_a_folder_that_can_not_be_written_ends_the_run_with_a_line(
    site: FakeSite, crawl: Run, tmp_path: Path, what: str
) -> None:
    site.pages |= {"/": listing("/news/a-story-of-today"), "/news/a-story-of-today": article("A story")}
    archive = tmp_path / "archive"
    archive.mkdir()
    if what == "a file":
        (archive / "warc").write_text("mine")
    else:
        (archive / "warc").symlink_to(tmp_path / "nowhere")
    done = crawl(site.url)
    assert done.returncode == 7 and "Traceback" not in done.stderr
    assert str(Path("archive") / "warc") in done.stderr.splitlines()[-1] + done.stdout
    if what == "a file":
        assert (archive / "warc").read_text() == "mine"


def test_the_folder_may_be_a_link(site: FakeSite, crawl: Run, tmp_path: Path) -> None:
    site.pages |= {"/": listing("/news/a-story-of-today"), "/news/a-story-of-today": article("A story")}
    (tmp_path / "large disk").mkdir()
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "warc").symlink_to(tmp_path / "large disk")
    assert crawl(site.url).returncode == 0
    assert len(list((tmp_path / "large disk").glob("*.warc.gz"))) == 1


_FULL = """
mount -t tmpfs -o size=300k none "$1/warc" || exit 99
shift; "$@"; echo "first $?"
ls archive/warc
mount -o remount,size=50m archive/warc && "$@"; echo "second $?"
mkdir kept && cp archive/warc/* kept/
"""


def test_a_disk_that_fills_up_ends_the_run_with_a_line_and_the_next_goes_on(site: FakeSite, tmp_path: Path) -> None:
    mounts = ["unshare", "--map-root-user", "--mount"]
    try:
        probe = subprocess.run(
            [*mounts, "mount", "-t", "tmpfs", "none", str(tmp_path)], capture_output=True, check=False
        )
    except OSError:
        pytest.skip("there is no unshare here")
    if probe.returncode:
        pytest.skip("nobody may mount a file system here")
    paths = [f"/news/a-story-of-day-{number}" for number in range(12)]
    site.pages |= {path: article(path) + b"<!-- " + os.urandom(40_000).hex().encode() + b" -->" for path in paths}
    site.pages["/"] = listing(*paths)
    (tmp_path / "archive" / "warc").mkdir(parents=True)
    command = [sys.executable, "-m", "miacrawl", "crawl", "--allow-private", *hurried(), site.url]
    script = ["sh", "-c", _FULL, "sh", "archive", *command]
    done = subprocess.run([*mounts, *script], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert "first 7" in done.stdout and "second 0" in done.stdout, done.stdout + done.stderr
    assert "no space is left for archive/warc" in done.stderr and "Traceback" not in done.stderr
    files = list((tmp_path / "kept").iterdir())
    assert len(files) == 2 and all(path.name.endswith(".warc.gz") and check(path) for path in files)
    found = {
        told["WARC-Target-URI"] for path in files for told, _ in records_in(path) if told["WARC-Type"] == "response"
    }
    assert {site.at(path) for path in paths} <= found
    archive = tmp_path / "archive"
    whole = "SELECT count(*) FROM captures WHERE kind IN ('response', 'revisit')"
    kinds = [told["WARC-Type"] for path in files for told, _ in records_in(path)]
    assert asked(archive, whole) == [(kinds.count("response") + kinds.count("revisit"),)]
    assert asked(archive, "SELECT count(*) FROM articles WHERE capture_id IS NOT NULL") == [(12,)]
