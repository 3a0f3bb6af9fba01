"""A shard as it is opened to be merged: a file that a stranger may have made, read and never written.

It is taken only where its tables are, word for word, those that the migrations make: then it holds no view, no column
and no constraint with code of its own in the place of one. Its triggers and indexes are never run by reading.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from miacrawl.errors import ConfigError, StorageError
from miacrawl.store import shards
from miacrawl.store.archive import database_path, explain, open_archive
from miacrawl.store.bringing.columns import BROUGHT
from miacrawl.store.schema import migrations, newer_steps
from miacrawl.urls import site_of

_READ = (*BROUGHT, "identity", "states", "changes", "tallies", "_sqlite_migrations")
_NUMBERED = ("runs", "captures", "articles", "urls", "attempts", "alarms", "extractions")
_LONGEST = 64 * 2**20
"""Bytes of a value: no page that is archived has more."""
_CACHE_KIB = 200_000
_CHECKPOINT_PAGES = 16_000
"""So much is written to the journal before it is carried over to the database."""


@dataclass(frozen=True, slots=True)
class Shard:
    """What a shard says of itself. `upto`: the last row of each table; `stamp`: size and time of its files."""

    folder: Path
    identity: str
    state: int
    mark: str
    stamp: str
    upto: Mapping[str, int]

    @property
    def uri(self) -> str:
        """What it is attached by."""
        return _uri(self.folder)


def look_at(folder: Path) -> Shard:
    """Look at the shard in `folder`. Raises ConfigError where there is none, StorageError where it can't be merged."""
    path = database_path(folder)
    if not path.is_file():
        raise ConfigError(f"there is no archive in {folder}: a shard is a folder with {path.name} in it")
    try:
        connection = sqlite3.connect(_uri(folder), uri=True, timeout=30)
        try:
            return _seen(Database(connection), folder)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StorageError(explain(error, path)) from error


def _seen(db: Database, folder: Path) -> Shard:
    _be_wary(db)
    stamp = _stamp(folder)
    db.execute("BEGIN")
    _check_tables(db, folder)
    name = db.execute("SELECT id FROM identity LIMIT 1").fetchone()
    state = db.execute("SELECT id, mark FROM states ORDER BY id DESC LIMIT 1").fetchone()
    if name is None or state is None:
        raise StorageError(f"{database_path(folder)} does not say who it is: its table identity or states is empty")
    upto = {table: _highest(db, table, folder) for table in _NUMBERED}
    return Shard(folder, str(name[0]), int(state[0]), str(state[1]), stamp, upto)


def _be_wary(db: Database) -> None:
    for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
        db.execute(f"PRAGMA {pragma}")
    db.conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)


def _check_tables(db: Database, folder: Path) -> None:
    path = database_path(folder)
    if "_sqlite_migrations" in _strange(db, "main"):
        raise StorageError(f"{path} is no miacrawl archive")
    if newer := newer_steps(db):
        raise StorageError(f"{path} was made by a newer miacrawl ({newer[-1]}): merge it with that one")
    if migrations.pending(db):
        raise StorageError(f"{path} was made by an older miacrawl: bring it up to date with: miacrawl init {folder}")
    _check_strange(db, "main", path)


def _check_strange(db: Database, schema: str, path: Path) -> None:
    if strange := _strange(db, schema):
        told = f"{path}: not as miacrawl makes it: {shards.in_words(strange)}"
        raise StorageError(f"{told}; it was altered, or made by a stranger, and nothing of it was taken")


def _strange(db: Database, schema: str) -> list[str]:
    """The tables that are not as the migrations make them."""
    marks = ", ".join("?" * len(_READ))
    sql = f"SELECT name, type || ' ' || sql FROM {schema}.sqlite_master WHERE name IN ({marks})"
    found, known = dict(db.execute(sql, _READ).fetchall()), _tables()
    return sorted(name for name in _READ if found.get(name) != known[name])


@cache
def _tables() -> Mapping[str, str]:
    """Each table that is read, as the migrations make it."""
    db = Database(memory=True)
    migrations.apply(db)
    return dict(db.execute("SELECT name, type || ' ' || sql FROM sqlite_master WHERE type = 'table'").fetchall())


def _highest(db: Database, table: str, folder: Path) -> int:
    found = int(db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])
    lowest = int(db.execute(f"SELECT coalesce(min(id), 1) FROM {table}").fetchone()[0])
    if found > shards.HIGHEST or lowest < 1:
        raise StorageError(f"{database_path(folder)}: {table} has row numbers that no crawl makes; nothing was taken")
    return found


def _uri(folder: Path) -> str:
    path = database_path(folder).absolute()
    journal = path.with_name(f"{path.name}-wal")
    # Where nothing can be written, SQLite can't make the file by which readers and writers agree.
    alone = not os.access(folder, os.W_OK) and not (journal.exists() and journal.stat().st_size)
    return f"{path.as_uri()}?mode=ro{'&immutable=1' if alone else ''}"


def _stamp(folder: Path) -> str:
    told = []
    path = database_path(folder)
    for one in (path, path.with_name(f"{path.name}-wal")):
        try:
            seen = one.stat()
        except FileNotFoundError:
            continue
        if seen.st_size:
            told.append(f"{seen.st_size}@{seen.st_mtime_ns}")
    return " ".join(told)


def open_to_merge(folder: Path) -> Database:
    """The database of the archive in `folder`, brought up to date, so that shards can be attached to it."""
    open_archive(folder).conn.close()
    path = database_path(folder)
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=30)
        for pragma in (
            *("foreign_keys = ON", "synchronous = NORMAL", "cell_size_check = ON"),
            *(f"cache_size = -{_CACHE_KIB}", f"wal_autocheckpoint = {_CHECKPOINT_PAGES}", "temp_store = MEMORY"),
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    except sqlite3.Error as error:
        raise StorageError(explain(error, path)) from error
    return Database(connection)


def attach(db: Database, shard: Shard) -> None:
    """Have the rows of a shard as `shard.…`. Raises StorageError and sqlite3.Error."""
    db.execute("ATTACH ? AS shard", [shard.uri])
    # This connection trusts what tables say, as our own triggers need: it may have become another file meanwhile.
    _check_strange(db, "shard", database_path(shard.folder))


def detach(db: Database) -> None:
    """Let go of the shard that is attached, if one is."""
    if "shard" in {name for _, name, _ in db.execute("PRAGMA database_list").fetchall()}:
        db.execute("DETACH shard")


def new_sites(db: Database, shard: Shard, after_article: int, after_run: int) -> set[str]:
    """The sites of the articles and runs behind these numbers, of the shard that is attached."""
    found = db.execute("SELECT DISTINCT site FROM shard.articles WHERE id > ?", [after_article])
    sites = {site for (site,) in found.fetchall()}
    starts = db.execute(
        "SELECT DISTINCT j.value FROM shard.runs r, json_each(CASE WHEN json_valid(r.start_urls) THEN r.start_urls"
        " ELSE '[]' END) j WHERE r.id > ? AND r.kind IN ('crawl', 'update')",
        [after_run],
    )
    for (url,) in starts.fetchall():
        try:
            sites.add(site_of(str(url)))
        except ValueError:
            continue
    return sites


def is_continuation(db: Database, known: shards.Known) -> bool:
    """Whether the shard that is attached went on from what was merged of it: it may have gone back to an older copy."""
    if known.state:
        found = db.execute("SELECT mark FROM shard.states WHERE id = ?", [known.state]).fetchone()
        if found is None or found[0] != known.mark:
            return False
    same = {
        "captures": "s.url = t.url AND s.fetched_at = t.fetched_at AND s.offset = t.offset",
        "articles": "s.first_seen = t.first_seen OR s.url_key = t.url_key",
        "runs": "s.started = t.started",
    }
    for table, condition in same.items():
        if not (last := shards.done(db, known.id, table)):
            continue
        here = shards.translated(db, known.id, table, "s.id")
        there = db.execute(f"SELECT 1 FROM shard.{table} WHERE id = ?", [last]).fetchone()
        row = db.execute(
            f"SELECT 1 FROM shard.{table} s JOIN {table} t ON t.id = {here} WHERE s.id = ? AND ({condition})", [last]
        ).fetchone()
        # A capture that was lost there, and taken out, says nothing.
        newest = db.execute(f"SELECT coalesce(max(id), 0) FROM shard.{table}").fetchone()[0]
        if row is None and not (there is None and newest > last):
            return False
    return True
