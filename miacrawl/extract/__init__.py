"""Extraction: `extract(html, url)` reads an article's fields from a page; it knows neither Scrapy nor SQLite."""

from __future__ import annotations

from datetime import date

from miacrawl.article import Article

__all__ = ["extract"]


def extract(html: bytes, url: str, *, content_type: str | None = None, captured: date | None = None) -> Article:
    """The article on a page, each field with the rule that found it. Never raises on any bytes.

    `url` is the address that `html` was read from (relative links are resolved against it);
    `content_type` the HTTP header's value, where known; `captured` the day on which the page was fetched, today
    unless given: of a site's profile those selectors are used that held then. Needs no network and no database.
    """
    # Parser and rules take a fifth of a second to load: `import miacrawl` and `miacrawl --help` go without.
    from miacrawl.extract.extractor import read_article

    return read_article(html, url, content_type, captured)
