"""What a page that is being rendered asks for, and whether it is to get it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from miacrawl.urls import MAX_URL_LENGTH, site_of

MAX_HOSTS = 12
"""Hosts that one page may ask, its own included: each costs a robots.txt, and none of them asked to be crawled."""
MAX_POST_BYTES = 65_536
_LEFT_OUT = frozenset({"stylesheet"})
"""Answered with nothing: scripts wait for them and fail with them, but text needs none."""
_FETCHED = frozenset({"document", "script", "xhr", "fetch"})
_NOT_SENT = frozenset(
    "accept-charset accept-encoding connection content-length cookie date dnt expect host keep-alive origin purpose"
    " range referer te trailer transfer-encoding upgrade upgrade-insecure-requests user-agent via".split()
)
_NOT_GIVEN = frozenset(
    "alt-svc connection content-encoding content-length keep-alive link location nel refresh report-to"
    " reporting-endpoints service-worker-allowed set-cookie set-cookie2 speculation-rules strict-transport-security"
    " trailer transfer-encoding".split()
)
"""Headers of an answer that would have the browser connect, or keep something."""
_MAX_HEADERS, _MAX_HEADER_LENGTH = 30, 4096


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that a page makes. `kind`: Playwright's resource type; `place`: the frame that a document is for."""

    url: str
    method: str
    kind: str
    place: str = "none"
    post_bytes: int = 0

    @property
    def is_left_out(self) -> bool:
        """Whether it is answered with nothing."""
        return self.kind in _LEFT_OUT


def why_refused(asked: Asked, page_url: str, *, post: bool) -> str | None:
    """Reason in words why a page at `page_url` does not get what it asks for, or None where it may be fetched.

    Only GET and HEAD, which by RFC 9110 (section 9.2.1) change nothing at the server; where `post`, posts to the page's
    own site besides. Scripts and data may come from anywhere, documents only from the site itself.
    """
    if asked.kind not in _FETCHED:
        return f"{asked.kind} is not fetched"
    if len(asked.url) > MAX_URL_LENGTH or urlsplit(asked.url).scheme not in ("http", "https"):
        return "no web address"
    own = is_own(asked.url, page_url)
    if asked.method not in ("GET", "HEAD"):
        if asked.method != "POST" or not post or not own:
            return f"{asked.method[:10]} may change something at the server"
        if asked.post_bytes > MAX_POST_BYTES:
            return f"it posts more than {MAX_POST_BYTES // 1024} KB"
    if asked.kind == "document" and (asked.place != "main" or not own):
        return "a document in a frame" if asked.place != "main" else "it leads off-site"
    return None


def is_own(url: str, page_url: str) -> bool:
    """Whether `url` is on the site of the page."""
    try:
        return site_of(url) == site_of(page_url)
    except ValueError:
        return False


def headers_to_send(headers: Mapping[str, str], url: str, page_url: str) -> dict[str, str]:
    """The headers of a page's request that go out: to other sites none that could hold a credential.

    `headers` by names in lower case. Conditional headers and those of the browser's own connection stay behind.
    """
    sent = {name: headers[name] for name in ("accept", "origin") if name in headers}
    if is_own(url, page_url):
        for name, value in headers.items():
            if name not in _NOT_SENT and not name.startswith(("if-", "sec-", "proxy-", ":")):
                sent[name] = value
        sent["referer"] = page_url
    short = {name: value for name, value in sent.items() if len(value) <= _MAX_HEADER_LENGTH}
    return dict(list(short.items())[:_MAX_HEADERS])


def headers_to_give(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of an answer that the page gets to see. `headers` by names in lower case."""
    return {name: value for name, value in headers.items() if name not in _NOT_GIVEN}
