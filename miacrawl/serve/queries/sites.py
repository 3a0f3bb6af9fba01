"""Sites: which there are, and what is known of one of them beside its articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from miacrawl.serve.archive import rows
from miacrawl.serve.queries.cards import CARD, Row

_ARCHIVED = (
    "(SELECT value FROM tallies d WHERE d.site = t.value AND d.facet = 'archived' AND d.n > 0"
    " ORDER BY d.value DESC LIMIT 1)"
)
_ORDERS = {"articles": "t.n DESC, t.value", "name": "t.value", "archived": f"{_ARCHIVED} DESC, t.value"}
_SITES = (
    "FROM tallies t WHERE t.site = '' AND t.facet = 'site' AND t.n > 0 AND (:part = '' OR instr(t.value, :part) > 0)"
)


async def how_many(database: Any, part: str) -> int:
    """How many sites have articles and `part` in their name."""
    return int((await rows(database, f"SELECT count(*) AS n {_SITES}", {"part": part}))[0]["n"])


async def listed(database: Any, part: str, order: str, size: int, start: int) -> list[Row]:
    """Sites with `part` in their name, the most articles first, or by `name`, or by when last `archived`.

    site, n, first and last (dates of publication, or None), archived (day of the last new article), name (its own).
    """
    return await rows(
        database,
        f"WITH page AS MATERIALIZED (SELECT t.value AS site, t.n, {_ARCHIVED} AS archived {_SITES}"
        f" ORDER BY {_ORDERS[order]} LIMIT :size OFFSET :start)"
        " SELECT site, n, archived,"
        " (SELECT published FROM articles WHERE site = page.site AND published > '' ORDER BY published LIMIT 1)"
        " AS first,"
        " (SELECT published FROM articles WHERE site = page.site ORDER BY published DESC LIMIT 1) AS last,"
        " (SELECT site_name FROM articles WHERE site = page.site ORDER BY published DESC LIMIT 1) AS name FROM page",
        {"part": part, "size": size, "start": start},
    )


async def alarms(database: Any, sites: Sequence[str]) -> dict[str, int]:
    """How many alarms of each of `sites` are open; sites without any are left out."""
    names = ", ".join(f":site{number}" for number in range(len(sites)))
    found = await rows(
        database,
        "SELECT site, count(*) AS n FROM alarms WHERE resolved IS NULL AND accepted IS NULL"
        f" AND site IN ({names}) GROUP BY site",
        {f"site{number}": site for number, site in enumerate(sites)},
    )
    return {row["site"]: row["n"] for row in found}


async def likely(database: Any, size: int = 500) -> list[str]:
    """The `size` sites with the most articles: one of them may have been meant."""
    sql = "SELECT value FROM tallies WHERE site = '' AND facet = 'site' AND n > 0 ORDER BY n DESC, value LIMIT :size"
    return [row["value"] for row in await rows(database, sql, {"size": size})]


async def newest(database: Any, site: str, size: int) -> list[Row]:
    """The `size` newest articles of `site` as cards; those without a date come last."""
    return await rows(
        database,
        f"SELECT {CARD} FROM articles WHERE site = :site ORDER BY published DESC, id DESC LIMIT :size",
        {"site": site, "size": size},
    )


async def span(database: Any, site: str) -> Row:
    """Dates (or None) of the earliest and latest article of `site`, and the day on which it last had a new one."""
    dated = "SELECT published FROM articles WHERE site = :site AND published > '' ORDER BY published"
    found = await rows(
        database,
        f"SELECT ({dated} LIMIT 1) AS first, ({dated} DESC LIMIT 1) AS last, (SELECT value FROM tallies"
        " WHERE site = :site AND facet = 'archived' AND n > 0 ORDER BY value DESC LIMIT 1) AS archived",
        {"site": site},
    )
    return found[0]


async def ledger(database: Any, site: str) -> list[Row]:
    """How many addresses of `site` there are: kind, state, n."""
    return await rows(
        database,
        "SELECT kind, state, n FROM ledger_counts WHERE site = :site AND n > 0"
        " ORDER BY kind = 'page' DESC, kind, n DESC",
        {"site": site},
    )


async def hosts(database: Any, site: str) -> list[Row]:
    """What is known of the hosts of `site`: of its name with and without www., over https and http."""
    names = {f"origin{number}": f"{scheme}://{name}{site}" for number, (scheme, name) in enumerate(_PLACES)}
    return await rows(
        database,
        "SELECT origin, robots_status, robots_fetched_at, robots_txt <> '' AS has_rules, crawl_delay, hold_until,"
        " hold_reason, tdmrep <> '' AS has_tdmrep, ai_txt <> '' AS has_ai_txt FROM hosts"
        f" WHERE origin IN ({', '.join(f':{name}' for name in names)}) ORDER BY origin DESC",
        names,
    )


_PLACES = [(scheme, name) for scheme in ("https", "http") for name in ("", "www.")]


async def traps(database: Any, site: str, size: int) -> list[Row]:
    """At most `size` families of addresses of `site` that are not asked for any more: pattern, visits."""
    sql = "SELECT pattern, visits FROM traps WHERE site = :site ORDER BY pattern LIMIT :size"
    return await rows(database, sql, {"site": site, "size": size})
