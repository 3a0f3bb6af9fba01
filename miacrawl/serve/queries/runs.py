"""Runs: the list of them, and what one did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from miacrawl.drift.traits import FIELDS
from miacrawl.serve.archive import rows
from miacrawl.serve.queries.cards import Row

_COLUMNS = (
    "id, kind, spider, start_urls, started, finished, reason, exit_code, discovered, fetched, not_modified, new,"
    " changed, unchanged, skipped, gone, failed, pending, bytes, version"
)
OUTCOMES = ("new", "changed", "failed", "gone", "skipped")
"""Of visits, those that a run's page lists."""
_WEEKS_FROM = 3_000
"""Runs that are summed up by week, at most: the latest."""


async def latest(database: Any, size: int, before: int) -> list[Row]:
    """The newest runs below number `before`, the latest first."""
    sql = f"SELECT {_COLUMNS} FROM runs WHERE id < :before ORDER BY id DESC LIMIT :size"
    return await rows(database, sql, {"before": before, "size": size})


async def one(database: Any, run_id: int) -> Row | None:
    """Every column of a run."""
    return next(iter(await rows(database, "SELECT * FROM runs WHERE id = :id", {"id": run_id})), None)


async def newest(database: Any) -> Row:
    """The number of the newest run (0 where there is none), and when a visit was last noted in it: id, heard_at."""
    sql = "SELECT coalesce(max(id), 0) AS id, NULL AS heard_at FROM runs"
    if await database.table_exists("attempts"):
        heard = "(SELECT CASE WHEN t.run_id = r.id THEN t.at END FROM attempts t ORDER BY t.id DESC LIMIT 1)"
        sql = f"SELECT r.id, {heard} AS heard_at FROM (SELECT coalesce(max(id), 0) AS id FROM runs) r"
    return (await rows(database, sql))[0]


async def weeks(database: Any, size: int) -> list[Row]:
    """New, changed and failed of runs by the week (its Monday) that they began in: the latest `size`, oldest first."""
    found = await rows(
        database,
        "SELECT date(substr(started, 1, 10), 'weekday 0', '-6 days') AS week, sum(new) AS new, sum(changed) AS changed,"
        " sum(failed) AS failed FROM (SELECT started, new, changed, failed FROM runs ORDER BY id DESC"
        f" LIMIT {_WEEKS_FROM}) WHERE week IS NOT NULL GROUP BY week ORDER BY week DESC LIMIT :size",
        {"size": size},
    )
    return found[::-1]


async def yields(database: Any, run_id: int, size: int) -> list[Row]:
    """What each way of discovery gave in a run: site, source, discovered, archived; the most fruitful first."""
    return await rows(
        database,
        "SELECT site, source, discovered, archived FROM yields WHERE run_id = :run"
        " ORDER BY archived DESC, discovered DESC, site, source LIMIT :size",
        {"run": run_id, "size": size},
    )


_VISIT = (
    "SELECT t.id, t.outcome, t.at, t.status, t.reason, t.capture_id, u.url, u.article_id, a.title,"
    " (SELECT v.number FROM article_versions v WHERE v.capture_id = t.capture_id LIMIT 1) AS version"
    " FROM attempts t JOIN urls u ON u.id = t.url_id LEFT JOIN articles a ON a.id = u.article_id"
    " WHERE t.run_id = :run AND t.outcome = '{outcome}' AND t.id > :after ORDER BY t.id LIMIT :size"
)


async def visits(database: Any, run_id: int, outcomes: Sequence[str], size: int, after: int = 0) -> list[Row]:
    """The first `size` visits of a run of each outcome (of OUTCOMES) behind number `after`, with their articles."""
    if not await database.table_exists("attempts"):
        return []
    chosen = [outcome for outcome in OUTCOMES if outcome in outcomes]
    sql = " UNION ALL ".join(f"SELECT * FROM ({_VISIT.format(outcome=outcome)})" for outcome in chosen)
    return await rows(database, sql, {"run": run_id, "size": size, "after": after})


async def last_failures(database: Any, run_id: int, size: int) -> list[Row]:
    """Addresses that failed in a run and were not visited since: all that an archive without attempts can say."""
    return await rows(
        database,
        "SELECT id, 'failed' AS outcome, fetched_at AS at, status, reason, NULL AS capture_id, url, NULL AS article_id,"
        " NULL AS title, NULL AS version FROM urls WHERE run_id = :run AND state = 'failed' ORDER BY id LIMIT :size",
        {"run": run_id, "size": size},
    )


async def warcs(database: Any, run_id: int, size: int) -> list[Row]:
    """The WARC files that a run wrote: name, started, finished, size."""
    if not await database.table_exists("warcs"):
        return []
    sql = "SELECT name, started, finished, size FROM warcs WHERE run_id = :run ORDER BY id LIMIT :size"
    return await rows(database, sql, {"run": run_id, "size": size})


async def coverage(database: Any, run_id: int, size: int) -> list[Row]:
    """What a run saw of each site, cohort and field: site, cohort, measure, partial, observed, positive."""
    measures = ", ".join(f"'{name}'" for name in (*FIELDS, "page"))
    return await rows(
        database,
        "SELECT site, cohort, measure, partial, observed, positive FROM coverage"
        f" WHERE run_id = :run AND measure IN ({measures}) LIMIT :size",
        {"run": run_id, "size": size},
    )


async def alarms(database: Any, run_id: int, size: int) -> list[Row]:
    """The alarms that a run raised."""
    return await rows(
        database,
        "SELECT * FROM alarms WHERE run_id = :run ORDER BY id LIMIT :size",
        {"run": run_id, "size": size},
    )
