"""The hosts' table: robots.txt as last read, and hosts that asked to be left alone for a while."""

from __future__ import annotations

from sqlite_utils import Database

from miacrawl.host import Hold, Reservations, Robots
from miacrawl.store.clock import now


def known_robots(db: Database, origin: str) -> Robots | None:
    """The robots.txt of `origin` as it was last read, or None."""
    row = db.execute(
        "SELECT origin, robots_txt, robots_status, robots_fetched_at, crawl_delay FROM hosts"
        " WHERE origin = ? AND robots_fetched_at IS NOT NULL",
        [origin],
    ).fetchone()
    return Robots(row[0], row[1] or "", row[2], row[3], row[4]) if row else None


def remember_robots(db: Database, robots: Robots) -> None:
    """Keep a robots.txt in place of an older one; the caller holds the transaction."""
    db.execute(
        "INSERT INTO hosts (origin, robots_txt, robots_status, robots_fetched_at, crawl_delay) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (origin) DO UPDATE SET robots_txt = excluded.robots_txt, robots_status = excluded.robots_status,"
        " robots_fetched_at = excluded.robots_fetched_at, crawl_delay = excluded.crawl_delay",
        [robots.origin, robots.text, robots.status, robots.fetched_at, robots.crawl_delay],
    )


def holds(db: Database) -> list[Hold]:
    """The hosts that are not to be asked yet."""
    found = db.execute("SELECT origin, hold_until, hold_reason FROM hosts WHERE hold_until > ?", [now()])
    return [Hold(*row) for row in found.fetchall()]


def remember_hold(db: Database, hold: Hold) -> None:
    """Keep that a host is to be left alone; the caller holds the transaction."""
    db.execute(
        "INSERT INTO hosts (origin, hold_until, hold_reason) VALUES (?, ?, ?)"
        " ON CONFLICT (origin) DO UPDATE SET hold_until = excluded.hold_until, hold_reason = excluded.hold_reason",
        [hold.origin, hold.until, hold.reason],
    )


def known_reservations(db: Database, origin: str) -> Reservations | None:
    """What `origin` said of text and data mining when it was last asked, or None."""
    row = db.execute(
        "SELECT origin, tdmrep, ai_txt, reservations_fetched_at FROM hosts"
        " WHERE origin = ? AND reservations_fetched_at IS NOT NULL",
        [origin],
    ).fetchone()
    return Reservations(row[0], row[1] or "", row[2] or "", row[3]) if row else None


def remember_reservations(db: Database, said: Reservations) -> None:
    """Keep what a host says of text and data mining; the caller holds the transaction."""
    db.execute(
        "INSERT INTO hosts (origin, tdmrep, ai_txt, reservations_fetched_at) VALUES (?, ?, ?, ?) ON CONFLICT (origin)"
        " DO UPDATE SET tdmrep = excluded.tdmrep, ai_txt = excluded.ai_txt,"
        " reservations_fetched_at = excluded.reservations_fetched_at",
        [said.origin, said.tdmrep or None, said.ai_txt or None, said.fetched_at],
    )
