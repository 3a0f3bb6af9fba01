"""Pages read again by the workers of a Dask cluster, which see the archive's folder at the same path.

Only the pool is another one: what is to be read is told here, and what was read comes back here, in order, with a
bounded number of pieces under way. A piece is some captures of one WARC file. One that a worker fails to read is tried
again, by another worker where there is one; a page that brings workers down is told as such, and costs no other page
its reading.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from miacrawl import __version__
from miacrawl.errors import ConfigError, StorageError
from miacrawl.reextract.reading import Read, Reading, Task, read_task
from miacrawl.reextract.rules import rules_in_use
from miacrawl.sites import use_profiles_of
from miacrawl.warc.writer import path_of

_PIECE = 64
_AHEAD = 3
"""Pieces that wait for each thread of the workers, so that none is idle while results are looked at."""
_TRIES_AGAIN = 3
_PATIENCE_SECONDS = 20.0
_ADDRESS = re.compile(r"(?:tcp|tls|ucx|ws|wss)://\S+:\d+")
_WENT = ("CancelledError", "CommClosedError", "FutureCancelledError", "FuturesCancelledError", "SchedulerShutdownError")


def read_spread(
    tasks: Iterable[Task], archive: Path, warcs: Path, scheduler: str, read_one: Read = read_task
) -> Generator[Reading, None, None]:
    """Read captures on the cluster at `scheduler` ("tcp://host:8786"); readings come in the order of the tasks.

    Raises ConfigError where it can't be used, with what to do; StorageError where it goes away meanwhile.
    """
    if not _ADDRESS.fullmatch(scheduler):
        raise ConfigError(f"--dask {scheduler} is no address of a scheduler: write it as tcp://host:8786")
    distributed = _distributed()
    # What goes wrong is told once, in our words.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    archive, warcs = archive.resolve(), warcs.resolve()
    try:
        client = distributed.Client(scheduler, timeout=_PATIENCE_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError, ImportError, TypeError) as error:
        raise ConfigError(f"no Dask scheduler answers at {scheduler} ({_first_line(error)})") from error
    try:
        _check_workers(client, archive, scheduler)
        yield from _Spread(client, distributed, archive, warcs, read_one).through(_pieces(tasks))
    finally:
        client.close(timeout=_PATIENCE_SECONDS)


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise ConfigError("--dask needs Dask, which is not there: pip install 'miacrawl[dask]'") from error
    return distributed


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


def _pieces(tasks: Iterable[Task]) -> Iterator[tuple[Task, ...]]:
    """Tasks whose bodies are in one file, so many at most."""
    for _, of_file in groupby(tasks, key=lambda task: task.body.file):
        while piece := tuple(islice(of_file, _PIECE)):
            yield piece


def _check_workers(client: Any, archive: Path, scheduler: str) -> None:
    """Raise ConfigError where no worker is there, or one that would read otherwise than this process does."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE_SECONDS)
    except TimeoutError as error:
        raise ConfigError(f"the Dask scheduler at {scheduler} has no worker: dask worker {scheduler}") from error
    use_profiles_of(archive)
    own = (__version__, rules_in_use())
    told = client.run(what_it_has, str(archive), on_error="return")
    for worker, found in told.items():
        if isinstance(found, BaseException):
            raise ConfigError(f"the Dask worker {worker} can't be used: miacrawl is to be there ({_first_line(found)})")
        there, *rules = found
        if not there:
            raise ConfigError(f"the Dask worker {worker} does not see {archive}: it is to be at the same path there")
        if tuple(rules) != own:
            raise ConfigError(
                f"the Dask worker {worker} has miacrawl {rules[0]} or other rules than here ({own[0]}):"
                " install the same, and begin it anew"
            )


@dataclass(slots=True)
class _Spread:
    """Pieces under way on a cluster."""

    client: Any
    distributed: Any
    archive: Path
    warcs: Path
    read_one: Read
    waiting: deque[tuple[tuple[Task, ...], Any]] = field(default_factory=deque)

    def through(self, pieces: Iterator[tuple[Task, ...]]) -> Iterator[Reading]:
        for piece in pieces:
            self.waiting.append((piece, self._handed(piece)))
            if len(self.waiting) >= self._most():
                yield from self._first()
        while self.waiting:
            yield from self._first()

    def _most(self) -> int:
        """Workers may come and go."""
        return _AHEAD * max(1, sum(int(count) for count in self.client.nthreads().values()))

    def _handed(self, piece: tuple[Task, ...]) -> Any:
        given = (str(self.archive), str(self.warcs), self.read_one, piece)
        return self.client.submit(read_piece, *given, pure=False, retries=_TRIES_AGAIN)

    def _first(self) -> list[Reading]:
        piece, future = self.waiting.popleft()
        return list(self._result(piece, future))

    def _result(self, piece: tuple[Task, ...], future: Any) -> Iterator[Reading]:
        try:
            yield from future.result()
        except self.distributed.KilledWorker:
            yield from self._alone(piece)
        except FileNotFoundError:
            told = f"no worker finds {piece[0].body.file}"
            yield from (Reading(task.capture_id, None, trouble=told) for task in piece)
        except OSError as error:
            if type(error).__name__ in _WENT:
                raise _went() from error
            told = f"no worker could read it: {_first_line(error)}"
            yield from (Reading(task.capture_id, None, trouble=told) for task in piece)
        except Exception as error:
            if type(error).__name__ in _WENT:
                raise _went() from error
            raise StorageError(f"a Dask worker failed: {_first_line(error)}; what was read is kept") from error

    def _alone(self, piece: tuple[Task, ...]) -> Iterator[Reading]:
        """A piece that brought workers down, page by page: some page of it does."""
        if len(piece) == 1:
            yield Reading(piece[0].capture_id, None, trouble="reading it brought the process down")
            return
        for task in piece:
            yield from self._result((task,), self._handed((task,)))


def _went() -> StorageError:
    return StorageError("the Dask scheduler went away; what was read is kept: call this again to go on")


# --- on the workers ---

_ONE_AT_A_TIME = threading.Lock()
"""A process has one archive's profiles in use; and reading is work of the processor, which threads do not share out."""
_begun: list[str] = []


def what_it_has(archive: str) -> tuple[bool, str, str]:
    """Whether this process sees the archive, its version of miacrawl, and its rules."""
    with _ONE_AT_A_TIME:
        _begin(archive, anew=True)
        return (Path(archive) / "archive.db").is_file(), __version__, rules_in_use()


def read_piece(archive: str, warcs: str, read_one: Read, piece: Iterable[Task]) -> list[Reading]:
    """Read captures of one file. Raises OSError where this process can't open it: another one may."""
    with _ONE_AT_A_TIME:
        _begin(archive)
        folder, tasks = Path(warcs), tuple(piece)
        for name in {task.body.file for task in tasks}:
            path_of(folder, name).open("rb").close()
        return [read_one(folder, task) for task in tasks]


def _begin(archive: str, *, anew: bool = False) -> None:
    if anew or _begun != [archive]:
        use_profiles_of(Path(archive))
        _begun[:] = [archive]
