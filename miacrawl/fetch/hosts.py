"""Politeness host by host: how far apart requests stand, and until when a host is left alone.

A host here is what `site_of` says: http and https, with and without "www.", are one machine to be polite to. Scrapy's
downloader keeps a slot per host; ours (`HostSlot`) knows the host's `HostState`, so that a delay or a hold that
comes up while requests wait in the slot holds for them too, as for redirects and robots.txt.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from scrapy.core.downloader import Slot
from twisted.python.failure import Failure

from miacrawl.host import Hold
from miacrawl.per_site import for_site
from miacrawl.revisit import moment
from miacrawl.urls import site_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.exceptions import IgnoreRequest
    from scrapy.settings import BaseSettings

CRAWL_DELAY_MAX_SECONDS = 300.0
"""A longer Crawl-delay is taken for this: else a host could keep a crawl waiting for ever."""


@dataclass(slots=True)
class HostState:
    """What a run knows of one host. Times are of `time.monotonic`.

    `delay_seconds`: what robots.txt asks for, at least; `errors`: failures in a row; `given_up`: why the host is left
    for the next run, or None.
    """

    delay_seconds: float = 0.0
    held_until: float = 0.0
    errors: int = 0
    given_up: str | None = None

    def hold(self, seconds: float) -> None:
        """Leave the host alone for so long from now, at least."""
        self.held_until = max(self.held_until, time.monotonic() + seconds)

    def held_seconds(self) -> float:
        """How long the host is to be left alone yet; 0 where it is not."""
        return max(0.0, self.held_until - time.monotonic())


class _Line(deque[Any]):
    """The requests that wait in a slot. Who leaves the line counts as under way from that moment.

    Scrapy 2.19 counts a request when its task begins to run, and takes as many from the line before that as stand
    in it: without a delay, the set concurrency was exceeded.
    """

    def __init__(self, under_way: set[Request]) -> None:
        super().__init__()
        self.under_way = under_way

    def popleft(self) -> Any:
        leaving = super().popleft()
        self.under_way.add(leaving[0])
        return leaving


class HostSlot(Slot):
    """A slot of Scrapy's downloader that keeps a host's Crawl-delay and holds."""

    def __init__(self, state: HostState, settings: BaseSettings, host: str) -> None:
        self.least = _own(settings, host, "delay", "DOWNLOAD_DELAY")
        # AutoThrottle begins with a delay of its own, and goes down to DOWNLOAD_DELAY.
        start = settings.getfloat("AUTOTHROTTLE_START_DELAY") if settings.getbool("AUTOTHROTTLE_ENABLED") else 0.0
        super().__init__(
            concurrency(settings, host), max(self.least, start), settings.getfloat("DOWNLOAD_DELAY_JITTER")
        )
        self.state = state
        self.queue = _Line(self.transferring)

    def download_delay(self) -> float:
        """Seconds between the last request and the next one."""
        return max(
            super().download_delay(), self.least, self.state.delay_seconds, self.state.held_until - self.lastseen
        )

    def free_transfer_slots(self) -> int:
        """How many requests may begin now; one at a time where robots.txt asks for a delay."""
        allowed = 1 if self.state.delay_seconds else self.concurrency
        return int(allowed) - len(self.transferring)

    def wait_seconds(self) -> float:
        """How long one more request would stand in line before its turn comes."""
        delay = self.download_delay()
        return max(0.0, self.lastseen + delay - time.monotonic()) + delay * len(self.queue)

    def drain(self, error: IgnoreRequest) -> None:
        """Give up what waits in the slot; what is being transferred goes on."""
        while self.queue:
            _, waiting = self.queue.pop()
            waiting.errback(Failure(error))  # type: ignore[no-untyped-call]


@dataclass(slots=True)
class Hosts:
    """The hosts of one crawl. `Hosts.of(crawler)` is the same for all components of a crawler."""

    crawler: Crawler
    states: dict[str, HostState] = field(default_factory=dict)
    stopping: bool = False

    @classmethod
    def of(cls, crawler: Crawler) -> Hosts:
        """The hosts of `crawler`."""
        if crawler not in _HOSTS:
            _HOSTS[crawler] = cls(crawler)
        return _HOSTS[crawler]

    def state(self, host: str) -> HostState:
        """The state of `host`, as `site_of` names it."""
        return self.states.setdefault(host, HostState())

    def obey(self, holds: Iterable[Hold], patience_seconds: float) -> None:
        """Take over holds from earlier runs; hosts that are held for longer than the patience are given up."""
        for hold in holds:
            until = moment(hold.until)
            seconds = (until - datetime.now(UTC)).total_seconds() if until else 0.0
            state = self.state(site_of(hold.origin))
            state.hold(seconds)
            if seconds > patience_seconds:
                state.given_up = f"{hold.reason}; not before {hold.until}"

    def wait_seconds(self, host: str) -> float:
        """How long one more request to `host` would stand in line; 0 where it was not asked yet."""
        slot = self.crawler.engine.downloader.slots.get(host)
        return slot.wait_seconds() if isinstance(slot, HostSlot) else 0.0

    def slot(self, host: str) -> HostSlot:
        """The downloader's slot for `host`, made where it is missing."""
        slots = self.crawler.engine.downloader.slots
        found = slots.get(host)
        if not isinstance(found, HostSlot):
            found = slots[host] = HostSlot(self.state(host), self.crawler.settings, host)
        return found

    def drain(self, error: IgnoreRequest) -> None:
        """Give up what waits in the slots, at the end of a run."""
        self.stopping = True
        for slot in list(self.crawler.engine.downloader.slots.values()):
            if isinstance(slot, HostSlot):
                slot.drain(error)


_HOSTS: WeakKeyDictionary[Crawler, Hosts] = WeakKeyDictionary()


def concurrency(settings: BaseSettings, host: str) -> int:
    """How many requests to `host` may be under way at a time."""
    return max(1, int(_own(settings, host, "concurrency", "CONCURRENT_REQUESTS_PER_DOMAIN")))


def _own(settings: BaseSettings, host: str, key: str, name: str) -> float:
    """What Scrapy's DOWNLOAD_SLOTS says of a host, or else the setting as it holds for its site."""
    slot = settings.getdict("DOWNLOAD_SLOTS").get(host) or {}
    return float(slot.get(key, for_site(settings, host, name)))
