"""Cookies that Datasette and plugins set: who is logged in stays between this server and the reader's browser."""

from __future__ import annotations

from typing import Any

_LOGIN = b"ds_actor="


def kept_close(headers: list[tuple[bytes, bytes]], scope: dict[str, Any]) -> list[tuple[bytes, bytes]]:
    """`headers` of an answer to `scope`: cookies given over TLS only ever go over TLS; no script reads the log-in.

    Datasette's own say neither. Behind a proxy it is the proxy that says whether the reader came over TLS.
    """
    secure = scope.get("scheme") == "https"
    return [(name, _closer(value, secure) if name.lower() == b"set-cookie" else value) for name, value in headers]


def _closer(cookie: bytes, secure: bool) -> bytes:
    known = {part.strip().lower() for part in cookie.split(b";")[1:]}
    wanted = [(b"Secure", secure), (b"HttpOnly", cookie.startswith(_LOGIN))]
    return b"; ".join([cookie, *(flag for flag, wants in wanted if wants and flag.lower() not in known)])
