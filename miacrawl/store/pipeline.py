"""A Scrapy item pipeline that writes each visit to the archive, and ends the run when the archive can't be written."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from typing import TYPE_CHECKING, Any

from miacrawl.store.session import Session
from miacrawl.visit import Visit

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_log = logging.getLogger(__name__)


class StorePipeline:
    """Takes `Visit`s; other items pass through untouched. The spider has the run's `session`."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        """Scrapy's way to make one."""
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """Write a visit in one transaction; an entry whose visit was not written stays due."""
        if not isinstance(item, Visit):
            return item
        spider: Any = self.crawler.spider
        session: Session = spider.session
        if session.failure:
            return item
        try:
            outcome = session.record(item)
        except (sqlite3.Error, OSError) as error:
            session.broken(error)
            # Not awaited: the spider closes only when its items are processed, this one among them.
            self.closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="storage error"))
            return item
        except Exception as error:
            # A fault of ours must not leave the address without an outcome.
            _log.exception("Storing %s failed", item.entry.url)
            fault = f"storing it failed: {error!r:.200}"
            outcome = session.record(Visit(item.entry, "failed", fault, item.final_url, item.status))
        self.crawler.stats.inc_value(f"miacrawl/{outcome}")
        told = item.reason or (item.article.title if item.article else "")
        level = logging.WARNING if item.state == "failed" else logging.DEBUG
        _log.log(level, "%s %s (%s)", outcome, item.entry.url, told)
        return item
