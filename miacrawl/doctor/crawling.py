"""Checks of what the archive is kept up by: configuration, runs, what waits, the schedule."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from miacrawl.config.effective import effective
from miacrawl.doctor.check import Check
from miacrawl.errors import ConfigError, ExitCode
from miacrawl.revisit import moment
from miacrawl.schedule.installed import installed_for
from miacrawl.store.clock import now

_STALE = timedelta(days=8)
"""Longer than the longest interval of `miacrawl schedule`."""
_OVERDUE_DAYS = 7
_MEANT = {
    ExitCode.CONFIG: "its configuration could not be used",
    ExitCode.NOTHING: "it found no article",
    ExitCode.PARTIAL: "it left work undone",
    ExitCode.STORAGE: "the archive could not be written",
    ExitCode.INTERRUPTED: "it was interrupted",
}


def configuration_checks(folder: Path) -> Iterator[Check]:
    """Whether miacrawl.yaml and the environment can be used, and name somebody to turn to."""
    try:
        settings = effective(folder).settings
    except ConfigError as error:
        yield Check("configuration", "problem", str(error), ExitCode.CONFIG)
        return
    yield Check("configuration", "ok", "can be used")
    if settings.get("MIACRAWL_CONTACT"):
        yield Check("contact", "ok", str(settings["MIACRAWL_CONTACT"]))
    else:
        told = "site owners have nobody to turn to: set MIACRAWL_CONTACT in miacrawl.yaml to a page or mailbox of yours"
        yield Check("contact", "warning", told)


def run_checks(db: Database) -> Iterator[Check]:
    """How the last run ended, what waits and why."""
    yield _last_run(db)
    yield _overdue(db)
    yield from _held(db)


def _last_run(db: Database) -> Check:
    sql = "SELECT id, started, finished, reason, exit_code FROM runs ORDER BY id DESC LIMIT 1"
    row = db.execute(sql).fetchone()
    if row is None:
        return Check("last run", "warning", "there was none; begin with: miacrawl crawl URL")
    run, started, finished, reason, code = row
    told = f"run {run} of {started}"
    if finished is None:
        return Check("last run", "ok", f"{told} is under way, or was killed (the next one goes on where it was)")
    if code is None:
        return Check("last run", "warning", f"{told} was killed: the next one goes on where it was")
    if code:
        meant = _MEANT.get(code, "it ended with an error")
        return Check("last run", "warning", f"{told} ended with {code}, {meant}: {reason}")
    ended = moment(finished)
    if ended is not None and datetime.now(UTC) - ended > _STALE:
        days = (datetime.now(UTC) - ended).days
        return Check(
            "last run", "warning", f"{told} is {days} days ago: is it scheduled? see: miacrawl schedule --help"
        )
    return Check("last run", "ok", f"{told} ended well: {reason}")


def _overdue(db: Database) -> Check:
    since = (datetime.now(UTC) - timedelta(days=_OVERDUE_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
    late = db.execute("SELECT count(*) FROM urls WHERE due = 0 AND next_check < ?", [since]).fetchone()[0]
    waiting = db.execute("SELECT count(*) FROM urls WHERE due = 1").fetchone()[0]
    if late:
        told = f"{late:,} revisits are more than {_OVERDUE_DAYS} days late: run miacrawl update oftener, or to its end"
        return Check("revisits", "warning", told)
    return Check("revisits", "ok", f"none is late; {waiting:,} addresses wait for the next run")


def _held(db: Database) -> Iterator[Check]:
    found = db.execute("SELECT origin, hold_until, hold_reason FROM hosts WHERE hold_until > ? LIMIT 5", [now()])
    for origin, until, reason in found.fetchall():
        yield Check("hosts", "warning", f"{origin} is left alone until {until}: {reason}")
    row = db.execute("SELECT held FROM runs WHERE finished IS NOT NULL ORDER BY id DESC LIMIT 1").fetchone()
    for host, reason in list(json.loads(row[0]).items())[:5] if row else ():
        yield Check("hosts", "warning", f"{host} was left for the next run: {reason}")


def schedule_check(folder: Path) -> Check:
    """Whether a schedule for the archive is to be seen from here."""
    found = installed_for(folder)
    if found:
        return Check("schedule", "ok", found[0])
    told = "none is to be seen from here (there may be one all the same); one is made by: miacrawl schedule --help"
    return Check("schedule", "ok", told)


def starts_of(db: Database) -> list[str]:
    """Start addresses of the runs so far, those of the last ones first."""
    try:
        found = db.execute("SELECT start_urls FROM runs ORDER BY id DESC LIMIT 20").fetchall()
    except sqlite3.Error:
        return []
    return list(dict.fromkeys(url for (text,) in found for url in json.loads(text)))
