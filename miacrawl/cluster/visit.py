"""A visit of a site: taken, its shard brought, updated, published, let go of."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from miacrawl.cluster import register, schema
from miacrawl.cluster.crawling import Crawled, leashed, update_of
from miacrawl.cluster.database import Database, explained
from miacrawl.cluster.errors import DatabaseError, LostError, OutdatedError
from miacrawl.cluster.extra import module
from miacrawl.cluster.hold import Hold, take
from miacrawl.cluster.lease import steady
from miacrawl.cluster.manifest import Manifest
from miacrawl.cluster.place import Place
from miacrawl.cluster.publishing import publish
from miacrawl.cluster.register import Busy, Ending
from miacrawl.cluster.rules import Rules
from miacrawl.cluster.shard import Shard
from miacrawl.cluster.store import Store
from miacrawl.errors import ExitCode, MiacrawlError
from miacrawl.store.archive import database_path
from miacrawl.store.rest import rest_of

_log = logging.getLogger(__name__)
_WELL = (ExitCode.OK, ExitCode.DRIFT)
_UNTOUCHED = (ExitCode.USAGE, ExitCode.CONFIG, ExitCode.LOCKED, ExitCode.STORAGE)
"""After these there is nothing to publish, or nothing that should be."""
_READERS = "MIACRAWL_JOBS"
_OUTDATED_SECONDS = 60.0
_PAUSE_SECONDS = 30.0
_BACK_OFF_SECONDS = 60.0
_BACK_OFF_MOST = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Worker:
    """Who visits: `name`; `work`: folder for shards; `options`: for every update; `stop`: set when it is to end.

    `jobs`: visits that go on at a time.
    """

    place: Place
    database: Database
    store: Store
    cluster: str
    name: str
    work: Path
    options: tuple[str, ...]
    stop: threading.Event
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class Visited:
    """What came of it, in words. `again`: seconds until the job is to be tried again; None: it is done.

    `pause`: seconds that this worker should take nothing, because the fault may be its own machine's.
    """

    told: str
    again: float | None = None
    pause: float = 0.0


def visit(worker: Worker, name: str) -> Visited:
    """Visit a site if it is due and nobody holds it."""
    shard = Shard.of(worker.work, name, worker.cluster)
    try:
        with shard.used() as ours:
            if not ours:
                return Visited("another process of this machine has its shard", worker.place.lease.beat)
            orphan = shard.orphaned()
            hold = take(worker.database, name, worker.name, worker.place.lease, worker.stop, orphan=orphan)
            if isinstance(hold, Busy):
                again = None if hold.seconds is None else max(0.5, hold.seconds + 0.3)
                return Visited(hold.why, again)
            return _held(worker, hold, shard, hurried=orphan > 0)
    except (module("psycopg").Error, DatabaseError) as error:
        # Should a lease be left, it runs out by itself.
        return Visited(explained(error), worker.place.lease.beat)


def _held(worker: Worker, hold: Hold, shard: Shard, *, hurried: bool) -> Visited:
    began, ending, pause = steady(), _failed(hold, None, "its worker failed"), 0.0
    try:
        ending = _visited(worker, hold, shard, hurried=hurried)
        pause = _PAUSE_SECONDS if ending.exit_code == ExitCode.STORAGE else 0.0
    except LostError as error:
        ending = Ending(None, str(error))
    except DatabaseError as error:
        ending = Ending(None, str(error), due=hold.lease.beat, failures=hold.known.failures)
    except OutdatedError as error:
        ending = Ending(None, str(error), due=_OUTDATED_SECONDS, failures=hold.known.failures)
    except (MiacrawlError, OSError) as error:
        ending, pause = _failed(hold, None, str(error)), _PAUSE_SECONDS
    finally:
        still = hold.let_go(ending)
    if not still:
        return Visited("another worker has taken the site")
    # One that took its time goes to the end of the queue, with the next round: others are to have their turn.
    in_turn = ending.exit_code == ExitCode.INTERRUPTED and steady() - began > worker.place.longest
    soon = ending.due is not None and ending.due <= _OUTDATED_SECONDS and not in_turn
    return Visited(ending.told, ending.due if soon else None, pause)


def _visited(worker: Worker, hold: Hold, shard: Shard, *, hurried: bool) -> Ending:
    known = hold.known
    rules, before = brought(worker, hold, shard)
    delay = rules.delay(known.settings)

    def rest() -> float:
        found = rest_of(shard.archive)
        return max(delay, found.delay, found.held)

    if hurried:  # the last request of the visit that was cut off may have been a moment ago
        worker.stop.wait(max(delay, rest_of(shard.archive).delay))
    arguments = update_of(known, (*worker.options, *_readers(worker, {**rules.settings, **known.settings})))
    crawled = leashed(hold, shard, arguments, worker.stop, worker.place.longest, rest)
    ending = _ending(hold, crawled)
    if hold.lost.is_set():
        raise LostError(f"{known.name} was taken by another worker: its crawl was ended, nothing was published")
    if crawled.exit_code in _UNTOUCHED or not database_path(shard.archive).exists():
        return replace(ending, rest=rest())
    made = publish(worker.database, worker.store, hold, shard, before)
    _log.info("%s: published %d, %d articles, %d files", known.name, known.token, made.articles, len(made.files))
    # How long hosts asked to be left alone stands in the shard from here on.
    return replace(ending, rest=max(delay, rest_of(shard.archive).delay))


def _readers(worker: Worker, told: Mapping[str, Any]) -> list[str]:
    """The option that shares the machine's processors out among the crawls that go on, unless somebody set it."""
    if worker.jobs == 1 or _READERS in told or _READERS in os.environ:
        return []
    return ["-s", f"{_READERS}={max(1, (os.cpu_count() or 1) // worker.jobs)}"]


def brought(worker: Worker, hold: Hold, shard: Shard) -> tuple[Rules, Manifest | None]:
    """Have the shard that holds at hand, with the cluster's rules in it; these, and what the shard is made of.

    Raises OutdatedError, StoreError, StorageError, DatabaseError.
    """
    known = hold.known
    rules = Rules.of(worker.database.run(lambda asked: schema.noted(asked, "rules")))
    before = worker.database.run(lambda asked: register.manifest(asked, known.id, known.base)) if known.base else None
    came = shard.bring(worker.store, known.base, before)
    rules.write(shard.archive)
    shard.note(known.base, changed=True, token=known.token)
    _log.info("%s: taken with token %d, shard %s", known.name, known.token, came)
    return rules, before


def _ending(hold: Hold, crawled: Crawled) -> Ending:
    code, told = crawled.exit_code, crawled.told
    if code in (ExitCode.INTERRUPTED, -signal.SIGTERM):  # the signal came before the update could listen to it
        return Ending(ExitCode.INTERRUPTED, told, due=0.0, counts=crawled.counts)
    if crawled.unheard:
        return Ending(code, told, due=hold.lease.beat, counts=crawled.counts)
    if code == ExitCode.LOCKED:
        return Ending(code, told, due=hold.lease.kill, failures=hold.known.failures, counts=crawled.counts)
    if code in _WELL:
        return Ending(code, told, counts=crawled.counts)
    if code in (ExitCode.USAGE, ExitCode.CONFIG, ExitCode.NOTHING):
        # Nothing will be better before somebody sees to it, or the site has something.
        return Ending(code, told, failures=hold.known.failures + 1, counts=crawled.counts)
    return replace(_failed(hold, code, told), counts=crawled.counts)


def _failed(hold: Hold, code: int | None, told: str) -> Ending:
    """The site is tried again, after a time that doubles with each failure in a row."""
    failures = hold.known.failures + 1
    return Ending(code, told, due=min(_BACK_OFF_SECONDS * 2.0 ** min(failures, 20), _BACK_OFF_MOST), failures=failures)
