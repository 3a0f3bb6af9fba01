"""Attempts: every visit of an address of the ledger, and what came of it."""

from __future__ import annotations

from sqlite_utils import Database

from miacrawl.store.versions import Sighting
from miacrawl.urls import key_of
from miacrawl.visit import Visit


def add_attempt(db: Database, visit: Visit, outcome: str, seen: Sighting) -> None:
    """Note a visit; the caller holds the transaction. `outcome`: as `Session.record` returns it."""
    final = visit.final_url
    elsewhere = final if final and key_of(final) != visit.entry.url_key else None
    db.execute(
        "INSERT INTO attempts (url_id, run_id, at, outcome, status, reason, final_url, capture_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [visit.entry.id, seen.run_id, seen.at, outcome, visit.status, visit.reason, elsewhere, seen.capture_id],
    )
