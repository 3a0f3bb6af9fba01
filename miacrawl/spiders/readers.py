"""Reading pages beside the crawl: in processes of their own, once there is enough to read.

Reading a page takes several times what fetching it takes, and would hold up every request meanwhile. Processes are
begun where reading took much of the time of late; a crawl that waits for its hosts, as polite ones do, has none.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from typing import ClassVar

from miacrawl.host import Reservations
from miacrawl.spiders.discovering import Discoverer
from miacrawl.spiders.reading import Answer, read
from miacrawl.spiders.rules import Rules
from miacrawl.spiders.wishes import Wishes
from miacrawl.visit import Entry, Visit
from miacrawl.worker import deaf, end, spare_collector, workers

_log = logging.getLogger(__name__)
_FILES = ("sitemap", "feed")
_SAMPLE = 64
_SHARE = 0.4

ReadOne = Callable[[Entry, Answer, Reservations | None], Visit]
"""Reads a page in another process, where it is found by its name; the last is what the page's host reserves."""


class ReadingFailed(Exception):  # noqa: N818
    """A page could not be read; the message says why, in words for the ledger."""


@dataclass(slots=True)
class Load:
    """How much of the time reading took of late: over the last `sample` pages."""

    sample: int = _SAMPLE
    share: float = _SHARE
    _spans: deque[tuple[float, float]] = field(default_factory=deque)

    def note(self, began: float, ended: float) -> None:
        """Note a reading, in seconds of one clock."""
        self._spans.append((began, ended))
        if len(self._spans) > self.sample:
            self._spans.popleft()

    @property
    def is_high(self) -> bool:
        """Whether it took more than `share` of the time."""
        if len(self._spans) < self.sample:
            return False
        taken = sum(ended - began for began, ended in self._spans)
        return taken > self.share * (self._spans[-1][1] - self._spans[0][0])


class Readers:
    """Reads the pages of one run. `jobs`: processes at most; 1: this one alone, 0: one for each processor."""

    def __init__(self, rules: Rules, jobs: int, read_one: ReadOne | None = None) -> None:
        self.rules = rules
        self.read_one = read_one or read_beside
        self.jobs = jobs or len(os.sched_getaffinity(0))
        self.discoverer: Discoverer = rules.discoverer()
        self.wishes: Wishes = rules.wishes()
        self.load = Load()
        self._pool: ProcessPoolExecutor | None = None
        self._single: ProcessPoolExecutor | None = None
        """What reads a page alone, after one of several has ended a process."""
        self._alone = asyncio.Lock()
        self._closed = False

    async def read(self, entry: Entry, answer: Answer) -> Visit:
        """What became of `entry`, judged by the answer to it.

        Raises ReadingFailed where the page brings down any process that reads it, and whatever a rule fails of.
        """
        # Files are entered as they are read: they may have more addresses than should be held at a time.
        if self.jobs == 1 or entry.kind in _FILES or (self._pool is None and not self.load.is_high):
            return self._read_here(entry, answer)
        return await self._read_beside(entry, answer)

    def _read_here(self, entry: Entry, answer: Answer) -> Visit:
        began = time.monotonic()
        visit = read(entry, answer, self.discoverer, self.wishes)
        self.load.note(began, time.monotonic())
        return visit

    async def _read_beside(self, entry: Entry, answer: Answer) -> Visit:
        if self._pool is None:
            _log.info("Reading pages takes much of the time: up to %d processes do it beside the crawl now", self.jobs)
            self._pool = workers(self.jobs, _begin, self.rules)
        pool, said = self._pool, self.wishes.said_for(answer.url)
        try:
            return await _handed_to(pool, self.read_one, entry, answer, said)
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = None
                pool.shutdown(wait=False)
        if self._closed:
            raise asyncio.CancelledError
        # One of the pages under way ended a process, and with it all the others: each is read again by itself.
        async with self._alone:
            if self._closed:
                raise asyncio.CancelledError
            self._single = workers(1, _begin, self.rules)
            try:
                return await self._read_alone(self._single, entry, answer, said)
            finally:
                end(self._single)

    async def _read_alone(
        self, pool: ProcessPoolExecutor, entry: Entry, answer: Answer, said: Reservations | None
    ) -> Visit:
        stands = False
        try:
            with deaf():
                begun = pool.submit(os.getpid)
            await asyncio.wrap_future(begun)
            stands = True
            return await _handed_to(pool, self.read_one, entry, answer, said)
        except BrokenProcessPool:
            if self._closed:
                raise asyncio.CancelledError from None
            if stands:
                raise ReadingFailed("reading it brought the process down") from None
        if self.jobs != 1:
            _log.warning("Processes beside the crawl end as soon as they begin: it reads pages itself from now on")
            self.jobs = 1
        return self._read_here(entry, answer)

    def close(self) -> None:
        """End the processes, also in the middle of a page, whose reading is cancelled then."""
        self._closed = True
        for pool in (self._pool, self._single):
            if pool is not None:
                end(pool)
        self._pool = None


async def _handed_to(
    pool: ProcessPoolExecutor, read_one: ReadOne, entry: Entry, answer: Answer, said: Reservations | None
) -> Visit:
    with deaf():
        under_way = pool.submit(read_one, entry, answer, said)
    return await asyncio.wrap_future(under_way)


# --- in the processes ---


class _Here:
    discoverer: ClassVar[Discoverer]
    wishes: ClassVar[Wishes]


def _begin(rules: Rules) -> None:
    import miacrawl.extract.extractor  # noqa: F401  before the collector is told what stays
    from miacrawl.sites import use_profiles_of

    use_profiles_of(rules.archive)
    _Here.discoverer, _Here.wishes = rules.discoverer(), rules.wishes()
    spare_collector()


def read_beside(entry: Entry, answer: Answer, said: Reservations | None) -> Visit:
    """What `read` gives by the rules that this process was begun with, in a form that can be handed back."""
    _Here.wishes.hosts = {} if said is None else {said.origin: said}
    visit = read(entry, answer, _Here.discoverer, _Here.wishes)
    return replace(visit, discoveries=tuple(visit.discoveries))
