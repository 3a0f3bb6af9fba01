"""Whether the archive is well: alarms, coverage, the ledger's states, what waits and what failed. Each is bounded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from miacrawl.serve.archive import rows
from miacrawl.serve.queries.cards import Row

_OPEN = "resolved IS NULL AND accepted IS NULL"


async def open_alarms(database: Any, site: str, size: int) -> list[Row]:
    """The open alarms (of `site`, or "" for all), the oldest first."""
    of_site = " AND site = :site" if site else ""
    # The inner one is answered from the index of open alarms, however many were settled.
    sql = f"SELECT * FROM alarms WHERE id IN (SELECT id FROM alarms WHERE {_OPEN}{of_site}) ORDER BY id LIMIT :size"
    return await rows(database, sql, {"site": site, "size": size})


async def settled_alarms(database: Any, site: str, size: int) -> list[Row]:
    """Alarms that went by themselves or were accepted, among the latest two hundred, the latest first."""
    return await rows(
        database,
        "SELECT * FROM (SELECT * FROM alarms ORDER BY id DESC LIMIT 200)"
        f" WHERE NOT ({_OPEN}) AND (:site = '' OR site = :site) ORDER BY id DESC LIMIT :size",
        {"site": site, "size": size},
    )


async def largest_sites(database: Any, size: int) -> list[str]:
    """The sites with most articles."""
    sql = "SELECT value FROM tallies WHERE site = '' AND facet = 'site' AND n > 0 ORDER BY n DESC LIMIT :size"
    return [str(row["value"]) for row in await rows(database, sql, {"size": size})]


async def states(database: Any, site: str, size: int) -> list[Row]:
    """Addresses by site and state: site ("" for all together), state, n; of the `size` largest sites, or of `site`."""
    if site:
        sql = "SELECT site, state, sum(n) AS n FROM ledger_counts WHERE site = :site GROUP BY state"
        return await rows(database, sql, {"site": site})
    return await rows(
        database,
        "WITH largest AS (SELECT site, sum(n) AS of FROM ledger_counts GROUP BY site ORDER BY of DESC LIMIT :size)"
        " SELECT '' AS site, state, sum(n) AS n FROM ledger_counts GROUP BY state UNION ALL"
        " SELECT * FROM (SELECT c.site, c.state, sum(c.n) FROM largest CROSS JOIN ledger_counts c"
        " ON c.site = largest.site GROUP BY c.site, c.state)",
        {"size": size},
    )


async def troubled_sites(database: Any, state: str, size: int) -> list[Row]:
    """The sites with most addresses in a state: site, n."""
    return await rows(
        database,
        "SELECT site, sum(n) AS n FROM ledger_counts WHERE state = :state AND n > 0 GROUP BY site ORDER BY n DESC, site"
        " LIMIT :size",
        {"state": state, "size": size},
    )


async def reasons(database: Any, state: str, sites: Sequence[str], distinct: int, enough: int) -> list[Row]:
    """Why addresses of `sites` are in a state: site, reason, n, url (one of them).

    Of each site `distinct` reasons at most, in the order of letters; `n` is counted up to `enough`. The index leads
    from one reason to the next, so that a million addresses of one reason cost no more than a thousand.
    """
    return await rows(
        database,
        "WITH RECURSIVE walk(site, reason, place) AS ("
        " SELECT s.value, (SELECT min(u.reason) FROM urls u WHERE u.state = :state AND u.site = s.value"
        " AND u.reason > ''), 1 FROM json_each(:sites) s"
        " UNION ALL SELECT w.site, (SELECT min(u.reason) FROM urls u WHERE u.state = :state AND u.site = w.site"
        " AND u.reason > w.reason), w.place + 1 FROM walk w WHERE w.reason IS NOT NULL AND w.place < :distinct)"
        " SELECT site, reason, (SELECT count(*) FROM (SELECT 1 FROM urls u WHERE u.state = :state"
        " AND u.site = walk.site AND u.reason = walk.reason LIMIT :enough)) AS n,"
        " (SELECT u.url FROM urls u WHERE u.state = :state AND u.site = walk.site AND u.reason = walk.reason LIMIT 1)"
        " AS url"
        " FROM walk WHERE reason IS NOT NULL ORDER BY n DESC, site, reason",
        {"state": state, "sites": json.dumps(list(sites)), "distinct": distinct, "enough": enough},
    )


async def coverage(
    database: Any, sites: Sequence[str], cohorts: Sequence[str], measures: Sequence[str], runs: int
) -> list[Row]:
    """What the last `runs` runs that saw something of a series saw of it, for each site, cohort and measure.

    site, cohort, measure, run_id, partial, observed, positive, median.
    """
    return await rows(
        database,
        "SELECT c.site, c.cohort, c.measure, c.run_id, c.partial, c.observed, c.positive, c.median"
        " FROM json_each(:sites) s CROSS JOIN json_each(:cohorts) k CROSS JOIN json_each(:measures) m"
        " CROSS JOIN coverage c ON c.site = s.value AND c.cohort = k.value AND c.measure = m.value"
        " AND c.run_id >= (SELECT min(run_id) FROM (SELECT x.run_id FROM coverage x WHERE x.site = s.value"
        " AND x.cohort = k.value AND x.measure = m.value ORDER BY x.run_id DESC LIMIT :runs))",
        {
            "sites": json.dumps(list(sites)),
            "cohorts": json.dumps(list(cohorts)),
            "measures": json.dumps(list(measures)),
            "runs": runs,
        },
    )


async def seen(database: Any, site: str, cohort: str, measures: Sequence[str], runs: int) -> list[Row]:
    """What exactly the last runs saw, measure by measure: measure, run_id, partial, counts (JSON); the latest first."""
    return await rows(
        database,
        "SELECT c.measure, c.run_id, c.partial, c.counts FROM json_each(:measures) m CROSS JOIN coverage c"
        " ON c.site = :site AND c.cohort = :cohort AND c.measure = m.value"
        " AND c.run_id >= (SELECT min(run_id) FROM (SELECT x.run_id FROM coverage x WHERE x.site = :site"
        " AND x.cohort = :cohort AND x.measure = m.value ORDER BY x.run_id DESC LIMIT :runs))"
        " ORDER BY c.measure, c.run_id DESC",
        {"site": site, "cohort": cohort, "measures": json.dumps(list(measures)), "runs": runs},
    )


async def held_hosts(database: Any, now: str, size: int) -> list[Row]:
    """Hosts that are left alone now: origin, hold_until, hold_reason."""
    return await rows(
        database,
        "SELECT origin, hold_until, hold_reason FROM hosts WHERE hold_until > :now"
        " ORDER BY hold_until DESC LIMIT :size",
        {"now": now, "size": size},
    )


async def traps(database: Any, site: str, size: int) -> list[Row]:
    """Families of endless addresses that were found out last: site, pattern, visits, found_at, run_id."""
    of_site = " WHERE site = :site" if site else ""
    sql = f"SELECT site, pattern, visits, found_at, run_id FROM traps{of_site} ORDER BY found_at DESC LIMIT :size"
    return await rows(database, sql, {"site": site, "size": size})


async def late(database: Any, sites: Sequence[str], since: str, enough: int) -> list[Row]:
    """Of each site how many revisits were planned for before `since` and not made, counted up to `enough`: site, n."""
    return await rows(
        database,
        "SELECT s.value AS site, (SELECT count(*) FROM (SELECT 1 FROM urls u WHERE u.site = s.value AND u.due = 0"
        " AND u.next_check IS NOT NULL AND u.next_check < :since LIMIT :enough)) AS n FROM json_each(:sites) s",
        {"sites": json.dumps(list(sites)), "since": since, "enough": enough},
    )


async def extractions(database: Any, size: int) -> list[Row]:
    """The last re-extractions, the latest first."""
    sql = "SELECT id, started, finished, extractor, scope, pages, changed, counts FROM extractions"
    return await rows(database, f"{sql} ORDER BY id DESC LIMIT :size", {"size": size})
