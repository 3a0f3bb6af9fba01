"""What is in the archive, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from miacrawl.serve.archive import rows
from miacrawl.serve.queries.cards import Row


async def tally(database: Any, facet: str, size: int, *, site: str = "") -> list[Row]:
    """Articles (of `site`) by `facet` of table tallies: value, n; the most first, of months and weeks the latest."""
    order = "value DESC" if facet in ("month", "week") else "n DESC, value"
    return await rows(
        database,
        f"SELECT value, n FROM tallies WHERE site = :site AND facet = :facet AND n > 0 ORDER BY {order} LIMIT :size",
        {"site": site, "facet": facet, "size": size},
    )


async def weeks(database: Any, sites: Sequence[str], since: str) -> list[Row]:
    """Articles by week from the Monday `since` on, of the whole archive (site "") or of each site: site, value, n."""
    names = ", ".join(f":site{number}" for number in range(len(sites)))
    return await rows(
        database,
        f"SELECT site, value, n FROM tallies WHERE site IN ({names}) AND facet = 'week' AND value >= :since AND n > 0"
        " ORDER BY value",
        {"since": since, **{f"site{number}": site for number, site in enumerate(sites)}},
    )


async def span(database: Any) -> Row:
    """Number of articles and of sites, and the dates (or None) of the earliest and latest of them."""
    found = await rows(
        database,
        "SELECT coalesce((SELECT n FROM tallies WHERE site = '' AND facet = 'all'), 0) AS articles,"
        " (SELECT count(*) FROM tallies WHERE site = '' AND facet = 'site' AND n > 0) AS sites,"
        " (SELECT min(published) FROM articles) AS first, (SELECT max(published) FROM articles) AS last",
    )
    return found[0]


async def last_run(database: Any) -> Row | None:
    """The newest run: id, started, finished, reason, new, changed, failed."""
    sql = "SELECT id, started, finished, reason, new, changed, failed FROM runs ORDER BY id DESC LIMIT 1"
    return next(iter(await rows(database, sql)), None)


async def latest_week(database: Any, until: str, site: str = "") -> str:
    """The Monday of the last week with articles (of `site`) that is not after `until`; "" where there is none."""
    found = await rows(
        database,
        "SELECT value FROM tallies WHERE site = :site AND facet = 'week' AND value BETWEEN '1900' AND :until AND n > 0"
        " ORDER BY value DESC LIMIT 1",
        {"site": site, "until": until},
    )
    return str(found[0]["value"]) if found else ""


async def number(database: Any, facet: str, value: str, *, site: str = "") -> int:
    """How many articles (of `site`) have `value` in `facet`."""
    found = await rows(
        database,
        "SELECT n FROM tallies WHERE site = :site AND facet = :facet AND value = :value",
        {"site": site, "facet": facet, "value": value},
    )
    return int(found[0]["n"]) if found else 0


async def open_alarms(database: Any, site: str | None = None) -> int:
    """How many alarms (of `site`) are open."""
    found = await rows(
        database,
        "SELECT count(*) AS n FROM alarms WHERE resolved IS NULL AND accepted IS NULL"
        " AND (:site IS NULL OR site = :site)",
        {"site": site},
    )
    return int(found[0]["n"])
