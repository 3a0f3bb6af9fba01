"""A database made anew beside the one that is there, and put in its place."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from miacrawl import __version__
from miacrawl.errors import StorageError
from miacrawl.store.archive import database_path, explain
from miacrawl.store.clock import now
from miacrawl.store.connection import open_database
from miacrawl.store.replay import ImportSession, RebuildSession, Replay

_BESIDE = (".rebuilding", ".rebuilding-wal", ".rebuilding-shm", ".rebuilding-journal")


def begin(folder: Path, *, force: bool) -> Database:
    """An empty database beside the archive's; what an earlier rebuild left unfinished is thrown away.

    Raises StorageError where the archive has a database and `force` is not given.
    """
    path = database_path(folder)
    if path.exists() and not force:
        raise StorageError(f"{path} is there: move it away, or give --force, which keeps it under another name")
    try:
        for ending in _BESIDE:
            path.with_name(path.name + ending).unlink(missing_ok=True)
        return open_database(path.with_name(path.name + _BESIDE[0]))
    except (OSError, sqlite3.Error) as error:
        raise StorageError(explain(error, path)) from error


def put_in_place(db: Database, folder: Path) -> Path | None:
    """Give the new database its name; where the old one is now, or None where there was none. Raises OSError."""
    db.execute("PRAGMA optimize")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    db.conn.close()
    path = database_path(folder)
    kept: Path | None = None
    if path.exists():
        kept = path.with_name(f"{path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        for ending in ("-wal", "-shm", ""):
            # With its journal: what stands in there is a part of it.
            if (old := path.with_name(path.name + ending)).exists():
                old.rename(kept.with_name(kept.name + ending))
    path.with_name(path.name + _BESIDE[0]).replace(path)
    return kept


def begin_again(
    db: Database, folder: Path, number: int, started: str, sites: Mapping[str, str], *, imported: bool
) -> Replay:
    """Open a run that was, under its number. `sites`: those that it visited, with their home pages."""
    with db.atomic():
        db.execute(
            "INSERT INTO runs (id, spider, start_urls, started, version, kind) VALUES (?, ?, ?, ?, ?, ?)",
            [
                *(number, "import" if imported else "articles", json.dumps([] if imported else list(sites.values()))),
                *(started or now(), __version__, "import" if imported else "rebuild"),
            ],
        )
    session = (ImportSession if imported else RebuildSession)(folder, db, number, (), ExitStack())
    session.sites = session.watch.sites = frozenset() if imported else frozenset(sites)
    return session


def enter_file(db: Database, run_id: int, path: Path, started: str) -> None:
    """The row of a finished file of captures."""
    with db.atomic():
        db.execute(
            "INSERT OR IGNORE INTO warcs (name, run_id, started, finished, size) VALUES (?, ?, ?, ?, ?)",
            [
                *(path.name, run_id, started or now()),
                datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                path.stat().st_size,
            ],
        )


def counts(db: Database) -> dict[str, int]:
    """How many rows the larger tables have."""
    names = ("articles", "article_versions", "captures", "urls")
    return {name: int(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in names}


def date_run(db: Database, run_id: int, last: str) -> None:
    """Say when a run that was told once more had ended."""
    with db.atomic():
        db.execute("UPDATE runs SET finished = ? WHERE id = ?", [last or now(), run_id])
