"""Headers that keep crawled text from doing anything in a reader's browser."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any

from miacrawl.serve.cookies import kept_close
from miacrawl.serve.nonce import Nonce

OUR_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
"""For our own pages: no script in the page, and nothing from other hosts."""

_CORE = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
"""For Datasette's own pages and those of other plugins: script in the page needs the nonce of the response."""

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
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"SAMEORIGIN",
}

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


def core_policy(nonce: str = "", more: Mapping[str, str] | None = None) -> str:
    """The policy of Datasette's own pages, with script that has `nonce`, and with `more` sources by directive."""
    directives = {name: f"{sources} {(more or {}).get(name, '')}".strip() for name, sources in _CORE.items()}
    if nonce:
        directives["script-src"] += f" 'nonce-{nonce}' {_TOO_SLOW}"
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def with_headers(
    send: Send, scope: dict[str, Any], nonce: Nonce, more: Mapping[str, str], private: Mapping[bytes, bytes]
) -> Send:
    """`send`, adding to each response the headers that it does not set itself, those of `private` among them."""

    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = kept_close(list(message.get("headers", [])), scope)
            present = {name.lower() for name, _ in headers}
            policy = {b"content-security-policy": core_policy(nonce.value, more).encode()}
            added = [pair for pair in {**policy, **_USUAL, **private}.items() if pair[0] not in present]
            message = {**message, "headers": [*headers, *added]}
        await send(message)

    return sending


def more_sources(configured: object) -> dict[str, str]:
    """Sources that an archive's configuration adds to the policy of Datasette's own pages, by directive.

    Raises ValueError, with what is wrong, for a directive that the policy has not, and for text that would end it.
    """
    if not configured:
        return {}
    if not isinstance(configured, dict):
        raise ValueError("policy is a table of directives, each with its sources as text")
    for name, sources in configured.items():
        if name not in _CORE:
            raise ValueError(f"policy: {name!r} is none of {', '.join(_CORE)}")
        if not isinstance(sources, str) or set(sources) & set(";,\r\n") or not sources.isascii():
            raise ValueError(f"policy: the sources of {name} are one line of text without ; and ,")
    return dict(configured)


def _hashes() -> str:
    """Of the script that makes the box as high as the SQL in it, where a query took too long.

    Datasette writes that page without a template. It is indented by the place in Datasette's source, unless that
    was taken off.
    """
    lines = ('let ta = document.querySelector("textarea");', 'ta.style.height = ta.scrollHeight + "px";', "")
    scripts = ["".join("\n" + " " * depth + line for line in lines) for depth in (0, 16, 20)]
    return " ".join(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)


_TOO_SLOW = _hashes()
