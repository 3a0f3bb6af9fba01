"""What is in the archive, in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


async def recent_weeks(database: Any, sites: Sequence[str], size: int, until: str) -> list[Row]:
    """As `weeks`, of the `size` weeks up to the last that has articles (of the first of `sites`); none after `until`.

    The week of an article that says it will be published in a hundred years is not the last.
    """
    names = {f"site{number}": site for number, site in enumerate(sites)}
    last = (
        "(SELECT value FROM tallies WHERE site = :site0 AND facet = 'week' AND value BETWEEN '1900' AND :until"
        " AND n > 0 ORDER BY value DESC LIMIT 1)"
    )
    return await rows(
        database,
        f"SELECT site, value, n FROM tallies WHERE site IN ({', '.join(f':{name}' for name in names)})"
        f" AND facet = 'week' AND value BETWEEN date({last}, :back) AND {last} AND n > 0 ORDER BY value",
        {**names, "until": until, "back": f"-{7 * (size - 1)} days"},
    )


async def ways(database: Any, sizes: Mapping[str, int], *, site: str = "") -> dict[str, list[Row]]:
    """By facet, as many of its values as `sizes` says, each list as `tally` has it: all in one question."""
    parts, given = [], {"site": site}
    for number, (facet, size) in enumerate(sizes.items()):
        order = "value DESC" if facet in ("month", "week") else "n DESC, value"
        parts.append(
            f"SELECT * FROM (SELECT facet, value, n FROM tallies WHERE site = :site AND facet = :facet{number}"
            f" AND n > 0 ORDER BY {order} LIMIT {int(size)})"
        )
        given[f"facet{number}"] = facet
    found = await rows(database, " UNION ALL ".join(parts), given)
    return {facet: [row for row in found if row["facet"] == facet] for facet in sizes}


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
