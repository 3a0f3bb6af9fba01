"""The alarms of an archive: raised by runs, gone by themselves, or accepted by a person."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from miacrawl.drift.finding import Finding, Key, Known
from miacrawl.errors import ConfigError, StorageError
from miacrawl.store.archive import database_path, explain, open_archive, open_existing, writing
from miacrawl.store.clock import now
from miacrawl.store.connection import rows
from miacrawl.store.queue import marks

_OPEN = "resolved IS NULL AND accepted IS NULL"


def known_alarms(db: Database, site: str) -> list[Known]:
    """Every alarm that was ever raised for `site`."""
    found = rows(
        db,
        "SELECT kind, measure, cohort, CASE WHEN accepted IS NOT NULL THEN 'accepted'"
        " WHEN resolved IS NOT NULL THEN 'resolved' ELSE 'open' END AS state, run_id AS since,"
        " last_seen_run AS until, accepted FROM alarms WHERE site = ?",
        [site],
    )
    return [Known(**row) for row in found]


def raise_alarm(db: Database, run_id: int, site: str, found: Finding) -> None:
    """Raise an alarm, or note of an open one that it goes on; the caller holds the transaction."""
    told = {
        "cohort": found.cohort,
        "expected": found.expected,
        "observed": found.observed,
        "chance": found.chance,
        "explanation": found.explanation,
        "samples": json.dumps(found.samples),
        "last_seen_run": run_id,
    }
    cursor = db.execute(
        f"UPDATE alarms SET {', '.join(f'{name} = ?' for name in told)} WHERE site = ? AND kind = ? AND measure = ?"
        f" AND {_OPEN}",
        [*told.values(), site, *found.key],
    )
    if not cursor.rowcount:
        whole = {"run_id": run_id, "site": site, "kind": found.kind, "measure": found.measure, "raised": now(), **told}
        db.execute(
            f"INSERT INTO alarms ({', '.join(whole)}) VALUES ({marks(whole)})",
            [*whole.values()],
        )


def resolve(db: Database, site: str, key: Key) -> None:
    """Note that what an open alarm spoke of is gone; the caller holds the transaction."""
    db.execute(
        f"UPDATE alarms SET resolved = ? WHERE site = ? AND kind = ? AND measure = ? AND {_OPEN}", [now(), site, *key]
    )


def open_alarms(db: Database, sites: Collection[str]) -> list[dict[str, Any]]:
    """The rows of open alarms of `sites`, samples as a list, the oldest first."""
    found = rows(db, f"SELECT * FROM alarms WHERE {_OPEN} AND site IN ({marks(sites)}) ORDER BY id", [*sites])
    return [_opened(row) for row in found]


def alarms_of(folder: Path, *, settled: bool = False) -> list[dict[str, Any]]:
    """The open alarms of the archive in `folder`; `settled`: those too that are resolved or accepted. Oldest first.

    Raises StorageError where there is no archive or it can't be read.
    """
    db = open_existing(folder)
    try:
        if not db.table("alarms").exists():  # an archive of an older miacrawl, not yet written by this one
            return []
        condition = "1" if settled else _OPEN
        return [_opened(row) for row in rows(db, f"SELECT * FROM alarms WHERE {condition} ORDER BY id")]
    except sqlite3.Error as error:
        raise StorageError(explain(error, database_path(folder))) from error
    finally:
        db.conn.close()


def accept(folder: Path, ids: Sequence[int] | None, note: str) -> list[dict[str, Any]]:
    """Accept open alarms by their numbers, None for all: what they found is the base line from now on. Returns them.

    Raises ConfigError where a number is no open alarm's, ArchiveLockedError while a run goes on, StorageError.
    """
    open_existing(folder).conn.close()
    with writing(folder):
        db = open_archive(folder)
        try:
            with db.atomic():
                return _accept(db, ids, note)
        except sqlite3.Error as error:
            raise StorageError(explain(error, database_path(folder))) from error
        finally:
            db.conn.close()


def _accept(db: Database, ids: Sequence[int] | None, note: str) -> list[dict[str, Any]]:
    found = {row["id"]: _opened(row) for row in rows(db, f"SELECT * FROM alarms WHERE {_OPEN} ORDER BY id")}
    for number in ids or ():
        if number not in found:
            told = ", ".join(map(str, found)) or "none"
            raise ConfigError(f"{number} is no open alarm of this archive (open: {told}); see: miacrawl alarms")
    taken = list(found) if ids is None else list(dict.fromkeys(ids))
    for number in taken:
        db.execute("UPDATE alarms SET accepted = ?, note = ? WHERE id = ?", [now(), note or None, number])
    return [found[number] for number in taken]


def _opened(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "samples": json.loads(row["samples"])}
