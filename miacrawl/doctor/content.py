"""Checks of the database: sound, of this version, its times not in the future."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from miacrawl.doctor.check import Check
from miacrawl.revisit import moment
from miacrawl.store.archive import database_path, explain
from miacrawl.store.schema import migrations, newer_steps
from miacrawl.store.soundness import damage, dangling
from miacrawl.store.upkeep import newest_moment

_LIMIT_SECONDS = 60.0
_AHEAD = timedelta(minutes=5)


def content_checks(db: Database, folder: Path) -> Iterator[Check]:
    """Everything about the database itself."""
    yield _sound(db, folder)
    yield _links(db)
    yield _schema(db, folder)
    yield _clock(db)


def _sound(db: Database, folder: Path) -> Check:
    path = database_path(folder)
    try:
        found = damage(db, _LIMIT_SECONDS)
    except sqlite3.DatabaseError as error:
        return Check("database", "problem", explain(error, path))
    if found is None:
        told = f"sound as far as was looked in {_LIMIT_SECONDS:g} s; for all of it: sqlite3 {path} 'PRAGMA quick_check'"
        return Check("database", "warning", told)
    if found:
        told = f"{path} is damaged ({found[0]}): restore a copy, or save what can be read: sqlite3 {path} .recover"
        return Check("database", "problem", told)
    return Check("database", "ok", "sound")


def _links(db: Database) -> Check:
    found = dangling(db, _LIMIT_SECONDS)
    if found is None:
        return Check("references", "warning", f"not looked at to their end in {_LIMIT_SECONDS:g} s")
    if found:
        told = "; ".join(f"{count:,} rows of {table}" for table, count in found.items())
        told += " speak of rows that are not there: something else than miacrawl has written here; restore a copy"
        return Check("references", "problem", told)
    return Check("references", "ok", "whole")


def _schema(db: Database, folder: Path) -> Check:
    if newer := newer_steps(db):
        return Check("tables", "problem", f"made by a newer miacrawl ({newer[-1]}): install that one")
    if pending := [migration.name for migration in migrations.pending(db)]:
        told = f"of an older miacrawl ({len(pending)} steps behind); the next run brings them up to date"
        return Check("tables", "warning", f"{told}, or: miacrawl init {folder}")
    return Check("tables", "ok", "up to date")


def _clock(db: Database) -> Check:
    newest, today = moment(newest_moment(db)), datetime.now(UTC)
    if newest is not None and newest > today + _AHEAD:
        told = f"this machine's clock says {today:%Y-%m-%d %H:%M} UTC, which is before the newest entry of the archive"
        return Check("clock", "problem", f"{told}, {newest:%Y-%m-%d %H:%M}: set it (timedatectl set-ntp true)")
    return Check("clock", "ok", f"{today:%Y-%m-%d %H:%M} UTC")
