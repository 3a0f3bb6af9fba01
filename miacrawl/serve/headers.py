"""Headers that keep crawled text from doing anything in a reader's browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

OUR_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
"""For our own pages: no script in the page, and nothing from other hosts."""

CORE_POLICY = (
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self'"
)
"""For Datasette's own pages and those of other plugins, which carry script in the page."""

REPLAY_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
"""For captured pages: no script, nothing from anywhere, nothing that leads out of the frame, and no frame of others."""

REPLAY_HEADERS = {
    "Content-Security-Policy": REPLAY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
    "X-DNS-Prefetch-Control": "off",
    "Vary": "Cookie, Sec-Fetch-Dest",
}
"""Of whatever is answered with what others wrote, as they wrote it."""

_USUAL = {
    b"content-security-policy": CORE_POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"SAMEORIGIN",
}

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


def with_headers(send: Send) -> Send:
    """`send`, adding to each response the headers that it does not set itself."""

    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            present = {name.lower() for name, _ in headers}
            added = [(name, value) for name, value in _USUAL.items() if name not in present]
            message = {**message, "headers": [*headers, *added]}
        await send(message)

    return sending
