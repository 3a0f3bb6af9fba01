"""What is asked to be read again: which sites, since when, in an archive that has it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from miacrawl.errors import ConfigError, StorageError
from miacrawl.store.archive import database_path, explain, open_existing
from miacrawl.store.clock import written
from miacrawl.store.exporting import is_known, some_sites
from miacrawl.store.schema import migrations, newer_steps
from miacrawl.store.targets import Scope


def scope_of(folder: Path, hosts: Iterable[str], since: str | None) -> Scope:
    """What is fetched from `hosts` (all where there are none) since a day or moment, in UTC where it names no zone.

    Raises ConfigError where nothing of the hosts is in the archive, or `since` is no time; StorageError.
    """
    scope = Scope(tuple(dict.fromkeys(hosts)), _moment(since) if since is not None else None)
    db = open_existing(folder)
    try:
        check_tables(db, folder)
        if scope.sites and not any(is_known(db, site) for site in scope.sites):
            there = ", ".join(some_sites(db)) or "nothing"
            raise ConfigError(f"nothing of {', '.join(scope.sites)} is in {folder}; there is: {there}")
    except sqlite3.Error as error:
        raise StorageError(explain(error, database_path(folder))) from error
    finally:
        db.conn.close()
    return scope


def check_tables(db: Database, folder: Path) -> None:
    """Raise StorageError where the tables are those of another version, with what to do."""
    path = database_path(folder)
    if newer := newer_steps(db):
        raise StorageError(f"{path} was made by a newer miacrawl ({newer[-1]}): install that one")
    if migrations.pending(db):
        raise StorageError(f"{path} was made by an older miacrawl: bring it up to date with: miacrawl init {folder}")


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
        return written(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise ConfigError(f"--since {text} is no day; write it as 2026-03-31") from error
