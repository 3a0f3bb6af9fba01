"""Runs: one row per crawl, update or import, opened when it begins and closed with its counts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from miacrawl import __version__
from miacrawl.errors import StorageError
from miacrawl.store.archive import open_existing
from miacrawl.store.clock import now

RunKind = Literal["crawl", "update", "import", "rebuild"]


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason for what was not archived, how many addresses it holds for, and one of them."""

    state: str
    reason: str | None
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended. `counts` has the names of the table's count columns; `held`: hosts left, with the reason."""

    reason: str
    exit_code: int
    counts: Mapping[str, int]
    reasons: tuple[Reason, ...] = ()
    held: Mapping[str, str] | None = None


def begin(db: Database, spider: str, start_urls: Sequence[str], kind: RunKind) -> int:
    """Open a run and return its number. Runs left open by a killed process are closed as such."""
    with db.atomic():
        db.execute(
            "UPDATE runs SET finished = ?, reason = 'killed: its process did not close it' WHERE finished IS NULL",
            [now()],
        )
        cursor = db.execute(
            "INSERT INTO runs (spider, start_urls, started, version, kind) VALUES (?, ?, ?, ?, ?)",
            [spider, json.dumps(list(start_urls)), now(), __version__, kind],
        )
    return int(cursor.lastrowid or 0)


def last_judged(db: Database, rules: str) -> int:
    """The last run that judged unwanted addresses by `rules`, a digest; 0 where none has."""
    found = db.execute("SELECT coalesce(max(id), 0) FROM runs WHERE rules = ?", [rules])
    return int(found.fetchone()[0])


def note_judged(db: Database, run_id: int, rules: str) -> None:
    """Keep that a run has judged unwanted addresses by `rules`; the caller holds the transaction."""
    db.execute("UPDATE runs SET rules = ? WHERE id = ?", [rules, run_id])


def finish(db: Database, run_id: int, ending: Ending) -> None:
    """Close a run."""
    values = {
        **ending.counts,
        "finished": now(),
        "reason": ending.reason,
        "exit_code": int(ending.exit_code),
        "reasons": json.dumps([asdict(reason) for reason in ending.reasons], ensure_ascii=False),
        "held": json.dumps(ending.held or {}, ensure_ascii=False),
    }
    with db.atomic():
        db.execute(
            f"UPDATE runs SET {', '.join(f'{name} = ?' for name in values)} WHERE id = ?", [*values.values(), run_id]
        )


def earlier_starts(db: Database) -> tuple[str, ...]:
    """Every start address that the archive was ever crawled from, each once, the oldest first."""
    found = db.execute("SELECT start_urls FROM runs WHERE kind <> 'import' ORDER BY id").fetchall()
    return tuple(dict.fromkeys(url for (text,) in found for url in json.loads(text)))


def last_success(folder: Path) -> str | None:
    """When a crawl or update of `folder` last ended with exit code 0; None where none did, or it can't be read."""
    try:
        db = open_existing(folder)
    except StorageError:
        return None
    try:
        found = db.execute(
            "SELECT max(finished) FROM runs WHERE exit_code = 0 AND kind IN ('crawl', 'update')"
        ).fetchone()[0]
        return None if found is None else str(found)
    except sqlite3.Error:
        return None
    finally:
        db.conn.close()
