"""All checks, in their order."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlite_utils import Database

from miacrawl.doctor.check import Check
from miacrawl.doctor.configuration import configuration_checks, configured_starts
from miacrawl.doctor.content import content_checks
from miacrawl.doctor.disk import disk_checks
from miacrawl.doctor.machine import machine_checks, name_checks
from miacrawl.doctor.place import place_checks
from miacrawl.doctor.runs import run_checks
from miacrawl.doctor.scheduled import schedule_check
from miacrawl.errors import ConfigError, StorageError
from miacrawl.store.archive import database_path, explain, open_existing
from miacrawl.store.upkeep import latest_starts


def examine(folder: Path, *, network: bool = False) -> Iterator[Check]:
    """Look at machine and archive; nothing is changed. `network`: look up the names of the sites, too."""
    yield from machine_checks()
    yield from _seen("archive", folder, _archive_checks(folder, network=network))


def _archive_checks(folder: Path, *, network: bool) -> Iterator[Check]:
    if not database_path(folder).is_file():
        yield Check("archive", "problem", f"there is none in {folder}: make one with: miacrawl init {folder}")
        return
    yield from _seen("folder", folder, place_checks(folder))
    yield from _seen("disk", folder, disk_checks(folder))
    yield from configuration_checks(folder)
    yield from _seen("schedule", folder, schedule_check(folder))
    db = open_existing(folder)
    try:
        yield from _database_checks(db, folder)
        if network:
            yield from name_checks((*_configured(folder), *latest_starts(db)))
    finally:
        db.conn.close()


def _database_checks(db: Database, folder: Path) -> Iterator[Check]:
    """What the tables hold is asked only where they are those of this version, and can be read."""
    checks = list(_seen("database", folder, content_checks(db, folder)))
    yield from checks
    readable = {check.about: check.verdict for check in checks}
    if readable.get("tables") == "ok" and readable["database"] != "problem":
        yield from _seen("runs", folder, run_checks(db, folder))


def _seen(about: str, folder: Path, checks: Iterable[Check]) -> Iterator[Check]:
    """The checks; where one can't even be made, that is a problem too, and the others of its kind are left out."""
    try:
        yield from checks
    except StorageError as error:
        yield Check(about, "problem", str(error))
    except (OSError, sqlite3.Error) as error:
        yield Check(about, "problem", explain(error, database_path(folder)))
    except (ValueError, TypeError, AttributeError) as error:
        yield Check(about, "problem", f"{database_path(folder)} holds what miacrawl has not written: {error}")


def _configured(folder: Path) -> tuple[str, ...]:
    try:
        return configured_starts(folder)
    except ConfigError:
        return ()
