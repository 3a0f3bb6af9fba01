"""All checks, in their order."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from miacrawl.doctor.check import Check
from miacrawl.doctor.content import content_checks
from miacrawl.doctor.crawling import configuration_checks, run_checks, schedule_check, starts_of
from miacrawl.doctor.machine import machine_checks, name_checks
from miacrawl.doctor.place import place_checks
from miacrawl.errors import StorageError
from miacrawl.store.archive import database_path, explain, open_existing


def examine(folder: Path, *, network: bool = False) -> Iterator[Check]:
    """Look at machine and archive; nothing is changed. `network`: look up the names of the sites, too."""
    yield from machine_checks()
    if not database_path(folder).is_file():
        yield Check("archive", "problem", f"there is none in {folder}: make one with: miacrawl init {folder}")
        return
    yield from place_checks(folder)
    yield from configuration_checks(folder)
    yield schedule_check(folder)
    try:
        db = open_existing(folder)
    except StorageError as error:
        yield Check("database", "problem", str(error))
        return
    try:
        for check in content_checks(db, folder):
            yield check
            if check.about == "database" and check.verdict == "problem":
                return
            if check.about == "tables" and check.verdict != "ok":
                return
        yield from run_checks(db)
        if network:
            yield from name_checks(starts_of(db))
    except sqlite3.Error as error:
        yield Check("database", "problem", explain(error, database_path(folder)))
    finally:
        db.conn.close()
