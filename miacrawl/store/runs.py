"""Runs: one row per crawl, opened when it begins and closed with its counts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlite_utils import Database

from miacrawl import __version__
from miacrawl.store.clock import now


def begin(db: Database, spider: str, start_urls: Sequence[str]) -> int:
    """Open a run and return its number. Runs left open by a killed process are closed as such."""
    with db.atomic():
        db.execute(
            "UPDATE runs SET finished = ?, reason = 'killed: its process did not close it' WHERE finished IS NULL",
            [now()],
        )
        cursor = db.execute(
            "INSERT INTO runs (spider, start_urls, started, version) VALUES (?, ?, ?, ?)",
            [spider, json.dumps(list(start_urls)), now(), __version__],
        )
    return int(cursor.lastrowid or 0)


def finish(db: Database, run_id: int, reason: str, exit_code: int, counts: Mapping[str, int]) -> None:
    """Close a run; `counts` has the names of the table's count columns."""
    names = ", ".join(f"{name} = ?" for name in counts)
    with db.atomic():
        db.execute(
            f"UPDATE runs SET finished = ?, reason = ?, exit_code = ?{', ' if names else ''}{names} WHERE id = ?",
            [now(), reason, exit_code, *counts.values(), run_id],
        )
