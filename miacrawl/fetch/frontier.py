"""The frontier: a Scrapy scheduler that hands out what is due in the ledger (setting SCHEDULER).

The ledger is the queue and the duplicate filter in one, and outlives the process. In memory are a few entries of each
site, and the requests that continue one in flight: redirects, and what a spider's own callbacks yield. Sites take
turns, so that a slow one holds up no other.
"""

from __future__ import annotations

import heapq
import itertools
import math
import time
from collections import deque
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Protocol

from scrapy.core.scheduler import BaseScheduler

from miacrawl.visit import Entry

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

_BATCH = 8


class Due(Protocol):
    """Where entries come from, and what they become: the spider plays this part."""

    def sites_in_turn(self) -> Collection[str]:
        """The sites of the run."""

    def awakened(self) -> Collection[str]:
        """The sites that got something due since this was last asked."""

    def may_start(self, site: str) -> bool:
        """Whether one more page of `site` may be asked for now."""

    def is_left(self, site: str) -> bool:
        """Whether the rest of `site` is left for the next run."""

    def take(self, site: str, limit: int) -> list[Entry]:
        """Up to `limit` due entries of `site`, the most urgent first."""

    def give_back(self, entries: Iterable[Entry]) -> None:
        """Entries that were taken and not sent."""

    def waiting(self) -> bool:
        """Whether entries are due, now or before the run's patience ends, that nobody has taken."""

    def request_for(self, entry: Entry) -> Request:
        """The request that visits `entry`."""

    def room(self) -> bool:
        """Whether the run wants one more entry now."""


class Frontier(BaseScheduler):
    """Hands out continuations first, then due ledger entries, site by site, while the spider has room for more."""

    def __init__(self) -> None:
        self.source: Due | None = None
        self.turns: deque[str] = deque()
        self.batches: dict[str, deque[Entry]] = {}
        self.continued: list[tuple[int, int, Request]] = []
        self.order = itertools.count()
        self.all_asked_at = -math.inf
        """When all sites were last asked, those that had nothing included; seconds of time.monotonic."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Frontier:
        """Scrapy's way to make one."""
        return cls()

    def open(self, spider: Due) -> None:  # type: ignore[override]
        """Begin to serve from the ledger of `spider`."""
        self.source = spider

    def close(self, reason: str) -> None:
        """Give back what was taken and not sent; it stays due."""
        if self.source is not None:
            for batch in self.batches.values():
                self.source.give_back(batch)
        self.batches.clear()

    def has_pending_requests(self) -> bool:
        """Whether there is anything left to send in this run."""
        if self.continued:
            return True
        if self.source is None or not self.source.room():
            return False
        self._drop_left(self.source)
        return any(self.batches.values()) or self.source.waiting()

    def enqueue_request(self, request: Request) -> bool:
        """Keep a redirect or a spider's own request for the next turn."""
        heapq.heappush(self.continued, (-request.priority, next(self.order), request))
        return True

    def next_request(self) -> Request | None:
        """The next request to send, or None while there is none."""
        if self.continued:
            return heapq.heappop(self.continued)[2]
        if self.source is None or not self.source.room():
            return None
        entry = self._next_entry(self.source)
        return self.source.request_for(entry) if entry is not None else None

    def _next_entry(self, source: Due) -> Entry | None:
        self._line_up(source)
        for _ in range(len(self.turns)):
            site = self.turns.popleft()
            if source.is_left(site):
                continue
            if not source.may_start(site):
                self.turns.append(site)
                continue
            batch = self.batches.setdefault(site, deque())
            if not batch:
                batch.extend(source.take(site, _BATCH))
            if batch:
                self.turns.append(site)
                return batch.popleft()
            del self.batches[site]
        return None

    def _drop_left(self, source: Due) -> None:
        for site in [site for site in self.batches if source.is_left(site)]:
            source.give_back(self.batches.pop(site))

    def _line_up(self, source: Due) -> None:
        """Sites without anything due stand aside until they get something; all are asked again every second or so.

        What was put off becomes due without anybody saying so.
        """
        standing = set(self.turns)
        sites = source.sites_in_turn()
        asks_all = not standing or time.monotonic() - self.all_asked_at > 1.0 + len(sites) / 100
        if asks_all:
            self.all_asked_at = time.monotonic()
        for site in sites if asks_all else source.awakened():
            if site not in standing:
                self.turns.append(site)
