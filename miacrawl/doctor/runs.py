"""Checks of the runs: who writes the archive now, how the last run ended, what is late, who is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from miacrawl.doctor.check import Check
from miacrawl.errors import RUN_ENDED
from miacrawl.revisit import moment
from miacrawl.store.archive import holder_of
from miacrawl.store.clock import written
from miacrawl.store.upkeep import LastRun, held_hosts, last_run, late_and_waiting

_IDLE = timedelta(hours=3)
"""A run waits five minutes for a host at most; a Crawl-delay of an hour is heard of."""
_STALE = timedelta(days=8)
"""Longer than the longest interval of `miacrawl schedule`."""
_OVERDUE_DAYS = 7
_HOSTS = 5


def run_checks(db: Database, folder: Path) -> Iterator[Check]:
    """All of them."""
    holder, run = holder_of(folder), last_run(db)
    yield _writer(holder, run)
    yield _last_run(holder, run)
    yield _late(db)
    yield from _held(db, run)


def _writer(holder: str | None, run: LastRun | None) -> Check:
    if holder is None:
        return Check("lock", "ok", "nobody writes the archive now")
    if (idle := _idle(run)) > _IDLE:
        told = f"{holder} holds the archive, but has archived nothing for {idle.total_seconds() / 3600:.0f} hours:"
        return Check(
            "lock", "warning", f"{told} does it hang? While it does, every update ends with 4. Look, then stop it"
        )
    return Check("lock", "ok", f"{holder} writes the archive now")


def _idle(run: LastRun | None) -> timedelta:
    """How long a run that is under way has done nothing; none where there is none."""
    seen = [at for text in (run.started, run.fetched_at) if (at := moment(text))] if run else []
    return datetime.now(UTC) - max(seen) if run and run.finished is None and seen else timedelta(0)


def _last_run(holder: str | None, run: LastRun | None) -> Check:
    if run is None:
        return Check("last run", "warning", "there was none; begin with: miacrawl crawl URL")
    told = f"run {run.id} of {run.started}"
    if run.finished is None and holder:
        return Check("last run", "ok", f"{told} is under way")
    if run.finished is None or run.exit_code is None:
        told += " was killed (kill -9, out of memory, power)"
        return Check("last run", "warning", f"{told}: nothing is lost, the next one goes on where it was")
    if run.exit_code:
        meant = RUN_ENDED.get(run.exit_code, "it ended with an error")
        return Check("last run", "warning", f"{told} ended with {run.exit_code}, {meant}: {run.reason}")
    ended = moment(run.finished)
    if ended is not None and datetime.now(UTC) - ended > _STALE:
        told += f" is {(datetime.now(UTC) - ended).days} days ago"
        return Check("last run", "warning", f"{told}: is it scheduled? see: miacrawl schedule --help")
    return Check("last run", "ok", f"{told} ended well: {run.reason}")


def _late(db: Database) -> Check:
    late, waiting = late_and_waiting(db, written(datetime.now(UTC) - timedelta(days=_OVERDUE_DAYS)))
    if late:
        told = f"{late:,} revisits are more than {_OVERDUE_DAYS} days late: run miacrawl update oftener, or to its end"
        return Check("revisits", "warning", told)
    return Check("revisits", "ok", f"none is late; {waiting:,} addresses wait for the next run")


def _held(db: Database, run: LastRun | None) -> Iterator[Check]:
    for origin, until, reason in held_hosts(db, _HOSTS):
        yield Check("hosts", "warning", f"{origin} is left alone until {until}: {reason}")
    for host, reason in list(run.held.items() if run else ())[:_HOSTS]:
        yield Check("hosts", "warning", f"{host} was left for the next run: {reason}")
