"""Opening archive.db: one place that sets what SQLite needs set on every connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from miacrawl.store.schema import migrations


def open_database(path: Path) -> Database:
    """The database at `path`, made or brought up to date by the migrations; foreign keys on.

    Raises sqlite3.Error where the file is no database, damaged, or in a folder that can't be written.
    """
    connection = sqlite3.connect(path, timeout=30)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    db = Database(connection)
    migrations.apply(db)
    return db


def rows(db: Database, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[dict[str, Any]]:
    """The rows that a SELECT yields, as dicts."""
    cursor = db.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
