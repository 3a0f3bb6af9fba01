"""robots.txt by RFC 9309, asked before the host is; kept for a day, from run to run.

Scrapy's own middleware lets requests through that wait while robots.txt is on its way, and takes a robots.txt that
can't be had for leave to fetch; RFC 9309 section 2.3.1.4 says the contrary. Hence this one.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http.request import NO_CALLBACK

from miacrawl.fetch.failure import in_words
from miacrawl.fetch.hosts import CRAWL_DELAY_MAX_SECONDS, Hosts
from miacrawl.host import Robots
from miacrawl.revisit import moment
from miacrawl.urls import site_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_log = logging.getLogger(__name__)
MAX_ROBOTS_BYTES = 512_000
"""RFC 9309 section 2.5 asks for at least 500 KiB; the rest of a longer file is not read."""
_KEPT_FOR = timedelta(hours=24)
"""RFC 9309 section 2.4: a copy is not used for longer, unless robots.txt can't be had."""


class ForbiddenByRobots(IgnoreRequest):
    """robots.txt disallows the request."""


class RobotsUnreachable(IgnoreRequest):
    """robots.txt could not be had, so nothing may be fetched from the host."""


class RobotsMiddleware:
    """Downloader middleware: every request waits for its host's robots.txt, then obeys it.

    The spider is asked for a copy by `known_robots(origin)`, given a new one by `remember_robots(robots)`, and told
    the sitemaps by `robots_read(url, sitemaps)`.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        agent = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self.agent: str = agent.partition("/")[0].strip()
        self.tries: int = 1 + crawler.settings.getint("RETRY_TIMES")
        self.wait: float = crawler.settings.getfloat("MIACRAWL_RETRY_SECONDS")
        self.origins: dict[str, asyncio.Task[Protego]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Scrapy's way to make one."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise ForbiddenByRobots or RobotsUnreachable; return when the request may be sent."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self.origins:
            self.origins[origin] = asyncio.ensure_future(self._rules(origin))
        rules = await asyncio.shield(self.origins[origin])
        if not rules.can_fetch(request.url, self.agent):
            self.crawler.stats.inc_value("robotstxt/forbidden")
            raise ForbiddenByRobots("forbidden by robots.txt")

    async def _rules(self, origin: str) -> Protego:
        known = self._ask("known_robots", origin)
        robots = known if known is not None and _is_fresh(known) else await self._read_patiently(origin, known)
        rules = Protego.parse(robots.text)
        state = Hosts.of(self.crawler).state(site_of(origin))
        state.delay_seconds = max(state.delay_seconds, robots.crawl_delay or 0.0)
        # They are to be given in full, and often are not.
        self._ask("robots_read", f"{origin}/robots.txt", [urljoin(f"{origin}/", named) for named in rules.sitemaps])
        return rules

    async def _read_patiently(self, origin: str, known: Robots | None) -> Robots:
        """Read robots.txt; where that fails, wait and try again, in the end take the copy, however old."""
        for attempt in range(1, self.tries + 1):
            try:
                robots = await self._read(origin)
            except RobotsUnreachable as error:
                if attempt < self.tries and not Hosts.of(self.crawler).stopping:
                    await asyncio.sleep(self.wait * 2 ** (attempt - 1))
                    continue
                if known is not None:
                    _log.warning("%s: %s; its rules of %s are obeyed", origin, error, known.fetched_at)
                    return known
                state = Hosts.of(self.crawler).state(site_of(origin))
                state.given_up = state.given_up or str(error)
                raise
            self._ask("remember_robots", robots)
            return robots
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _read(self, origin: str) -> Robots:
        meta = {"dont_obey_robotstxt": True, "robots": True}
        request = Request(f"{origin}/robots.txt", priority=1000, meta=meta, callback=NO_CALLBACK)
        self.crawler.stats.inc_value("robotstxt/request_count")
        try:
            response: Response = await self.crawler.engine.download_async(request)
        except Exception as error:
            raise RobotsUnreachable(f"robots.txt can't be had: {in_words(error)}") from error
        self.crawler.stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        if response.status >= 500 or response.status == 429:
            raise RobotsUnreachable(f"robots.txt can't be had: HTTP {response.status}")
        text = response.body[:MAX_ROBOTS_BYTES].decode("utf-8", "replace") if response.status < 300 else ""
        return Robots(origin, text, response.status, _now(), delay_asked_for(Protego.parse(text), self.agent))

    def _ask(self, name: str, *arguments: object) -> Any:
        told = getattr(self.crawler.spider, name, None)
        return told(*arguments) if told is not None else None


def delay_asked_for(rules: Protego, agent: str) -> float | None:
    """Seconds between requests that robots.txt asks for, by Crawl-delay or Request-rate; None where it asks for none.

    Neither is in RFC 9309, both are in use; the longer one holds, up to CRAWL_DELAY_MAX_SECONDS.
    """
    asked = [float(rules.crawl_delay(agent) or 0.0)]
    rate = rules.request_rate(agent)
    if rate is not None and rate.requests > 0:
        asked.append(rate.seconds / rate.requests)
    longest = max(asked)
    return min(longest, CRAWL_DELAY_MAX_SECONDS) if longest > 0 else None


def _is_fresh(robots: Robots) -> bool:
    read = moment(robots.fetched_at)
    return read is not None and timedelta(0) <= datetime.now(UTC) - read < _KEPT_FOR


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
