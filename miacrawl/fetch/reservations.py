"""What a host reserves for text and data mining (tdmrep.json, ai.txt): asked before its pages, kept for a week."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http.request import NO_CALLBACK

from miacrawl.fetch.failure import in_words
from miacrawl.fetch.scope import PART_OF_PAGE
from miacrawl.host import Reservations
from miacrawl.revisit import moment

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_log = logging.getLogger(__name__)
TDMREP_PATH = "/.well-known/tdmrep.json"
AI_TXT_PATH = "/ai.txt"
MAX_BYTES = 100_000
_KEPT_FOR = timedelta(days=7)
_MARK = "reservations"


class ReservationsMiddleware:
    """Downloader middleware: the first page of each host waits for the host's two files.

    The spider is asked for copies by `known_reservations(origin)`, and given new ones by `remember_reservations(said)`.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("MIACRAWL_RESERVATIONS"):
            raise NotConfigured
        self.crawler = crawler
        self.origins: dict[str, asyncio.Task[None]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ReservationsMiddleware:
        """Scrapy's way to make one."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Return when the files of the request's host were read, or could not be had."""
        if request.meta.get(_MARK) or request.meta.get("robots") or request.meta.get(PART_OF_PAGE):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self.origins:
            self.origins[origin] = asyncio.ensure_future(self._ask(origin))
        await asyncio.shield(self.origins[origin])

    async def _ask(self, origin: str) -> None:
        spider: Any = self.crawler.spider
        if not hasattr(spider, "known_reservations"):
            return
        known: Reservations | None = spider.known_reservations(origin)
        if known is not None and _is_fresh(known):
            return
        tdmrep, ai_txt = await asyncio.gather(self._read(origin + TDMREP_PATH), self._read(origin + AI_TXT_PATH))
        if tdmrep is None or ai_txt is None:
            # Not asked again by every run; what was known holds meanwhile.
            tdmrep = tdmrep if tdmrep is not None else known.tdmrep if known else ""
            ai_txt = ai_txt if ai_txt is not None else known.ai_txt if known else ""
        fetched_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        spider.remember_reservations(Reservations(origin, tdmrep, ai_txt, fetched_at))

    async def _read(self, url: str) -> str | None:
        """The file's text, "" where there is none, None where that can't be told."""
        meta = {_MARK: True, "download_maxsize": MAX_BYTES}
        request = Request(url, priority=900, meta=meta, callback=NO_CALLBACK)
        self.crawler.stats.inc_value("reservations/request_count")
        try:
            response: Response = await self.crawler.engine.download_async(request)
        except IgnoreRequest:
            return ""  # robots.txt forbids it, or it is no such file: too large, on another site
        except Exception as error:
            _log.info("%s can't be had: %s", url, in_words(error))
            return None
        self.crawler.stats.inc_value("reservations/response_count")
        if response.status >= 500 or response.status == 429:
            return None
        return response.body[:MAX_BYTES].decode("utf-8-sig", "replace") if response.status == 200 else ""


def _is_fresh(said: Reservations) -> bool:
    read = moment(said.fetched_at)
    return read is not None and timedelta(0) <= datetime.now(UTC) - read < _KEPT_FOR
