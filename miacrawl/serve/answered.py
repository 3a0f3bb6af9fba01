"""An answer to every request, also where Datasette has none: what it can't do, and what went wrong within it."""

from __future__ import annotations

import logging
from typing import Any

from miacrawl.serve.headers import App, Receive, Send

METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())
"""Others are an error that Datasette does not foresee."""
_log = logging.getLogger(__name__)


async def answered(app: App, scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """What `app` answers. An error that it lets through goes to the log, and the reader is told so.

    Where an answer has begun already it is cut off: the error goes on to the server.
    """
    if scope["method"] not in METHODS:
        await _say(send, 405, "Method not allowed", [(b"allow", ", ".join(sorted(METHODS)).encode())])
        return
    begun = False

    async def sending(message: dict[str, Any]) -> None:
        nonlocal begun
        begun = True
        await send(message)

    try:
        await app(scope, receive, sending)
    except Exception:
        if begun:
            raise
        _log.exception("%s %s", scope["method"], scope.get("path"))
        await _say(send, 500, "Something went wrong on this server. What it was is in its log.", [])


async def _say(send: Send, status: int, text: str, headers: list[tuple[bytes, bytes]]) -> None:
    told = [(b"content-type", b"text/plain; charset=utf-8"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": f"{text}\n".encode()})
