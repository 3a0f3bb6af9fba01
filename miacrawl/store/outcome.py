"""What was seen in a capture, in a word, for its row."""

from __future__ import annotations

from urllib.parse import urlsplit

from miacrawl.exchange import Exchange
from miacrawl.visit import Visit

_TELLING = ("consent-wall", "soft-404", "paywall", "cut-off", "emptied", "empty-shell", "empty-body", "not-article")
"""Flags that say more than what kind of page it was, the most telling first."""


def seen_in(exchange: Exchange) -> str:
    """What an exchange shows by itself, before anybody has read its body."""
    if exchange.status in (301, 302, 303, 307, 308):
        return "redirect"
    if exchange.status == 304:
        return "not-modified"
    if exchange.status >= 400:
        return "error"
    return "robots" if urlsplit(exchange.url).path == "/robots.txt" else "resource"


def seen_by(visit: Visit) -> str | None:
    """What the reader of a page saw in it; None where that says no more than the exchange."""
    if visit.status is None or not 200 <= visit.status < 300:
        return None
    flags = visit.article.flags if visit.article is not None else visit.flags
    if told := next((flag for flag in _TELLING if flag in flags), None):
        return told
    if visit.article is not None:
        return "article"
    if visit.state == "followed":
        return visit.entry.kind if visit.entry.kind != "page" else "listing"
    return "no-article" if visit.state == "skipped" else None
