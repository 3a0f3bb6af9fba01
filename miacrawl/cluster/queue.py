"""The queue: procrastinate's, in the same database. A job says that a site may be due; the register knows if it is.

So a job that comes twice, or once too often, does no harm, and one that is lost is put in again with the next round.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from miacrawl.cluster import register
from miacrawl.cluster.extra import module
from miacrawl.cluster.visit import Visited, Worker, visit

if TYPE_CHECKING:
    from miacrawl.cluster.database import Connection, Database

_log = logging.getLogger(__name__)
VISITS, RESCUED, ROUNDS = "visits", "rescued", "rounds"
"""Jobs that are put back have a queue of their own: each worker has one place more for them, so they need not wait."""
VISIT = "miacrawl.visit"
_ROUND = "miacrawl.round"
_MOST_WAITING = 1_000
"""Jobs that wait at a time; what else is due comes with the next round."""
_UNHEARD_SECONDS = 15.0
"""Of a worker without a beat in this time, the jobs are put back."""
_FORGOTTEN_SECONDS = 30.0
"""A job whose worker lives, but which holds no site after this time, is put back as well."""
BEAT_SECONDS = 4.0


class AgainError(Exception):
    """A job is to be tried again in so many seconds."""

    def __init__(self, visited: Visited) -> None:
        super().__init__(visited.told)
        self.seconds = visited.again or 0.0


def app_of(database: Database, worker: Worker | None = None) -> Any:
    """The queue's app; with `worker` its tasks can be run, without one put in."""
    procrastinate = module("procrastinate")
    # Imported late: their base classes come with the extra.
    from miacrawl.cluster.patience import connector, retrying

    app = procrastinate.App(connector=connector(database))

    async def visit_site(site: str) -> None:
        if worker is None:
            raise RuntimeError("a job was run outside a worker")
        visited = await asyncio.to_thread(visit, worker, site)
        _log.info("%s: %s", site, visited.told)
        if visited.pause:
            await asyncio.to_thread(worker.stop.wait, visited.pause)
        if visited.again is not None:
            raise AgainError(visited)

    async def make_round(timestamp: int) -> None:
        count = await asyncio.to_thread(enqueue_due, database)
        await asyncio.to_thread(database.run, register.forget_visits)
        if count:
            _log.info("%d sites are due", count)

    app.task(visit_site, name=VISIT, queue=VISITS, retry=retrying())
    rounds = app.task(make_round, name=_ROUND, queue=ROUNDS, queueing_lock=_ROUND, priority=10)
    app.periodic(cron="* * * * *")(rounds)
    return app


def enqueue_due(database: Database, most: int = _MOST_WAITING) -> int:
    """Put in a job for each site that is due, as far as there is room in the queue; how many."""

    def work(asked: Connection) -> int:
        waiting = asked.execute(
            "SELECT count(*) AS n FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = %s", [VISITS]
        ).fetchone()
        return enqueue(asked, register.due(asked, max(0, most - int(waiting["n"] if waiting else 0))))

    return database.run(work)


def enqueue(connection: Connection, names: list[str]) -> int:
    """Put in a job for each of some sites, unless one waits already; how many were put in."""
    found = connection.execute(
        "SELECT count(*) AS n FROM (SELECT unnest(procrastinate_defer_jobs_v1(array_agg("
        " ROW(%(queue)s::text, %(task)s::text, 0, name, %(task)s::text || ' ' || name,"
        " jsonb_build_object('site', name), NULL)::procrastinate_job_to_defer_v1)))"
        " FROM unnest(%(names)s::text[]) name WHERE NOT EXISTS (SELECT 1 FROM procrastinate_jobs j"
        " WHERE j.queueing_lock = %(task)s::text || ' ' || name AND j.status = 'todo')) put",
        {"queue": VISITS, "task": VISIT, "names": names},
    ).fetchone()
    return int(found["n"]) if found else 0


def rescue(database: Database) -> list[str]:
    """Put back the jobs whose workers are gone, once nobody can be at their sites any more; those sites."""

    def work(asked: Connection) -> list[str]:
        with asked.transaction():
            got = asked.execute("SELECT pg_try_advisory_xact_lock(hashtext('miacrawl rescue')) AS got").fetchone()
            if not got or not got["got"]:
                return []  # another worker does it just now
            rows = asked.execute(
                "SELECT j.id, j.args->>'site' AS site, EXISTS (SELECT 1 FROM procrastinate_jobs o WHERE"
                "  o.queueing_lock = j.queueing_lock AND o.status = 'todo') AS waits FROM procrastinate_jobs j"
                " LEFT JOIN procrastinate_workers w ON w.id = j.worker_id LEFT JOIN sites s ON s.name = j.args->>'site'"
                " WHERE j.status = 'doing' AND j.queue_name = ANY(%(queues)s)"
                " AND (s.lease_until IS NULL OR s.lease_until < clock_timestamp())"
                " AND (s.ended IS NULL OR s.ended < clock_timestamp() - interval '5 seconds')"
                " AND (w.id IS NULL OR w.last_heartbeat < now() - %(unheard)s * interval '1 second'"
                "  OR (j.queue_name <> %(rounds)s AND (SELECT max(e.at) FROM procrastinate_events e"
                "    WHERE e.job_id = j.id AND e.type = 'started') < now() - %(forgotten)s * interval '1 second'))",
                {"queues": [VISITS, RESCUED, ROUNDS], "rounds": ROUNDS, "unheard": _UNHEARD_SECONDS,
                 "forgotten": _FORGOTTEN_SECONDS},
            ).fetchall()  # fmt: skip
            for row in rows:
                if row["waits"]:  # the one that waits does for both
                    asked.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', true)", [row["id"]])
                else:
                    put = RESCUED if row["site"] else ROUNDS
                    asked.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, %s, NULL)", [row["id"], put])
            return [row["site"] or "" for row in rows]

    return database.run(work)


def unfinished(database: Database) -> int:
    """How many sites are due or held."""

    def work(asked: Connection) -> int:
        row = asked.execute("SELECT count(*) AS n FROM sites WHERE due <= now() OR lease_until > now()").fetchone()
        return int(row["n"]) if row else 0

    return database.run(work)


def at(seconds: float) -> datetime:
    """The moment in so many seconds from now."""
    return datetime.now(UTC) + timedelta(seconds=seconds)
