"""A shard taken out of the archive again, with all that it brought: before it is merged anew, for good or ill."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from miacrawl.errors import ConfigError
from miacrawl.store import shards
from miacrawl.store.capture import FOLDER

ASIDE = "stray"
"""Folder of the archive into which its WARC files are put: none is ever deleted."""


def take_out(db: Database, name: str, archive: Path, told: Callable[[int, int], None]) -> None:
    """Take out the shard whose folder had this name, in one transaction: readers see it as it was until then.

    Raises ConfigError where no shard, or more than one, goes by that name, and OSError.
    """
    found = db.execute("SELECT id FROM shards WHERE name = ? OR identity = ?", [name, name]).fetchall()
    if len(found) != 1:
        known = [row[0] for row in db.execute("SELECT name FROM shards ORDER BY name").fetchall()]
        told_of = f"no shard goes by the name {name}" if not found else f"{len(found)} shards go by the name {name}"
        raise ConfigError(f"{told_of}; there are: {shards.in_words(known) or 'none'}")
    shard_id = int(found[0][0])
    with db.atomic():
        files = _take_rows(db, shard_id, told)
    _put_aside(archive, files)


def _take_rows(db: Database, shard_id: int, told: Callable[[int, int], None]) -> list[str]:
    """Returns the names of the WARC files that nobody knows any more."""

    def of(table: str, column: str = "id") -> str:
        parts = [
            f"{column} BETWEEN {one.first + one.shift} AND {one.last + one.shift}"
            for one in shards.stretches(db, shard_id, table)
            if one.shift is not None
        ]
        return f"({' OR '.join(parts) or '0'})"

    files = [row[0] for row in db.execute(f"SELECT name FROM warcs WHERE {of('runs', 'run_id')}").fetchall()]
    statements = (
        f"DELETE FROM attempts WHERE {of('runs', 'run_id')}",
        f"DELETE FROM attempts WHERE url_id IN (SELECT id FROM urls WHERE {of('runs', 'discovered_run_id')})",
        f"DELETE FROM urls WHERE {of('runs', 'discovered_run_id')} OR site IN (SELECT site FROM shard_sites"
        f" WHERE shard_id = {shard_id})",
        f"DELETE FROM duplicates WHERE {of('articles', 'article_id')} OR {of('articles', 'twin_id')}",
        f"DELETE FROM signature_bands WHERE {of('articles', 'article_id')}",
        f"DELETE FROM articles WHERE {of('articles')}",
        f"UPDATE captures SET refers_to = NULL WHERE {of('captures', 'refers_to')}",
        f"DELETE FROM captures WHERE {of('captures')}",
        f"DELETE FROM warcs WHERE {of('runs', 'run_id')}",
        *(f"DELETE FROM {table} WHERE {of('runs', 'run_id')}" for table in ("coverage", "alarms", "yields", "traps")),
        f"DELETE FROM extractions WHERE {of('extractions')}",
        f"DELETE FROM runs WHERE {of('runs')}",
        f"DELETE FROM shards WHERE id = {shard_id}",
    )
    for number, statement in enumerate(statements, start=1):
        db.execute(statement)
        told(number, len(statements))
    return files


def _put_aside(archive: Path, files: list[str]) -> None:
    for name in files:
        path = archive / FOLDER / name
        if path.exists():
            (archive / ASIDE).mkdir(exist_ok=True)
            path.replace(archive / ASIDE / name)
