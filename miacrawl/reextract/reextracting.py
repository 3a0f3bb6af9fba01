"""A re-extraction from its first page to its last: read, compared, kept in the staging file, told, applied."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from miacrawl.directives import NOTHING_SAID, Directives
from miacrawl.errors import ConfigError, StorageError
from miacrawl.extract.ruling import extractor_of
from miacrawl.reextract.article_json import loaded
from miacrawl.reextract.comparison import verdict
from miacrawl.reextract.reading import Reading, read_all
from miacrawl.reextract.reading import Task as ToRead
from miacrawl.reextract.rules import rules_in_use
from miacrawl.reextract.scope import check_tables
from miacrawl.reextract.spread import read_spread
from miacrawl.reextract.wishes import directives_in
from miacrawl.sites import use_profiles_of
from miacrawl.store import duplicates, reextraction
from miacrawl.store.archive import database_path, explain, open_archive, open_existing, writing
from miacrawl.store.capture import FOLDER
from miacrawl.store.staging import Staging, State, Task, Verdict
from miacrawl.store.targets import Scope, targets
from miacrawl.store.versions import compare_again

_AT_ONCE, _NOTED = 200, 50
"""Readings applied in a transaction, and readings after which they are kept: so many a kill may lose."""
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What today's rules make of the captures in a scope.

    `states`: how many came to each (see `miacrawl.store.staging.State`); `counts`: {field: {filled, emptied, changed:
    how many}}; `samples`: field, kind, url, before, after; `kept`, `unread`, `new`: some addresses, each with a word.
    `alike`: versions that now read the same as the one before them; they stay.
    """

    extractor: str
    states: dict[str, int]
    counts: dict[str, dict[str, int]]
    samples: list[dict[str, Any]]
    kept: list[tuple[str, str]]
    unread: list[tuple[str, str]]
    new: list[tuple[str, str]]
    alike: int = 0

    @property
    def pages(self) -> int:
        """How many captures were read."""
        return sum(self.states.values())

    @property
    def to_apply(self) -> int:
        """How many articles and versions would be changed or added."""
        return self.states.get("changed", 0) + self.states.get("new", 0)


@dataclass(frozen=True, slots=True)
class Prepared:
    """How many captures are to be read, of how many in all; `anew`: what was read before is of no use any more."""

    to_read: int
    in_all: int
    anew: bool


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of applying: articles and versions changed or added, and those that a crawl has renewed meanwhile."""

    changed: int
    newer: int


class Reextraction:
    """One re-extraction of the archive in `folder`; a context manager that holds its staging file.

    Every method raises StorageError where archive or staging file can't be used, ArchiveLockedError where another
    process has them.
    """

    def __init__(self, folder: Path, scope: Scope, *, again: bool = False) -> None:
        """`again`: read all captures, those too that were last read by today's rules."""
        self.folder = folder
        self.scope = scope
        self.again = again
        self.warcs = folder / FOLDER
        use_profiles_of(folder)
        self.archive = open_existing(folder)
        try:
            check_tables(self.archive, folder)
            self.staging = Staging.open(folder)
        except BaseException:
            self.archive.conn.close()
            raise
        self.extractor = rules_in_use()

    def __enter__(self) -> Reextraction:
        return self

    def __exit__(self, *_: object) -> None:
        self.staging.__exit__()
        self.archive.conn.close()

    # --- read and compared ---

    def prepare(self) -> Prepared:
        """Say what is to be read, but for what one cut off has read by the same rules."""
        with self._explained(self.staging.path):
            began = self.staging.is_begun
            goes_on = began and self.staging.is_of(self.extractor, self.scope, again=self.again)
            if goes_on:
                self.staging.go_on()
            else:
                self.staging.fill(self._targets(), self.extractor, self.scope, again=self.again)
            return Prepared(self.staging.count("state IS NULL"), self.staging.count(), began and not goes_on)

    def _targets(self) -> Iterator[Any]:
        for target in targets(self.archive, self.scope):
            # What has no article may have one by other rules; nothing tells which it was judged by.
            if self.again or target.article_id is None or target.extractor != extractor_of(target.url):
                yield target

    def read(self, jobs: int, progress: Progress, scheduler: str | None = None) -> None:
        """Read what nobody has read yet, in `jobs` processes; `progress` is told how many more are done.

        `scheduler`: the address of a Dask cluster that reads it in their place; ConfigError where that can't be used.
        """
        waiting: deque[Task] = deque()
        tasks = self._tasks(waiting)
        if scheduler is not None:
            readings = read_spread(tasks, self.folder, self.warcs, scheduler)
        else:
            readings = read_all(tasks, self.folder, self.warcs, jobs)
        with closing(readings), self._explained(self.staging.path):
            while batch := list(islice(readings, _NOTED)):
                self.staging.note([self._verdict(waiting.popleft(), reading) for reading in batch])
                progress(len(batch))

    def _tasks(self, waiting: deque[Task]) -> Iterator[ToRead]:
        last = 0
        while tasks := self.staging.todo(last):
            for task in tasks:
                waiting.append(task)
                yield ToRead(task.target.capture_id, task.target.place, task.target.body)
            last = tasks[-1].id

    def _verdict(self, task: Task, reading: Reading) -> Verdict:
        if task.target.capture_id != reading.capture_id:
            raise AssertionError(f"capture {reading.capture_id} was read in the place of {task.target.capture_id}")
        if reading.article is not None and reading.extractor != extractor_of(task.target.url):
            raise ConfigError(f"the profiles of {self.folder} were changed meanwhile: run the command again")
        stored = reextraction.stored_of(self.archive, task.target)
        if task.target.article_id is not None and not stored:
            return Verdict(task, "unread", note="it is no longer in the archive")
        found = reextraction.found_of(reading.article, task.target) if reading.article is not None else {}
        return verdict(task, reading, stored, found)

    def report(self) -> Report:
        """What would be changed, field by field."""
        with self._explained(self.staging.path):
            return Report(
                self.extractor,
                self.staging.states(),
                self.staging.counts(),
                self.staging.samples(),
                self.staging.notes("kept"),
                self.staging.notes("unread"),
                self.staging.notes("new"),
                self.staging.alike(),
            )

    @property
    def unapplied(self) -> int:
        """How many captures were read, and are to be applied yet."""
        return self.staging.count("state IS NOT NULL AND applied IS NULL")

    # --- applied ---

    def apply(self, report: Report, progress: Progress) -> Applied:
        """Put into the archive what was read, a transaction a batch; cut off, the next call goes on."""
        if not report.pages:
            self.staging.remove()
            return Applied(0, 0)
        with writing(self.folder), self._explained(database_path(self.folder)):
            db = open_archive(self.folder)
            try:
                told = {"counts": report.counts, "samples": report.samples}
                row = reextraction.begin(db, self.extractor, self.scope, told)
                while batch := list(self.staging.unapplied(_AT_ONCE)):
                    self.staging.applied(_apply(db, self.warcs, batch))
                    progress(len(batch))
                changed = self.staging.count("applied = 'applied' AND state IN ('changed', 'new')")
                newer = self.staging.count("applied = 'left'")
                reextraction.finish(db, row, report.pages, changed)
                duplicates.bring_up_to_date(db)
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                db.conn.close()
        self.staging.remove()
        return Applied(changed, newer)

    def _explained(self, path: Path) -> _Explained:
        return _Explained(path)


def _apply(db: Database, warcs: Path, batch: Sequence[tuple[Task, State, str, str | None]]) -> list[tuple[Task, bool]]:
    """Put a batch into the archive, in one transaction: each task with whether it is in it now."""
    done = []
    with db.atomic():
        for task, state, read_by, found in batch:
            article = loaded(found) if found is not None else None
            said = _said(db, warcs, task) if state == "new" else NOTHING_SAID
            is_in = said is not None and reextraction.apply(db, task.target, state, read_by, article, said)
            done.append((task, is_in))
        for article_id in {task.target.article_id for task, *_ in batch if task.target.article_id is not None}:
            compare_again(db, article_id)
    return done


def _said(db: Database, warcs: Path, task: Task) -> Directives | None:
    """What a page says on being archived; None where it can't be read any more."""
    try:
        return directives_in(db, warcs, task.target.capture_id)
    except StorageError:
        return None


class _Explained:
    """Turns what SQLite and the system raise into a StorageError that says what to do."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.Error | OSError):
            raise StorageError(explain(error, self.path)) from error
