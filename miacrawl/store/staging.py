"""The staging file of a re-extraction: what is to be read, what came of it, and what of that has been applied.

A SQLite file of its own beside the archive's, so that reading for hours neither blocks an update nor loses a reading
when it is cut off. Its name is none that Datasette publishes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from miacrawl.errors import ArchiveLockedError, StorageError
from miacrawl.store.archive import explain
from miacrawl.store.targets import Scope, Target
from miacrawl.warc.writer import Place

NAME = "reextract.staging"
State = Literal["same", "changed", "new", "kept", "unread", "no-article"]
"""What today's rules make of a page.

* same, changed: the article, as it is archived or otherwise; new: an article where none was seen.
* kept: next to nothing of the article is found, so that what is archived stays; unread: its capture can't be read.
* no-article: still none.
"""
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tasks (
    id INTEGER PRIMARY KEY, capture_id INTEGER, article_id INTEGER, number INTEGER, is_current INTEGER, extractor TEXT,
    url_key TEXT, url TEXT, fetched_at TEXT, file TEXT, offset INTEGER, length INTEGER, body_file TEXT,
    body_offset INTEGER, body_length INTEGER, state TEXT, read_by TEXT, note TEXT, found TEXT, told TEXT, applied TEXT
);
CREATE INDEX IF NOT EXISTS idx_tasks_todo ON tasks(id) WHERE state IS NULL;
CREATE INDEX IF NOT EXISTS idx_tasks_apply ON tasks(id) WHERE state IS NOT NULL AND applied IS NULL;
CREATE TABLE IF NOT EXISTS differences (
    field TEXT, kind TEXT, task_id INTEGER, url TEXT, before TEXT, after TEXT
);
CREATE TABLE IF NOT EXISTS counts (field TEXT, kind TEXT, n INTEGER, PRIMARY KEY (field, kind));
"""
_LAYOUT = 1
"""Of these tables: what another miacrawl left behind in others is read anew."""
_TARGET_COLUMNS = "id, capture_id, article_id, number, is_current, extractor, url_key, url, fetched_at, file, offset,"
_TARGET_COLUMNS += " length, body_file, body_offset, body_length"
_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Task:
    """A target with its number in the staging file."""

    id: int
    target: Target


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is read otherwise. `kind`: filled (it was empty), emptied or changed; texts are shortened."""

    field: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a task. `found`: the article as JSON, where it is to be applied.

    `told`: a digest of what makes a version, equal for equal texts; "" where nothing was read.
    """

    task: Task
    state: State
    read_by: str = ""
    note: str = ""
    found: str | None = None
    differences: tuple[Difference, ...] = ()
    told: str = ""


class Staging:
    """A staging file, opened by `Staging.open` for one process at a time; a context manager."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: FileLock) -> None:
        self.path = path
        self.db = connection
        self._lock = lock

    @classmethod
    def open(cls, folder: Path) -> Staging:
        """The staging file of the archive in `folder`, made where it is missing.

        Raises ArchiveLockedError where another process re-extracts, StorageError where it can't be written.
        """
        path = folder / NAME
        lock = FileLock(folder / f"{NAME}.lock")
        try:
            lock.acquire(timeout=0)
            connection = sqlite3.connect(path, timeout=30)
            connection.execute("PRAGMA journal_mode = WAL")
            if connection.execute("PRAGMA user_version").fetchone()[0] != _LAYOUT:
                for table in ("meta", "tasks", "differences", "counts"):
                    connection.execute(f"DROP TABLE IF EXISTS {table}")
            connection.executescript(f"{_TABLES}PRAGMA user_version = {_LAYOUT};")
        except Timeout as error:
            raise ArchiveLockedError(f"{folder} is being re-extracted by another process; wait for it") from error
        except (sqlite3.Error, OSError) as error:
            lock.release()
            raise StorageError(explain(error, path)) from error
        return cls(path, connection, lock)

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()
        self._lock.release()

    # --- what is to be read ---

    @property
    def is_begun(self) -> bool:
        """Whether an earlier call has left anything in it."""
        return self._meta("extractor") is not None

    def is_of(self, extractor: str, scope: Scope, *, again: bool) -> bool:
        """Whether it was begun with these rules and this scope, so that it can be gone on with.

        `again`: with what was last read by these rules, too.
        """
        begun = (self._meta("extractor"), self._meta("scope"))
        return begun == (extractor, _text(scope)) and (not again or self._meta("again") == "1")

    def fill(self, found: Iterable[Target], extractor: str, scope: Scope, *, again: bool) -> None:
        """Begin anew with these targets."""
        with self.db:
            for table in ("tasks", "differences", "counts", "meta"):
                self.db.execute(f"DELETE FROM {table}")
            marks = ", ".join("?" * (_TARGET_COLUMNS.count(",") + 1))
            self.db.executemany(
                f"INSERT INTO tasks ({_TARGET_COLUMNS}) VALUES ({marks})",
                (_row(number, target) for number, target in enumerate(found, start=1)),
            )
            told = {"extractor": extractor, "scope": _text(scope), "again": str(int(again))}
            self.db.executemany("INSERT INTO meta VALUES (?, ?)", told.items())

    def go_on(self) -> None:
        """What could not be read before is to be tried again: a disk may be back, a file mended."""
        with self.db:
            self.db.execute("UPDATE tasks SET state = NULL WHERE state = 'unread' AND applied IS NULL")

    def todo(self, after: int = 0, limit: int = 1_000) -> list[Task]:
        """Tasks that nobody has read yet, in their order, those with a number over `after`."""
        sql = f"SELECT {_TARGET_COLUMNS} FROM tasks WHERE state IS NULL AND id > ? ORDER BY id LIMIT ?"
        return [_task(row) for row in self.db.execute(sql, [after, limit])]

    def count(self, where: str = "1") -> int:
        """How many tasks there are; `where`: a condition of ours."""
        return int(self.db.execute(f"SELECT count(*) FROM tasks WHERE {where}").fetchone()[0])

    # --- what came of it ---

    def note(self, verdicts: Iterable[Verdict]) -> None:
        """Keep what came of tasks, in one transaction. Raises sqlite3.Error."""
        with self.db:
            for verdict in verdicts:
                self.db.execute(
                    "UPDATE tasks SET state = ?, read_by = ?, note = ?, found = ?, told = ? WHERE id = ?",
                    [verdict.state, verdict.read_by, verdict.note, verdict.found, verdict.told, verdict.task.id],
                )
                for one in verdict.differences:
                    self._count(one, verdict.task)

    def _count(self, one: Difference, task: Task) -> None:
        self.db.execute(
            "INSERT INTO counts VALUES (?, ?, 1) ON CONFLICT (field, kind) DO UPDATE SET n = n + 1",
            [one.field, one.kind],
        )
        n = self.db.execute("SELECT n FROM counts WHERE field = ? AND kind = ?", [one.field, one.kind]).fetchone()[0]
        if n <= _SAMPLES:
            self.db.execute(
                "INSERT INTO differences VALUES (?, ?, ?, ?, ?, ?)",
                [one.field, one.kind, task.id, task.target.url, one.before, one.after],
            )

    def states(self) -> dict[str, int]:
        """How many tasks came to each state."""
        return dict(self.db.execute("SELECT state, count(*) FROM tasks WHERE state IS NOT NULL GROUP BY state"))

    def counts(self) -> dict[str, dict[str, int]]:
        """How many articles and versions differ in each field: {field: {kind: count}}."""
        found: dict[str, dict[str, int]] = {}
        for field, kind, n in self.db.execute("SELECT field, kind, n FROM counts ORDER BY n DESC, field, kind"):
            found.setdefault(field, {})[kind] = n
        return found

    def samples(self) -> list[dict[str, Any]]:
        """The first few differences of each field and kind: field, kind, url, before, after."""
        cursor = self.db.execute("SELECT field, kind, url, before, after FROM differences ORDER BY rowid")
        return [dict(zip(("field", "kind", "url", "before", "after"), row, strict=True)) for row in cursor]

    def notes(self, state: State, limit: int = _SAMPLES) -> list[tuple[str, str]]:
        """The first few addresses that came to a state, each with what there is to say of it."""
        sql = "SELECT url, coalesce(note, '') FROM tasks WHERE state = ? ORDER BY id LIMIT ?"
        return list(self.db.execute(sql, [state, limit]))

    def alike(self) -> int:
        """How many versions now read the same as the one before them."""
        sql = (
            "SELECT count(*) FROM (SELECT told, lag(told) OVER (PARTITION BY article_id ORDER BY fetched_at, number)"
            " AS before FROM tasks WHERE article_id IS NOT NULL AND told <> '') WHERE told = before"
        )
        return int(self.db.execute(sql).fetchone()[0])

    # --- what is applied ---

    def unapplied(self, limit: int) -> Iterator[tuple[Task, State, str, str | None]]:
        """Tasks that were read and not applied yet: each with its state, the rules, and the article as JSON."""
        sql = f"SELECT {_TARGET_COLUMNS}, state, read_by, found FROM tasks WHERE state IS NOT NULL AND applied IS NULL"
        for row in self.db.execute(f"{sql} ORDER BY id LIMIT ?", [limit]).fetchall():
            yield _task(row[:-3]), *row[-3:]

    def applied(self, tasks: Iterable[tuple[Task, bool]]) -> None:
        """Note that tasks are done with, each with whether what came of it is in the archive, or was left alone."""
        told = ((("applied" if is_in else "left"), task.id) for task, is_in in tasks)
        with self.db:
            self.db.executemany("UPDATE tasks SET applied = ? WHERE id = ?", told)

    def remove(self) -> None:
        """Delete the file: all of it has been applied."""
        self.db.close()
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _meta(self, name: str) -> str | None:
        found = self.db.execute("SELECT value FROM meta WHERE name = ?", [name]).fetchone()
        return None if found is None else str(found[0])


def _text(scope: Scope) -> str:
    return json.dumps(scope.as_dict())


def _row(number: int, target: Target) -> tuple[Any, ...]:
    told = asdict(target)
    place, body = told.pop("place"), told.pop("body")
    return (number, *told.values(), *place.values(), *body.values())


def _task(row: Sequence[Any]) -> Task:
    number, capture_id, article_id, version, is_current, extractor, url_key, url, fetched_at, *places = row
    return Task(
        number,
        Target(
            *(capture_id, article_id, version, bool(is_current), extractor, url_key, url, fetched_at),
            Place(*places[:3]),
            Place(*places[3:]),
        ),
    )
