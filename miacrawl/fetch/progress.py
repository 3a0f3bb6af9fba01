"""A live line on the terminal while a crawl runs: found, fetched, stored, failed. A Scrapy extension."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING, Any

from scrapy import signals

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_EVERY_SECONDS = 0.2


class Progress:
    """Draws one line on standard error, over and over; it is wiped when the crawl ends."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.began = time.monotonic()
        self.drawn = 0.0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        """Scrapy's way to make one."""
        progress = cls(crawler)
        for signal in (signals.response_received, signals.item_scraped, signals.item_error):
            crawler.signals.connect(progress.draw, signal=signal)
        crawler.signals.connect(progress.wipe, signal=signals.spider_closed)
        return progress

    def draw(self) -> None:
        """Draw the line, five times a second at most."""
        now = time.monotonic()
        if now - self.drawn < _EVERY_SECONDS:
            return
        self.drawn = now
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write("\r\x1b[K" + self.line(now - self.began)[:width])
        sys.stderr.flush()

    def line(self, seconds: float) -> str:
        """What the line says `seconds` after the start."""
        spider: Any = self.crawler.spider
        counts = spider.session.counts
        fetched = self.crawler.stats.get_value("response_received_count", 0)
        minutes, rest = divmod(int(seconds), 60)
        return (
            f"{minutes}:{rest:02d}  found {counts['discovered']}  fetched {fetched}"
            f"  stored {spider.session.stored}  failed {counts['failed']}"
        )

    def wipe(self) -> None:
        """Leave a clean line."""
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
