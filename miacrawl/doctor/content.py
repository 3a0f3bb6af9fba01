"""Checks of the database: sound, of this version, its times not in the future."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from miacrawl.doctor.check import Check
from miacrawl.revisit import moment
from miacrawl.store.archive import database_path, explain
from miacrawl.store.schema import migrations, newer_steps

_LIMIT_SECONDS = 60.0
_STEPS = 10_000
"""Of SQLite's machine, between two looks at the clock."""


def content_checks(db: Database, folder: Path) -> Iterator[Check]:
    """Everything about the database itself."""
    yield _sound(db, folder)
    yield _links(db)
    yield _schema(db, folder)
    yield _clock(db)


def _sound(db: Database, folder: Path) -> Check:
    try:
        found = _within(db, "PRAGMA quick_check(5)")
    except sqlite3.DatabaseError as error:
        return Check("database", "problem", explain(error, database_path(folder)))
    if found is None:
        return Check("database", "warning", f"not looked at to its end: that takes more than {_LIMIT_SECONDS:g} s")
    if found != [("ok",)]:
        told = (
            f"{database_path(folder)} is damaged ({found[0][0]}): restore a copy; nothing is written to it until then"
        )
        return Check("database", "problem", told)
    return Check("database", "ok", "sound")


def _links(db: Database) -> Check:
    try:
        found = _within(db, "PRAGMA foreign_key_check")
    except sqlite3.DatabaseError as error:
        return Check("references", "problem", str(error))
    if found:
        return Check(
            "references", "problem", f"{len(found)} rows speak of rows that are not there, as in {found[0][0]}"
        )
    return Check(
        "references", "ok" if found is not None else "warning", "whole" if found is not None else "took too long"
    )


def _within(db: Database, sql: str) -> list[tuple[object, ...]] | None:
    """The rows of a statement, or None where it takes too long."""
    ends = time.monotonic() + _LIMIT_SECONDS
    db.conn.set_progress_handler(lambda: time.monotonic() > ends, _STEPS)
    try:
        return list(db.execute(sql).fetchall())
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            return None
        raise
    finally:
        db.conn.set_progress_handler(None, 0)


def _schema(db: Database, folder: Path) -> Check:
    if newer := newer_steps(db):
        return Check("tables", "problem", f"made by a newer miacrawl ({newer[-1]}): install that one")
    if pending := [migration.name for migration in migrations.pending(db)]:
        told = f"of an older miacrawl ({len(pending)} steps behind); the next run brings them up to date"
        return Check("tables", "warning", f"{told}, or: miacrawl init {folder}")
    return Check("tables", "ok", "up to date")


def _clock(db: Database) -> Check:
    newest = moment(db.execute("SELECT max(started) FROM runs").fetchone()[0])
    if newest is not None and newest > datetime.now(UTC) + timedelta(minutes=5):
        told = (
            f"this machine's clock is behind the archive, whose last run began at {newest:%Y-%m-%d %H:%M} UTC: set it"
        )
        return Check("clock", "problem", told)
    return Check("clock", "ok", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
