"""A copy of the database as it is at one moment, also while a run writes to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from miacrawl.errors import StorageError
from miacrawl.store.archive import database_path, open_existing
from miacrawl.store.clock import now
from miacrawl.store.inventory import WarcFile, last_capture, warc_rows
from miacrawl.store.schema import newer_steps

_PAGES = 1_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a copy holds. `first_run`: when the first run began, by which an archive is known again."""

    articles: int
    captures: int
    first_run: str | None
    warcs: tuple[WarcFile, ...]


def copy_database(folder: Path, target: Path, told: Callable[[int, int], None]) -> Snapshot:
    """Copy the database of the archive in `folder` to the file `target`; `told(done, of)` is called, in bytes.

    All of it is read in one transaction: else SQLite would begin again whenever a run has written, and never end.
    Raises StorageError and sqlite3.Error.
    """
    source = open_existing(folder)
    try:
        if newer := newer_steps(source):
            raise StorageError(f"{database_path(folder)} was made by a newer miacrawl ({newer[-1]}): use that one")
        size = int(source.execute("PRAGMA page_size").fetchone()[0])
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM articles LIMIT 1").fetchall()
        copy = sqlite3.connect(target)
        try:
            source.conn.backup(
                copy, pages=_PAGES, progress=lambda _, left, of: told((of - left) * size, of * size), sleep=0
            )
            return _snapshot(Database(copy))
        finally:
            copy.close()
    finally:
        source.conn.close()


def first_run(folder: Path) -> str | None:
    """When the first run of an archive began."""
    db = open_existing(folder)
    try:
        return _first_run(db)
    finally:
        db.conn.close()


def _first_run(db: Database) -> str | None:
    found = db.execute("SELECT started FROM runs ORDER BY id LIMIT 1").fetchone()
    return None if found is None else str(found[0])


def _snapshot(db: Database) -> Snapshot:
    articles = int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    if not db.table("captures").exists():
        return Snapshot(articles, 0, _first_run(db), ())
    captures = int(db.execute("SELECT count(*) FROM captures").fetchone()[0])
    return Snapshot(articles, captures, _first_run(db), tuple(warc_rows(db, last_capture(db))))


def finish_warcs(database: Path, sizes: dict[str, int]) -> None:
    """Note in a copied database that files which were being written are finished, with so many bytes."""
    connection = sqlite3.connect(database)
    try:
        with connection:
            for name, size in sizes.items():
                connection.execute("UPDATE warcs SET finished = ?, size = ? WHERE name = ?", [now(), size, name])
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()
