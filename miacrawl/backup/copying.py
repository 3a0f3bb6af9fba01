"""A backup, from its beginning to its end: the database first, then the WARC files, then what is set up beside them.

A record is in its file before the database knows of it. So a database that was copied first speaks of no record that
the files, copied later, do not have; what they have besides is cut off.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from miacrawl.backup.destination import MARK, destination, made_at
from miacrawl.backup.warcs import copy_warcs
from miacrawl.errors import StorageError
from miacrawl.store.archive import DATABASE_NAME, database_path, explain
from miacrawl.store.snapshot import copy_database, finish_warcs, first_run

Told = Callable[[str, int, int], None]
"""Called with what is copied, bytes done, and bytes to do."""
_ENDINGS = (".yaml", ".yml", ".json")
_FOLDERS = ("sites", "templates", "static", "plugins")
_NOT = (MARK, "archive.lock.json")


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds. Of its `warc_files` some were in the one before (`kept_files`), or are links."""

    articles: int
    captures: int
    warc_files: int
    kept_files: int
    linked_files: int
    copied_bytes: int


def back_up(folder: Path, dest: Path, *, link: bool = False, told: Told = lambda what, done, of: None) -> Backup:
    """Copy the archive in `folder` to `dest`, a new folder or the backup that was made before.

    Raises ConfigError where `dest` can't be used, ArchiveLockedError, StorageError; nothing is at `dest` then that was
    not there before.
    """
    try:
        began = first_run(folder)
        to = destination(folder, dest, began)
        with made_at(to, began) as partial:
            return _copied(folder, to.final, partial, told, link=link)
    except sqlite3.Error as error:
        at = dest if "full" in str(error) else database_path(folder)
        raise StorageError(explain(error, at)) from error
    except OSError as error:
        raise StorageError(explain(error, dest)) from error


def _copied(folder: Path, last: Path, partial: Path, told: Told, *, link: bool) -> Backup:
    database = partial / DATABASE_NAME
    held = copy_database(folder, database, lambda done, of: told("database", done, of))
    size = database.stat().st_size
    total = sum(row.size or row.known_end for row in held.warcs)
    warcs = copy_warcs(folder, last, partial, held.warcs, lambda done: told("WARC files", done, total), link=link)
    if warcs.cut:
        finish_warcs(database, warcs.cut)
    _sync(database)
    _copy_configuration(folder, partial)
    return Backup(held.articles, held.captures, len(held.warcs), warcs.kept, warcs.linked, size + warcs.size)


def _copy_configuration(folder: Path, partial: Path) -> None:
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix in _ENDINGS and path.name not in _NOT:
            shutil.copy2(path, partial / path.name)
        elif path.is_dir() and path.name in _FOLDERS:
            shutil.copytree(path, partial / path.name)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
