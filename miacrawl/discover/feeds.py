"""Feeds: RSS 0.9x to 2.0, RSS 1.0 (RDF) and Atom (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from miacrawl.discover.xml import Record, address_text, records, root_name
from miacrawl.page import Page

_ENTRIES = frozenset({"item", "entry"})
_DATES = ("updated", "modified", "pubDate", "published", "date")
_FIELDS = frozenset({"link", "guid", "id", *_DATES})
_ROOTS = ("rss", "rdf", "feed")
_PACE = frozenset({"ttl", "updatePeriod", "updateFrequency"})
_PERIOD_MINUTES = {"hourly": 60, "daily": 1_440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
"""The `type`s by which a page's `<link rel=alternate>` announces a feed."""
MAX_FEED_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed: its article's address, and when it was last changed, as the feed says."""

    url: str
    updated: str | None = None


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """What a feed says of itself. `interval_minutes`: how far apart it is to be read."""

    interval_minutes: int | None = None


def is_feed(data: bytes) -> bool:
    """Whether `data` is an RSS or Atom feed; looks at its head only."""
    return root_name(data) in _ROOTS


def parse_feed(data: bytes, base: str) -> Iterator[FeedEntry]:
    """The entries of a feed that link to a page, in its order, relative links resolved against `base`. Never raises."""
    for count, record in enumerate(records(data, _ENTRIES, _FIELDS)):
        if count >= MAX_FEED_ENTRIES:
            return
        url = Page.absolute_from(base, address_text(_link(record) or ""))
        if url and url != base:
            yield FeedEntry(url, next((text for name in _DATES if (text := record.text_of(name))), None))


def feed_info(data: bytes) -> FeedInfo:
    """What a feed says of itself before its first entry: `<ttl>` (RSS 2.0), `sy:updatePeriod` (RSS 1.0)."""
    said: dict[str, str] = {}
    for record in records(data, _PACE | _ENTRIES, frozenset()):
        if record.name in _ENTRIES:
            break
        said.setdefault(record.name, record.text)
    return FeedInfo(_minutes(said.get("ttl")) or _period(said))


def _period(said: dict[str, str]) -> int | None:
    period = _PERIOD_MINUTES.get(said.get("updatePeriod", "").lower())
    return max(1, period // (_minutes(said.get("updateFrequency")) or 1)) if period else None


def _minutes(text: str | None) -> int | None:
    """A whole number above zero, up to a year's minutes."""
    return (
        min(int(text), 525_600) if text and text.isascii() and text.isdigit() and len(text) < 10 and int(text) else None
    )


def _link(entry: Record) -> str | None:
    """RSS: the text of `<link>`, else a `<guid>` that is an address. Atom: the href with rel "alternate" or none."""
    for link in entry.children("link"):
        href = link.attributes.get("href") if link.attributes.get("rel", "alternate") == "alternate" else None
        if found := link.text or (href or "").strip():
            return found
    guid = next((field for name in ("guid", "id") for field in entry.children(name)), None)
    if guid is not None and guid.attributes.get("isPermaLink", "true") == "true":
        return guid.text if guid.text.startswith(("http://", "https://")) else None
    return None
