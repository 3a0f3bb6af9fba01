"""Whether a database is whole, as SQLite itself says, within a time limit."""

from __future__ import annotations

import sqlite3
import time

from sqlite_utils import Database

_STEPS = 10_000
"""Of SQLite's machine, between two looks at the clock."""


def damage(db: Database, limit_seconds: float) -> list[str] | None:
    """What is wrong in the file's structure, a few lines, empty where nothing is; None where looking takes too long.

    Raises sqlite3.DatabaseError where it is so damaged that it can't be looked at.
    """
    found = _within(db, "PRAGMA quick_check(5)", limit_seconds)
    return None if found is None else [str(text) for (text, *_) in found if text != "ok"]


def structure(db: Database, *, quick: bool) -> list[str]:
    """What is wrong in the file's structure, a hundred lines at most; `quick`: without holding indexes against tables.

    Raises sqlite3.DatabaseError where it is so damaged that it can't be looked at.
    """
    found = db.execute(f"PRAGMA {'quick_check' if quick else 'integrity_check'}(100)").fetchall()
    return [line for (text, *_) in found if text != "ok" for line in str(text).splitlines()]


def reindex(db: Database) -> None:
    """Make every index anew from its table, in one transaction."""
    with db.atomic():
        db.execute("REINDEX")


def dangling(db: Database, limit_seconds: float) -> dict[str, int] | None:
    """Rows that speak of rows which are not there, counted by table; None where looking takes too long."""
    found = _within(db, 'SELECT "table", count(*) FROM pragma_foreign_key_check GROUP BY 1', limit_seconds)
    return None if found is None else {str(table): int(str(count)) for table, count in found}


def _within(db: Database, sql: str, limit_seconds: float) -> list[tuple[object, ...]] | None:
    """The rows of a statement, or None where it takes too long."""
    ends = time.monotonic() + limit_seconds
    db.conn.set_progress_handler(lambda: time.monotonic() > ends, _STEPS)
    try:
        return list(db.execute(sql).fetchall())
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            return None
        raise
    finally:
        db.conn.set_progress_handler(None, 0)
