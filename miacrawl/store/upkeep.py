"""How an archive is kept up: its last run, what is late, which hosts are left alone."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlite_utils import Database

from miacrawl.store.clock import now


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last row of `runs`. `fetched_at`: when it last settled an address. Times are UTC, ISO 8601.

    `finished` is None where it is under way or was killed, `exit_code` where it was killed.
    """

    id: int
    started: str
    finished: str | None
    reason: str | None
    exit_code: int | None
    held: dict[str, str]
    fetched_at: str | None


def last_run(db: Database) -> LastRun | None:
    """The newest run, None where there was none. Raises sqlite3.Error."""
    sql = "SELECT id, started, finished, reason, exit_code, held FROM runs ORDER BY id DESC LIMIT 1"
    row = db.execute(sql).fetchone()
    if row is None:
        return None
    latest = db.execute("SELECT max(fetched_at) FROM urls WHERE run_id = ?", [row[0]]).fetchone()[0]
    run, started, finished, reason, code, held = row
    return LastRun(run, started, finished, reason, code, json.loads(held), latest)


def newest_moment(db: Database) -> str | None:
    """The latest time at which the archive says that something happened; None in an empty one."""
    sql = "SELECT max(at) FROM (SELECT max(started) AS at FROM runs UNION ALL SELECT max(fetched_at) FROM urls)"
    found = db.execute(sql).fetchone()[0]
    return None if found is None else str(found)


def late_and_waiting(db: Database, since: str) -> tuple[int, int]:
    """How many revisits were planned for before `since` and not made, and how many addresses wait for the next run."""
    late = db.execute("SELECT count(*) FROM urls WHERE due = 0 AND next_check < ?", [since]).fetchone()[0]
    return late, db.execute("SELECT count(*) FROM urls WHERE due = 1").fetchone()[0]


def held_hosts(db: Database, most: int) -> list[tuple[str, str, str]]:
    """Hosts that are left alone now, `most` at most: origin, until when, why."""
    sql = "SELECT origin, hold_until, hold_reason FROM hosts WHERE hold_until > ? ORDER BY hold_until DESC LIMIT ?"
    return [(origin, until, reason or "no reason given") for origin, until, reason in db.execute(sql, [now(), most])]


def latest_starts(db: Database, runs: int = 20) -> tuple[str, ...]:
    """Start addresses of the last runs, each once, the latest first."""
    found = db.execute("SELECT start_urls FROM runs ORDER BY id DESC LIMIT ?", [runs]).fetchall()
    return tuple(dict.fromkeys(url for (text,) in found for url in json.loads(text)))
