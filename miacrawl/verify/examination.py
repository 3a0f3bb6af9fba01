"""All checks, in their order, on one state of the database: what a run adds meanwhile is not looked at."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from miacrawl.errors import StorageError
from miacrawl.store.archive import database_path, explain, holder_of, open_existing
from miacrawl.store.inventory import Scope, WarcFile, last_capture, random_captures, warc_rows
from miacrawl.verify.captures import Told, captures_check, pieces_of, read_all
from miacrawl.verify.database import (
    DATABASE_DAMAGED,
    counts_check,
    database_check,
    references_check,
    row_checks,
    search_check,
    tables_check,
)
from miacrawl.verify.files import Files, compared, files_check, names_in
from miacrawl.verify.finding import Check
from miacrawl.verify.piece import Seen


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be looked at. `quick`: the database without its indexes; `sample`: so many captures by lot, 0 for all;

    `since`: captures from then on; `jobs`: processes that read; `told`: is called as they get on.
    """

    quick: bool = False
    sample: int = 0
    since: str | None = None
    jobs: int = 1
    told: Told = lambda captures, seconds: None


@dataclass(slots=True)
class Result:
    """What came of it. `files`, `seen`: what a repair goes by; `is_readable`: the tables can be written to."""

    checks: list[Check] = field(default_factory=list)
    files: Files = field(default_factory=Files)
    seen: Seen = field(default_factory=Seen)
    is_readable: bool = False

    @property
    def problems(self) -> int:
        """How many things are wrong."""
        return sum(check.problems for check in self.checks)

    def kinds(self) -> set[str]:
        """The kinds of what was found."""
        return {kind for check in self.checks for kind in check.tallies}


def examine(
    folder: Path, asked: Asked, *, holding: bool = False, seen: Callable[[Check], None] = lambda check: None
) -> Result:
    """Look at all of the archive in `folder`; nothing is changed. `holding`: the caller holds it for writing.

    `seen` is called with each check when it is made. Raises StorageError where there is no archive to be read.
    """
    result = Result()
    try:
        for check in _checks(folder, asked, holding=holding, result=result):
            result.checks.append(check)
            seen(check)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(explain(error, database_path(folder))) from error
    return result


def _checks(folder: Path, asked: Asked, *, holding: bool, result: Result) -> Iterator[Check]:
    in_use = not holding and _in_use(folder)
    names = names_in(folder)
    db = open_existing(folder)
    try:
        db.execute("BEGIN")
        sound = database_check(db, folder, quick=asked.quick)
        yield sound
        if DATABASE_DAMAGED in sound.tallies:
            return  # what its tables say may be anything
        tables = tables_check(db, folder)
        yield tables
        if tables.tallies:
            return
        result.is_readable = True
        yield references_check(db)
        yield search_check(db)
        yield counts_check(db)
        yield from row_checks(db)
        scope, rows = _scope(db, asked)
        result.files = compared(folder, names, rows, in_use=in_use)
        parts = pieces_of(db, rows, result.files.sizes, scope)
    finally:
        db.conn.close()
    yield files_check(result.files, {row.name: row for row in rows})
    result.seen, seconds = read_all(folder, parts, asked.jobs, asked.told)
    yield captures_check(folder, result.seen, seconds)


def _scope(db: Database, asked: Asked) -> tuple[Scope, list[WarcFile]]:
    until = last_capture(db)
    ids = random_captures(db, until, asked.sample) if asked.sample else None
    return Scope(until, asked.since, ids), warc_rows(db, until)


def _in_use(folder: Path) -> bool:
    """Whether a run may be writing; that is so too where the lock can't be looked at."""
    try:
        return holder_of(folder) is not None
    except StorageError:
        return True
