"""The cookie that says who is logged in: never over a line that others can read, and never read by a script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from miacrawl.serve.cookies import kept_close
from tests import loop, shelf
from tests.reader import Reader


@pytest.mark.parametrize(
    ("scheme", "given", "sent"),
    [
        ("https", b"ds_actor=x; Path=/; SameSite=lax", b"ds_actor=x; Path=/; SameSite=lax; Secure; HttpOnly"),
        ("http", b"ds_actor=x; Path=/", b"ds_actor=x; Path=/; HttpOnly"),
        ("https", b"ds_csrftoken=secure; Path=/", b"ds_csrftoken=secure; Path=/; Secure"),
        ("https", b"ds_actor=x; secure; httponly", b"ds_actor=x; secure; httponly"),
        ("http", b"other=x", b"other=x"),
    ],
)
def test_cookies_are_kept_close(scheme: str, given: bytes, sent: bytes) -> None:
    headers = [(b"Set-Cookie", given), (b"content-type", b"x")]
    assert kept_close(headers, {"scheme": scheme}) == [(b"Set-Cookie", sent), (b"content-type", b"x")]


def test_whoever_logs_out_over_tls_is_sent_such_cookies(tmp_path: Path) -> None:
    datasette = Reader(shelf.build(tmp_path, articles=2)).datasette()
    assert b"ds_actor" in (sent := loop.run(_cookies(datasette)))
    assert sent.endswith(b"; Secure; HttpOnly")


async def _cookies(datasette: Any) -> bytes:
    """The first cookie that the token of root sets, as over TLS."""
    await datasette.invoke_startup()
    datasette._root_token = "token"
    datasette.root_enabled = True
    found: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        found.extend(value for name, value in message.get("headers", []) if name.lower() == b"set-cookie")

    scope = {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "https", "path": "/-/auth-token"}
    scope |= {"raw_path": b"/-/auth-token", "query_string": b"token=token", "headers": [(b"host", b"a.example")]}
    await datasette.app()(scope, receive, send)
    return found[0]
