"""robots.txt by RFC 9309, asked before the host is, once per run and host.

Scrapy's own middleware lets requests through that wait while robots.txt is on its way, and takes a robots.txt that
can't be had for leave to fetch; RFC 9309 section 2.3.1.4 says the contrary. Hence this one.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http.request import NO_CALLBACK

from miacrawl.fetch.failure import in_words

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_log = logging.getLogger(__name__)
MAX_ROBOTS_BYTES = 512_000
"""RFC 9309 section 2.5 asks for at least 500 KiB; the rest of a longer file is not read."""


class ForbiddenByRobots(IgnoreRequest):
    """robots.txt disallows the request."""


class RobotsUnreachable(IgnoreRequest):
    """robots.txt could not be had, so nothing may be fetched from the host."""


class RobotsMiddleware:
    """Downloader middleware: every request waits for its host's robots.txt, then obeys it.

    The spider is told the sitemaps that robots.txt names, by `robots_read(url, sitemaps)`.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        agent = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self.agent: str = agent.partition("/")[0].strip()
        self.hosts: dict[str, asyncio.Task[Protego]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Scrapy's way to make one."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise ForbiddenByRobots or RobotsUnreachable; return when the request may be sent."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self.hosts:
            self.hosts[host] = asyncio.ensure_future(self._read(f"{host}/robots.txt"))
        rules = await asyncio.shield(self.hosts[host])
        if not rules.can_fetch(request.url, self.agent):
            self.crawler.stats.inc_value("robotstxt/forbidden")
            raise ForbiddenByRobots("forbidden by robots.txt")

    async def _read(self, url: str) -> Protego:
        request = Request(url, priority=1000, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK)
        self.crawler.stats.inc_value("robotstxt/request_count")
        try:
            response: Response = await self.crawler.engine.download_async(request)
        except Exception as error:
            raise RobotsUnreachable(f"robots.txt can't be had: {in_words(error)}") from error
        self.crawler.stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        if response.status >= 500 or response.status == 429:
            raise RobotsUnreachable(f"robots.txt can't be had: HTTP {response.status}")
        text = response.body[:MAX_ROBOTS_BYTES].decode("utf-8", "replace") if response.status < 300 else ""
        rules = Protego.parse(text)
        self._tell(url, list(rules.sitemaps))
        return rules

    def _tell(self, url: str, sitemaps: list[str]) -> None:
        told = getattr(self.crawler.spider, "robots_read", None)
        if told is not None:
            told(url, sitemaps)
