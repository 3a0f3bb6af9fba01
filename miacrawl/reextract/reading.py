"""Pages read again in processes of their own, in order, with a bounded number of them under way."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from miacrawl.article import Article
from miacrawl.errors import StorageError
from miacrawl.extract.ruling import extractor_of
from miacrawl.sites import use_profiles_of
from miacrawl.store.rereading import stored_page
from miacrawl.warc.reading import read
from miacrawl.warc.writer import Place

_AT_ONCE = 16
_AHEAD = 3
"""Batches that wait for each process, so that none is idle while results are looked at."""


@dataclass(frozen=True, slots=True)
class Task:
    """A capture to read: its record, and the record that holds its body, another one where it is a revisit."""

    capture_id: int
    place: Place
    body: Place


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a task: the article, and the rules that found it; or the reason in words why there is none."""

    capture_id: int
    article: Article | None
    extractor: str = ""
    trouble: str = ""


def read_all(tasks: Iterable[Task], archive: Path, warcs: Path, jobs: int) -> Iterator[Reading]:
    """Read captures in `jobs` processes; readings come in the order of the tasks, and few of them are held at a time.

    A page that brings its process down is told as such, and costs no other page its reading.
    """
    batches = _in_batches(tasks)
    while True:
        pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (archive, warcs))
        waiting: deque[tuple[Sequence[Task], Future[list[Reading]]]] = deque()
        try:
            yield from _through(pool, batches, waiting, jobs * _AHEAD)
            return
        except BrokenProcessPool:
            lost = [batch for batch, _ in waiting]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        for batch in lost:
            yield from _alone(batch, archive, warcs)


def _through(
    pool: ProcessPoolExecutor,
    batches: Iterator[Sequence[Task]],
    waiting: deque[tuple[Sequence[Task], Future[list[Reading]]]],
    most: int,
) -> Iterator[Reading]:
    for batch in batches:
        waiting.append((batch, pool.submit(_read_batch, batch)))
        if len(waiting) >= most:
            yield from _first(waiting)
    while waiting:
        yield from _first(waiting)


def _first(waiting: deque[tuple[Sequence[Task], Future[list[Reading]]]]) -> list[Reading]:
    found = waiting[0][1].result()
    waiting.popleft()
    return found


def _alone(batch: Sequence[Task], archive: Path, warcs: Path) -> Iterator[Reading]:
    """A batch in a process of its own; where that ends, each of its pages in one: some page ends it."""
    with ProcessPoolExecutor(1, get_context("spawn"), _begin, (archive, warcs)) as pool:
        try:
            yield from pool.submit(_read_batch, batch).result()
            return
        except BrokenProcessPool:
            if len(batch) == 1:
                yield Reading(batch[0].capture_id, None, trouble="reading it brought the process down")
                return
    for task in batch:
        yield from _alone([task], archive, warcs)


def _in_batches(tasks: Iterable[Task]) -> Iterator[Sequence[Task]]:
    rest = iter(tasks)
    while batch := tuple(islice(rest, _AT_ONCE)):
        yield batch


# --- in the processes ---


class _Here:
    warcs = Path()


def _begin(archive: Path, warcs: Path) -> None:
    import miacrawl.extract.extractor  # noqa: F401  before the collector is told what stays

    use_profiles_of(archive)
    _Here.warcs = warcs
    # Extraction makes many objects and next to no cycles; looking for some takes a seventh of its time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


def _read_batch(tasks: Sequence[Task]) -> list[Reading]:
    return [_read(task) for task in tasks]


def _read(task: Task) -> Reading:
    try:
        stored = read(_Here.warcs, task.place)
        page = stored_page(stored, stored if task.body == task.place else read(_Here.warcs, task.body))
        return Reading(task.capture_id, page.article(), extractor_of(page.url))
    except StorageError as error:
        return Reading(task.capture_id, None, trouble=str(error))
