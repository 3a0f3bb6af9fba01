"""The archive among the databases that Datasette serves."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from miacrawl.serve.trouble import PageError, no_archive, trouble_of

DATABASE = "archive"
_FILE = "archive.db"
T = TypeVar("T")
_STEPS = 50_000
"""Of SQLite's machine, between two looks at the clock: a millisecond of simple steps, half a second of the longest."""


def serves_archive(datasette: Any) -> bool:
    """Whether this Datasette is to have our pages: its configuration asks for them, or its database is an archive.

    Anybody else's Datasette, in an environment where miacrawl happens to be installed, keeps its own front page.
    """
    if datasette.plugin_config("miacrawl") is not None:
        return True
    database = datasette.databases.get(DATABASE)
    return bool(database and database.path and _is_archive(Path(database.path)))


def find(datasette: Any) -> Any:
    """Datasette's `Database` of the archive; one made since the server started is taken up.

    Raises PageError where there is none.
    """
    if DATABASE in datasette.databases:
        return datasette.databases[DATABASE]
    path = Path(datasette.config_dir) / _FILE if datasette.config_dir else None
    if path is None or not path.is_file():
        raise no_archive()
    from datasette.database import Database

    from miacrawl.serve.spare import spare_database

    database = datasette.add_database(Database(datasette, path=str(path)), name=DATABASE)
    spare_database(database)
    return database


async def rows(database: Any, sql: str, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
    """What `sql` yields, read-only and within Datasette's time limit. Raises PageError where it can't be had."""
    from datasette.database import QueryInterrupted

    try:
        results = await database.execute(sql, dict(parameters or {}), log_sql_errors=False)
    except (QueryInterrupted, sqlite3.Error) as error:
        raise trouble_of(error) from error
    return [dict(row) for row in results.rows]


async def rows_if_kept(database: Any, sql: str, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
    """As `rows`; nothing where the archive is older than a table that `sql` asks for."""
    try:
        return await rows(database, sql, parameters)
    except PageError as trouble:
        if "no such table" in str(trouble.__cause__):
            return []
        raise


async def within(database: Any, work: Callable[[Any], T]) -> T:
    """What `work`, given a connection to the archive, returns: in one of the threads that Datasette reads with."""
    try:
        return await database.execute_fn(work)  # type: ignore[no-any-return]
    except sqlite3.Error as error:
        raise trouble_of(error) from error


async def in_one_go(database: Any, work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
    """What `work` comes to, whose questions to the database that it is given are asked one after another in one thread.

    With other readers at once, each question to Datasette's own database waits for the threads and then for the event
    loop, which is longer than most take. `work` must wait for nothing else. Raises PageError.
    """
    limit = database.ds.sql_time_limit_ms

    def run(connection: sqlite3.Connection) -> T:
        working = work(_Here(connection, limit))
        try:
            working.send(None)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        working.close()
        raise RuntimeError("waited for something else than the database")

    return await within(database, run)


@dataclass(frozen=True, slots=True)
class _Here:
    """A connection that answers as Datasette's database does, and at once."""

    connection: sqlite3.Connection
    limit_ms: int

    async def execute(self, sql: str, parameters: Mapping[str, object], **_: object) -> _Rows:
        from datasette.database import QueryInterrupted

        with time_limit(self.connection, self.limit_ms):
            try:
                return _Rows(self.connection.execute(sql, parameters).fetchall())
            except sqlite3.OperationalError as error:
                if error.args == ("interrupted",):
                    raise QueryInterrupted(error, sql, parameters) from error
                raise

    async def execute_fn(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return work(self.connection)

    async def table_exists(self, name: str) -> bool:
        sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name"
        return bool((await self.execute(sql, {"name": name})).rows)


@contextlib.contextmanager
def time_limit(connection: sqlite3.Connection, limit_ms: int) -> Iterator[None]:
    """Interrupt what `connection` is asked within this `with` after so long, as Datasette's own limit does.

    It looks at the clock less often: each look waits for Python's lock.
    """
    deadline = time.perf_counter() + limit_ms / 1000
    connection.set_progress_handler(lambda: time.perf_counter() > deadline, _STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


@dataclass(frozen=True, slots=True)
class _Rows:
    rows: list[sqlite3.Row]


@lru_cache(maxsize=32)
def _is_archive(path: Path) -> bool:
    with contextlib.suppress(sqlite3.Error, OSError):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        with contextlib.closing(connection):
            columns = {row[1] for row in connection.execute("PRAGMA table_info(articles)")}
            return {"url_key", "provenance", "body_html"} <= columns
    return False
