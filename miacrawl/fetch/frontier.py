"""The frontier: a Scrapy scheduler that hands out what is due in the ledger (setting SCHEDULER).

The ledger is the queue and the duplicate filter in one, and outlives the process. In memory are only the requests
that continue one in flight: redirects, retries, and what a spider's own callbacks yield.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from scrapy.core.scheduler import BaseScheduler

from miacrawl.visit import Entry

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

_BATCH = 16


class Due(Protocol):
    """Where entries come from, and what they become: the spider plays this part."""

    def take(self, limit: int) -> list[Entry]:
        """Up to `limit` due entries, the most urgent first."""

    def give_back(self, entries: Iterable[Entry]) -> None:
        """Entries that were taken and not sent."""

    def waiting(self) -> bool:
        """Whether entries are due that nobody has taken."""

    def request_for(self, entry: Entry) -> Request:
        """The request that visits `entry`."""

    def room(self) -> bool:
        """Whether the run wants one more entry now."""


class Frontier(BaseScheduler):
    """Hands out continuations first, then due ledger entries by priority, while the spider has room for more."""

    def __init__(self) -> None:
        self.source: Due | None = None
        self.batch: deque[Entry] = deque()
        self.continued: list[tuple[int, int, Request]] = []
        self.order = itertools.count()

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
            self.source.give_back(self.batch)
        self.batch.clear()

    def has_pending_requests(self) -> bool:
        """Whether there is anything left to send in this run."""
        if self.continued:
            return True
        if self.source is None or not self.source.room():
            return False
        return bool(self.batch) or self.source.waiting()

    def enqueue_request(self, request: Request) -> bool:
        """Keep a redirect, a retry or a spider's own request for the next turn."""
        heapq.heappush(self.continued, (-request.priority, next(self.order), request))
        return True

    def next_request(self) -> Request | None:
        """The next request to send, or None while there is none."""
        if self.continued:
            return heapq.heappop(self.continued)[2]
        if self.source is None or not self.source.room():
            return None
        if not self.batch:
            self.batch.extend(self.source.take(_BATCH))
        return self.source.request_for(self.batch.popleft()) if self.batch else None
