"""Sitemaps: urlset, index and news sitemaps, plain text lists; gzip or not (https://www.sitemaps.org/protocol.html)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from miacrawl.discover.xml import child_text, elements, inflate, root_name
from miacrawl.page import Page

_ENTRIES = frozenset({"url", "sitemap"})
MAX_SITEMAP_ENTRIES = 50_000
"""What the protocol allows in one file."""


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """One address of a sitemap. `is_sitemap`: it is a sitemap itself, named by an index."""

    url: str
    lastmod: str | None = None
    is_sitemap: bool = False


def is_sitemap(data: bytes) -> bool:
    """Whether `data` is an XML sitemap or sitemap index."""
    return root_name(data) in ("urlset", "sitemapindex")


def parse_sitemap(data: bytes, base: str) -> Iterator[SitemapEntry]:
    """The entries of a sitemap, in its order, relative addresses resolved against `base`. Never raises."""
    entries = _xml_entries(data) if b"<" in inflate(data[:4096])[:4096] else _text_entries(data)
    for count, (location, lastmod, nested) in enumerate(entries):
        if count >= MAX_SITEMAP_ENTRIES:
            return
        url = Page.absolute_from(base, location)
        if url:
            yield SitemapEntry(url, lastmod, nested)


def _xml_entries(data: bytes) -> Iterator[tuple[str, str | None, bool]]:
    for element in elements(data, _ENTRIES):
        location = next((child for child in element if _is(child, "loc")), None)
        if location is None or not (location.text or "").strip():
            continue
        lastmod = child_text(element, "lastmod", "publication_date")
        yield (location.text or "").strip(), lastmod, _is(element, "sitemap")


def _text_entries(data: bytes) -> Iterator[tuple[str, str | None, bool]]:
    for line in inflate(data).decode("utf-8", "replace").splitlines():
        if line.strip().startswith(("http://", "https://")):
            yield line.strip(), None, False


def _is(element: object, name: str) -> bool:
    return str(getattr(element, "tag", "")).rpartition("}")[2] == name
