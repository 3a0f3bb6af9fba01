"""Listing pages: the links that a home, section or index page offers, and the feeds that any page announces."""

from __future__ import annotations

from collections.abc import Iterator

from miacrawl.discover.feeds import FEED_TYPES
from miacrawl.page import Page

MAX_LISTING_LINKS = 5_000


def listing_links(page: Page) -> Iterator[tuple[str, bool]]:
    """Each address that the page links to, once, in page order, with whether the link says it is the next page."""
    seen: set[str] = set()
    following = {url for node in page.links("next") if (url := page.absolute(node.get("href") or ""))}
    for url in sorted(following):
        seen.add(url)
        yield url, True
    for node in page.root.iter("a", "area"):
        href = node.get("href")
        url = page.absolute(href) if href else None
        if url is None or url in seen:
            continue
        if len(seen) >= MAX_LISTING_LINKS:
            return
        seen.add(url)
        yield url, "next" in (node.get("rel") or "").lower().split()


def announced_feeds(page: Page) -> Iterator[str]:
    """Addresses of the feeds that `<link rel=alternate>` announces, comment feeds left out."""
    for node in page.links("alternate"):
        kind = (node.get("type") or "").split(";")[0].strip().lower()
        url = page.absolute(node.get("href") or "") if kind in FEED_TYPES else None
        if url and "/comments/" not in url:
            yield url


def announced_sitemaps(page: Page) -> Iterator[str]:
    """Addresses of the sitemaps that `<link rel=sitemap>` announces."""
    for node in page.links("sitemap"):
        if url := page.absolute(node.get("href") or ""):
            yield url
