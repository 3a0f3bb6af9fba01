"""Sitemaps: urlset, index and news sitemaps, plain text lists; gzip or not (https://www.sitemaps.org/protocol.html).

Read as a stream: entries come as they are found, one at a time in memory.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from miacrawl.discover.pieces import as_utf8, head_of, pieces
from miacrawl.discover.xml import Record, address_text, records, root_name
from miacrawl.page import Page

_ENTRIES = frozenset({"url", "sitemap"})
_FIELDS = frozenset({"loc", "lastmod", "news", "publication_date"})
MAX_SITEMAP_ENTRIES = 50_000
"""What the protocol allows in one file."""
_MAX_LINE = 10_000


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """One address of a sitemap. `is_sitemap`: it is a sitemap itself, named by an index.

    `lastmod`: last modification; `published`: publication date of a news sitemap's entry (`is_news`). Both as they
    stand there.
    """

    url: str
    lastmod: str | None = None
    is_sitemap: bool = False
    published: str | None = None
    is_news: bool = False

    @property
    def changed(self) -> str | None:
        """When the page was last changed or else published, as far as the sitemap tells."""
        return self.lastmod or self.published


def is_sitemap(data: bytes) -> bool:
    """Whether `data` is an XML sitemap or sitemap index; looks at its head only."""
    return root_name(data) in ("urlset", "sitemapindex")


def parse_sitemap(data: bytes, base: str) -> Iterator[SitemapEntry]:
    """The entries of a sitemap, in its order, relative addresses resolved against `base`. Never raises."""
    found = _xml_entries(data) if any(b"<" in part for part in as_utf8([head_of(data, 4096)])) else _text_entries(data)
    for count, entry in enumerate(found):
        if count >= MAX_SITEMAP_ENTRIES:
            return
        url = Page.absolute_from(base, entry.url)
        if url:
            yield SitemapEntry(url, entry.lastmod, entry.is_sitemap, entry.published, entry.is_news)


def _xml_entries(data: bytes) -> Iterator[SitemapEntry]:
    return (entry for record in records(data, _ENTRIES, _FIELDS) if (entry := _entry_of(record)) is not None)


def _entry_of(record: Record) -> SitemapEntry | None:
    # Pictures and videos of the entry have a <loc> of their own, further down.
    location = next((field.text for field in record.children("loc")), "")
    if not location:
        return None
    news = next(record.children("news"), None)
    return SitemapEntry(
        address_text(location),
        record.text_of("lastmod"),
        record.name == "sitemap",
        record.text_of("publication_date") if news else None,
        news is not None,
    )


def _text_entries(data: bytes) -> Iterator[SitemapEntry]:
    for line in _lines(data):
        if line.startswith(("http://", "https://")):
            yield SitemapEntry(line)


def _lines(data: bytes) -> Iterator[str]:
    """The lines of a text, trimmed; what is too long to be an address is left out."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    for part in as_utf8(pieces(data)):
        *whole, rest = (rest + decoder.decode(part)).replace("\r", "\n").split("\n")
        yield from (line.strip() for line in whole if len(line) <= _MAX_LINE)
        rest = rest[: _MAX_LINE + 1]
    if len(rest) <= _MAX_LINE:
        yield rest.strip()
