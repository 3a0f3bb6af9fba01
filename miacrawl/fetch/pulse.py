"""The pulse of a run: wakes the engine when a wait is over, and ends a run in time when it is told to stop.

A Scrapy extension. The engine looks for new requests when one ends, and every five seconds; a host's hold or a page's
second try may be over sooner. Told to stop (SIGTERM, Ctrl-C), Scrapy waits for all that is under way, also for what
stands in line for a slow host: that is given up here at once (it stays due), and what still hangs at the deadline is
cut off.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

from scrapy import signals

from miacrawl.fetch.hosts import Hosts
from miacrawl.fetch.politeness import HostGivenUp

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_log = logging.getLogger(__name__)
_EVERY_SECONDS = 0.25


class Pulse:
    """Beats four times a second from a spider's opening to its end."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.stop_within: float = crawler.settings.getfloat("MIACRAWL_STOP_SECONDS")
        self.beating: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Pulse:
        """Scrapy's way to make one."""
        pulse = cls(crawler)
        crawler.signals.connect(pulse.begin, signal=signals.spider_opened)
        crawler.signals.connect(pulse.end, signal=signals.spider_closed)
        return pulse

    def begin(self) -> None:
        """Begin to beat."""
        self.beating = asyncio.ensure_future(self._beat())

    def end(self) -> None:
        """Stop beating."""
        if self.beating is not None:
            self.beating.cancel()

    async def _beat(self) -> None:
        while self.crawler.crawling:
            await asyncio.sleep(_EVERY_SECONDS)
            self._wake()
        _log.info("Stopping: what is under way has %.0f s to finish", self.stop_within)
        Hosts.of(self.crawler).drain(HostGivenUp("the run ends"))
        deadline = time.monotonic() + self.stop_within
        while time.monotonic() < deadline:
            await asyncio.sleep(_EVERY_SECONDS)
        self._cut_off()

    def _wake(self) -> None:
        # Scrapy has no public way to say "look again"; without this it does so every five seconds.
        slot: Any = getattr(self.crawler.engine, "_slot", None)
        if slot is not None:
            slot.nextcall.schedule()

    def _cut_off(self) -> None:
        from twisted.internet import reactor as running

        reactor: Any = running

        _log.warning("Cut off what did not end within %.0f s; it stays due", self.stop_within)
        cut_off = getattr(self.crawler.spider, "cut_off", None)
        if cut_off is not None:
            cut_off()
        reactor.stop()
