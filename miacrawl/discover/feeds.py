"""Feeds: RSS 0.9x to 2.0, RSS 1.0 (RDF) and Atom (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from miacrawl.discover.xml import child_text, elements, local_name, root_name
from miacrawl.page import Page

_ENTRIES = frozenset({"item", "entry"})
_ROOTS = ("rss", "rdf", "feed")
FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
"""The `type`s by which a page's `<link rel=alternate>` announces a feed."""
MAX_FEED_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed: its article's address, and when it was last changed, as the feed says."""

    url: str
    updated: str | None = None


def is_feed(data: bytes) -> bool:
    """Whether `data` is an RSS or Atom feed."""
    return root_name(data) in _ROOTS


def parse_feed(data: bytes, base: str) -> Iterator[FeedEntry]:
    """The entries of a feed that link to a page, in its order, relative links resolved against `base`. Never raises."""
    for count, element in enumerate(elements(data, _ENTRIES)):
        if count >= MAX_FEED_ENTRIES:
            return
        url = Page.absolute_from(base, _link(element) or "")
        if url and url != base:
            yield FeedEntry(url, child_text(element, "updated", "modified", "pubDate", "published", "date"))


def _link(entry: etree._Element) -> str | None:
    """RSS: the text of `<link>`, else a `<guid>` that is an address. Atom: the href with rel "alternate" or none."""
    for child in entry:
        if local_name(child) == "link":
            href = child.get("href") if child.get("rel", "alternate") == "alternate" else None
            if found := (child.text or "").strip() or (href or "").strip():
                return found
    guid = next((child for child in entry if local_name(child) in ("guid", "id")), None)
    if guid is not None and guid.get("isPermaLink", "true") == "true":
        text = (guid.text or "").strip()
        return text if text.startswith(("http://", "https://")) else None
    return None
