"""A summary of an archive: what is in it, and what became of every address."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from miacrawl.errors import StorageError
from miacrawl.store.archive import database_path, explain, open_existing
from miacrawl.store.connection import rows


@dataclass(frozen=True, slots=True)
class Status:
    """Counts of an archive. `sites`: articles by site; `states`: addresses by ledger state; `runs`: newest first."""

    articles: int
    related_links: int
    first_published: str | None
    last_published: str | None
    sites: dict[str, int]
    states: dict[str, int]
    due: int
    reasons: list[dict[str, Any]]
    runs: list[dict[str, Any]]


def status_of(folder: Path) -> Status:
    """The status of the archive in `folder`. Raises StorageError where there is none or it can't be read."""
    db = open_existing(folder)
    try:
        return _read(db)
    except sqlite3.Error as error:
        raise StorageError(explain(error, database_path(folder))) from error
    finally:
        db.conn.close()


def _read(db: Database) -> Status:
    articles, first, last = db.execute(
        "SELECT count(*), substr(min(published), 1, 10), substr(max(published), 1, 10) FROM articles"
    ).fetchone()
    return Status(
        articles=articles,
        related_links=db.execute("SELECT count(*) FROM related_links").fetchone()[0],
        first_published=first,
        last_published=last,
        sites=dict(db.execute("SELECT site, count(*) AS n FROM articles GROUP BY site ORDER BY n DESC").fetchall()),
        states=dict(db.execute("SELECT state, count(*) AS n FROM urls GROUP BY state ORDER BY n DESC").fetchall()),
        due=db.execute("SELECT count(*) FROM urls WHERE due = 1").fetchone()[0],
        reasons=rows(
            db,
            "SELECT state, reason, count(*) AS count FROM urls WHERE state IN ('failed', 'skipped')"
            " GROUP BY state, reason ORDER BY count DESC LIMIT 10",
        ),
        runs=rows(db, "SELECT * FROM runs ORDER BY id DESC LIMIT 5"),
    )
