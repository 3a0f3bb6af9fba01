"""An archive: a folder with archive.db, which one process at a time may write."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlite_utils import Database

from miacrawl.errors import ArchiveLockedError, StorageError
from miacrawl.store.clock import now
from miacrawl.store.connection import open_database
from miacrawl.store.schema import newer_steps

DATABASE_NAME = "archive.db"
_LOCK_NAME = "archive.lock"


def database_path(folder: Path) -> Path:
    """Where the database of the archive in `folder` is."""
    return folder / DATABASE_NAME


def open_archive(folder: Path) -> Database:
    """The database of the archive in `folder`, both made where they are missing.

    Raises StorageError where the folder can't be written or the file is no archive.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        db = open_database(database_path(folder))
    except (OSError, sqlite3.Error) as error:
        raise StorageError(explain(error, database_path(folder))) from error
    if newer := newer_steps(db):
        db.conn.close()
        told = f"{database_path(folder)} was made by a newer miacrawl ({newer[-1]})"
        raise StorageError(f"{told}: install that one, or use another folder; nothing was changed")
    return db


def open_existing(folder: Path) -> Database:
    """The database of the archive in `folder`, for reading only.

    Raises StorageError where there is none, with what to do.
    """
    path = database_path(folder)
    if not path.is_file():
        raise StorageError(
            f"there is no archive in {folder} (no {DATABASE_NAME}); "
            f"make one with: miacrawl crawl URL --archive {folder}"
        )
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
        connection.execute("SELECT 1 FROM articles LIMIT 1")
    except sqlite3.Error as error:
        raise StorageError(explain(error, path)) from error
    return Database(connection)


def explain(error: BaseException, path: Path) -> str:
    """One line on what a storage error means and what to do about it."""
    text = str(error)
    if "full" in text or getattr(error, "errno", None) == 28:
        return f"no space is left for {path}: free some and run the command again; nothing stored was harmed"
    if "disk I/O" in text or getattr(error, "errno", None) == 27:
        told = "the disk fails, or files may not grow that large (ulimit -f)"
        return f"{path}: {text}: {told}; see to that and run the command again"
    if "not a database" in text or "malformed" in text:
        return f"{path} is damaged or no SQLite database ({text}): move it away, or restore a copy"
    if "readonly" in text or "unable to open" in text or isinstance(error, PermissionError):
        return f"{path} can't be written ({text}): check the folder's permissions"
    if "no such column" in text:
        return f"{path} was made by an older miacrawl ({text}): bring it up to date with: miacrawl init {path.parent}"
    if "no such table" in text:
        return f"{path} is no miacrawl archive ({text})"
    return f"{path}: {text}"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the archive in `folder` for writing.

    Raises ArchiveLockedError, saying who holds it and since when, if another process does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock, holder = FileLock(folder / _LOCK_NAME), folder / f"{_LOCK_NAME}.json"
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise ArchiveLockedError(
            f"{folder} is being written by {_holder(holder)}; try again when it has ended"
        ) from error
    except OSError as error:
        raise StorageError(explain(error, folder / _LOCK_NAME)) from error
    try:
        _name_holder(holder)
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _name_holder(path: Path) -> None:
    try:
        path.write_text(json.dumps({"pid": os.getpid(), "since": now()}), "utf-8")
    except OSError as error:
        raise StorageError(explain(error, path)) from error


def holder_of(folder: Path) -> str | None:
    """Who writes the archive in `folder` now, as "process 123 since …"; None where nobody does."""
    lock = FileLock(folder / _LOCK_NAME)
    try:
        if not (folder / _LOCK_NAME).exists():
            return None
        lock.acquire(timeout=0)
    except Timeout:
        return _holder(folder / f"{_LOCK_NAME}.json")
    except OSError as error:
        raise StorageError(explain(error, folder / _LOCK_NAME)) from error
    lock.release()
    return None


def _holder(path: Path) -> str:
    try:
        known = json.loads(path.read_text("utf-8"))
        return f"process {known['pid']} since {known['since']}"
    except (OSError, ValueError, KeyError):
        return "another process"
