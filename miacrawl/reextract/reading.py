"""Pages read again in processes of their own, in order, with a bounded number of them under way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from miacrawl.article import Article
from miacrawl.errors import StorageError
from miacrawl.extract.ruling import extractor_of
from miacrawl.sites import use_profiles_of
from miacrawl.store.rereading import stored_page
from miacrawl.warc.reading import read
from miacrawl.warc.writer import Place
from miacrawl.worker import deaf, spare_collector, workers

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


Read = Callable[[Path, Task], Reading]
"""Reads a task, its WARC files being in a folder; found by its name in another process."""
_Batch = Sequence[Task]
_UnderWay = deque[tuple[_Batch, "Future[list[Reading]]"]]


def read_all(
    tasks: Iterable[Task], archive: Path, warcs: Path, jobs: int, read_one: Read | None = None
) -> Generator[Reading, None, None]:
    """Read captures in `jobs` processes; readings come in the order of the tasks, and few of them are held at a time.

    A page that brings its process down is told as such, and costs no other page its reading.
    """
    begin = (archive, warcs, read_one or read_task)
    batches = _in_batches(tasks)
    while True:
        pool = workers(jobs, _begin, *begin)
        waiting: _UnderWay = deque()
        try:
            yield from _through(pool, batches, waiting, jobs * _AHEAD)
            return
        except BrokenProcessPool:
            lost = [batch for batch, _ in waiting]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        for batch in lost:
            yield from _alone(batch, begin)


def _through(pool: ProcessPoolExecutor, batches: Iterator[_Batch], waiting: _UnderWay, most: int) -> Iterator[Reading]:
    for batch in batches:
        waiting.append((batch, _handed_to(pool, batch)))
        if len(waiting) >= most:
            yield from _first(waiting)
    while waiting:
        yield from _first(waiting)


def _handed_to(pool: ProcessPoolExecutor, batch: _Batch) -> Future[list[Reading]]:
    """What will come of a batch. Where the pool is broken already, that is told in its turn: no batch gets lost."""
    try:
        with deaf():
            return pool.submit(_read_batch, batch)
    except BrokenProcessPool as error:
        broken: Future[list[Reading]] = Future()
        broken.set_exception(error)
        return broken


def _first(waiting: _UnderWay) -> list[Reading]:
    found = waiting[0][1].result()
    waiting.popleft()
    return found


def _alone(batch: _Batch, begin: tuple[Path, Path, Read]) -> Iterator[Reading]:
    """A batch in a process of its own; where that ends, each of its pages in one: some page ends it."""
    with workers(1, _begin, *begin) as pool:
        try:
            yield from _handed_to(pool, batch).result()
            return
        except BrokenProcessPool:
            if len(batch) == 1:
                yield Reading(batch[0].capture_id, None, trouble="reading it brought the process down")
                return
    for task in batch:
        yield from _alone([task], begin)


def _in_batches(tasks: Iterable[Task]) -> Iterator[Sequence[Task]]:
    rest = iter(tasks)
    while batch := tuple(islice(rest, _AT_ONCE)):
        yield batch


# --- in the processes ---


class _Here:
    warcs = Path()
    read_one: Read


def _begin(archive: Path, warcs: Path, read_one: Read) -> None:
    import miacrawl.extract.extractor  # noqa: F401  before the collector is told what stays

    use_profiles_of(archive)
    _Here.warcs, _Here.read_one = warcs, read_one
    spare_collector()


def _read_batch(tasks: _Batch) -> list[Reading]:
    return [_Here.read_one(_Here.warcs, task) for task in tasks]


def read_task(warcs: Path, task: Task) -> Reading:
    """Read a capture by the rules that this process has in use."""
    try:
        stored = read(warcs, task.place)
        page = stored_page(stored, stored if task.body == task.place else read(warcs, task.body))
        return Reading(task.capture_id, page.article(), extractor_of(page.url))
    except StorageError as error:
        return Reading(task.capture_id, None, trouble=str(error))
    except Exception as error:  # whatever a rule fails of: one page must not keep the others from being read
        return Reading(task.capture_id, None, trouble=f"today's rules failed on it: {error!r:.200}")
