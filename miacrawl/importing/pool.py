"""Worker processes that read pages: given tasks, they give back visits in the same order. Bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType
from typing import Self

from miacrawl.errors import MiacrawlError
from miacrawl.importing.task import Task, carry_out
from miacrawl.sites import use_profiles_of
from miacrawl.visit import Visit
from miacrawl.worker import workers

_AHEAD = 16
"""Tasks for each worker that are read ahead."""
_MOST_BYTES = 64 * 2**20
"""Bodies under way at most, before the oldest is waited for."""

Then = Callable[[Visit], None]


class Pool:
    """Reads pages in `jobs` processes, or in this one where that is 1.

    `submit(task, then)`: `then` is called with the task's visit, in the order of the tasks, by this process.
    """

    def __init__(self, jobs: int, archive: Path) -> None:
        self.jobs = jobs
        self.archive = archive
        self._waiting: deque[tuple[Future[Visit], int, Then]] = deque()
        self._bytes = 0
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self.jobs > 1:
            self._executor = workers(self.jobs, use_profiles_of, self.archive)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=kind is None, cancel_futures=True)

    def submit(self, task: Task, then: Then) -> None:
        """Have a task carried out. Raises MiacrawlError where a worker died."""
        if self._executor is None:
            then(carry_out(task))
            return
        size = len(task.bodied.body)
        try:
            self._waiting.append((self._executor.submit(carry_out, task), size, then))
        except BrokenProcessPool as error:
            raise _died() from error
        self._bytes += size
        while len(self._waiting) > self.jobs * _AHEAD or (self._bytes > _MOST_BYTES and self._waiting):
            self._one()
        while self._waiting and self._waiting[0][0].done():
            self._one()

    def pass_through(self, visit: Visit, then: Then) -> None:
        """A visit that needs no reading, in its turn."""
        if not self._waiting:
            then(visit)
            return
        done: Future[Visit] = Future()
        done.set_result(visit)
        self._waiting.append((done, 0, then))

    def drain(self) -> bool:
        """Wait for all that is under way. Returns whether there was any."""
        found = bool(self._waiting)
        while self._waiting:
            self._one()
        return found

    def _one(self) -> None:
        future, size, then = self._waiting.popleft()
        self._bytes -= size
        try:
            visit = future.result()
        except BrokenProcessPool as error:
            raise _died() from error
        then(visit)


def _died() -> MiacrawlError:
    return MiacrawlError(
        "a process that reads pages died, maybe for want of memory: run the command again with --jobs 1; "
        "what was taken is kept"
    )
