"""The full-text index held against the articles that it is made of, without writing to the archive."""

from __future__ import annotations

import re
import sqlite3

from sqlite_utils import Database

_INDEX = "articles_fts"
_NAME = re.compile(rf"[\[\"\x27`]?\b{_INDEX}\b[\]\"\x27`]?")
_SORTED_BYTES = 64 * 2**20
_PARTS = ("data", "idx", "docsize", "config")


def index_trouble(db: Database) -> str | None:
    """What is wrong with the index, None where it agrees with the articles. `db` may be open for reading only.

    SQLite's own check is an INSERT, which would have to wait for a run that writes. So it is made on a copy of the
    index in SQLite's temporary database, with a view on the articles as they are: the text itself is not copied.
    """
    declared = db.execute("SELECT sql FROM main.sqlite_master WHERE name = ?", [_INDEX]).fetchone()
    if declared is None:
        return "there is none"
    columns = ", ".join(f'"{row[1]}"' for row in db.execute(f"PRAGMA main.table_info({_INDEX})"))
    try:
        # The index looks for its articles in the database that it is in.
        db.execute(f"CREATE TEMP VIEW articles AS SELECT id AS rowid, {columns} FROM main.articles")
        db.execute(_NAME.sub(f"temp.{_INDEX}", declared[0], count=1))
        for part in _PARTS:
            db.execute(f"DELETE FROM temp.{_INDEX}_{part}")
            db.execute(f"INSERT INTO temp.{_INDEX}_{part} SELECT * FROM main.{_INDEX}_{part}")
        db.execute(f"INSERT INTO temp.{_INDEX}({_INDEX}, rank) VALUES ('integrity-check', 1)")
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        return f"a part of it is missing ({error})"
    except sqlite3.DatabaseError as error:
        return f"it does not agree with the articles ({error})"
    finally:
        db.execute(f"DROP TABLE IF EXISTS temp.{_INDEX}")
        db.execute("DROP VIEW IF EXISTS temp.articles")
    return None


def index_articles(db: Database, first: int, last: int) -> None:
    """Index the articles of these numbers, which no trigger has indexed; the caller holds the transaction."""
    # All of them are sorted before any of it is written: what is written in parts has to be merged.
    db.execute(f"INSERT INTO {_INDEX} ({_INDEX}, rank) VALUES ('hashsize', {_SORTED_BYTES})")
    db.execute(
        f"INSERT INTO {_INDEX} (rowid, title, blurb, body) SELECT id, title, blurb, body FROM articles"
        " WHERE id BETWEEN ? AND ?",
        [first, last],
    )


def rebuild_index(db: Database) -> None:
    """Make the index anew from the articles, in one transaction."""
    with db.atomic():
        db.execute(f"INSERT INTO {_INDEX}({_INDEX}) VALUES ('rebuild')")
