"""Spiders to compare with, each in a process of its own: `python -m tests.speed.spiders bare ADDRESS OUT`.

* `bare`: Scrapy as it is, downloads the pages and does nothing with them.
* `lean`: the same with what a fast spider would set: aiohttp's handler, few items at a time, no middleware but
  decompression.
* `parse`: `bare`, and lxml parses each page.
* `user`: what a user would write: Scrapy, trafilatura, a row of SQLite for each page.
* `newsplease`: the same with news-please's extraction of a page that is there already.

The pages are those of ADDRESS/paths; each spider keeps 16 requests under way.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

_FAST: dict[str, Any] = {
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0,
    "LOG_LEVEL": "WARNING",
    "TELNETCONSOLE_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
}
_LEAN: dict[str, Any] = {
    "CONCURRENT_ITEMS": 4,
    "DOWNLOADER_MIDDLEWARES_BASE": {"scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590},
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {},
    "HTTPCACHE_ENABLED": False,
}


class Bare(scrapy.Spider):
    """Downloads."""

    name = "bare"

    def __init__(self, base: str, out: str) -> None:
        super().__init__()
        self.base, self.out = base, out
        self.pages = 0

    async def start(self) -> AsyncIterator[scrapy.Request]:
        yield scrapy.Request(self.base + "/paths", self.begin)

    def begin(self, response: Any) -> Any:
        for path in response.text.split():
            yield scrapy.Request(self.base + path)

    def parse(self, response: Any) -> Any:
        self.pages += 1
        self.read(response)

    def read(self, response: Any) -> None:
        """What is done with a page."""


class Parse(Bare):
    """Downloads and parses."""

    def read(self, response: Any) -> None:
        from lxml import html

        html.document_fromstring(response.body)


class User(Bare):
    """Downloads, extracts and stores as people do."""

    def __init__(self, base: str, out: str) -> None:
        super().__init__(base, out)
        self.db = sqlite3.connect(out)
        self.db.execute("CREATE TABLE pages (url TEXT PRIMARY KEY, title TEXT, author TEXT, date TEXT, body TEXT)")

    def read(self, response: Any) -> None:
        import trafilatura

        found = trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True)
        if found is not None:
            row = (response.url, found.title, found.author, found.date, found.text)
            self.db.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?)", row)
            self.db.commit()


class NewsPlease(User):
    """The same with news-please."""

    def read(self, response: Any) -> None:
        from newsplease import NewsPlease as Tool

        found = Tool.from_html(response.body, url=response.url)
        row = (response.url, found.title, ", ".join(found.authors or ()), str(found.date_publish), found.maintext)
        self.db.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?)", row)
        self.db.commit()


_SPIDERS: dict[str, tuple[type[Bare], dict[str, Any]]] = {
    "bare": (Bare, {}),
    "lean": (Bare, _LEAN),
    "parse": (Parse, {}),
    "user": (User, {}),
    "newsplease": (NewsPlease, {}),
}


def main() -> None:
    """Crawl; prints the number of pages."""
    name, base, out = sys.argv[1:4]
    spider, settings = _SPIDERS[name]
    process = AsyncCrawlerProcess({**_FAST, **settings})
    crawler = process.create_crawler(spider)
    process.crawl(crawler, base=base, out=out)
    process.start()
    print(getattr(crawler.spider, "pages", 0))


if __name__ == "__main__":
    main()
