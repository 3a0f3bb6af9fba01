"""A site: what is archived of it, what became of its addresses, and what the crawler knows of it."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

from miacrawl.serve import access, archive, weekly
from miacrawl.serve.address import MAX_NAME, author_path, named, site_path
from miacrawl.serve.card import card, shortened
from miacrawl.serve.dates import shown_date, shown_month
from miacrawl.serve.queries import counts
from miacrawl.serve.queries import sites as queries
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.reply import page
from miacrawl.serve.state import SearchState

NEWEST = 12
_TABLES = ("ledger_counts", "hosts", "traps", "alarms", "urls", "related_links", "coverage")
"""Tables that tell of a site beside that of its articles."""
_STATES = {
    "archived": "archived: an article was read from it",
    "followed": "read for links",
    "pending": "not yet fetched",
    "skipped": "not wanted",
    "gone": "no longer there (404 or 410)",
    "failed": "could not be had",
}


async def show(datasette: Any, request: Any) -> Any:
    """`/site/<site>`; a page with the likeliest sites (404) where there is none of that name."""
    database = archive.find(datasette)
    site = named(request, "site")
    may_see = {table for table in _TABLES if await access.may_view(datasette, request.actor, table)}
    found = await archive.in_one_go(database, lambda here: _found(datasette, here, site, may_see))
    if found is None:
        return await unknown(datasette, request, database, site)
    context = {
        "q": "",
        "site": site,
        "path": site_path(datasette, site),
        "states": _STATES,
        "may_see": may_see,
        **found,
    }
    return await page(datasette, request, "site", context)


async def _found(datasette: Any, database: Any, site: str, may_see: Collection[str]) -> dict[str, Any] | None:
    """What the archive has of the site in the tables that the reader may see; None where it does not know it."""
    total = await counts.number(database, "site", site) if len(site) <= MAX_NAME else 0
    ledger = await queries.ledger(database, site) if len(site) <= MAX_NAME and "ledger_counts" in may_see else []
    if not total and not ledger:
        return None
    cards = [card(row) for row in await queries.newest(database, site, NEWEST)] if total else []
    return {
        "name": next((name for it in cards if (name := shortened(it.site, 80)) != site), ""),
        "total": total,
        "cards": cards,
        "search": urlencode({"site": site}, errors="replace"),
        "ledger": ledger,
        "chart": await _chart(database, site),
        "span": await _span(database, site),
        "groups": await _groups(datasette, database, site) if total else [],
        **await _known(database, site, may_see),
    }


async def unknown(datasette: Any, request: Any, database: Any, site: str) -> Any:
    """The page (404) for a site that the archive does not know: with those that may have been meant."""
    likely = await queries.likely(database)
    bare = site.casefold().removeprefix("www.").strip()[:200]
    near = [name for name in likely if bare and (bare in name or name in bare)]
    near += [name for name in get_close_matches(bare, likely, n=6, cutoff=0.6) if name not in near]
    context = {
        "q": "",
        "heading": "No such site",
        "told": "This archive holds no articles of a site of that name, and its ledger no address.",
        "name": shortened(site, 120),
        "suggestions": [(name, site_path(datasette, name)) for name in near[:8]],
        "all_path": datasette.urls.path("/sites"),
        "all_label": "All sites",
    }
    return await page(datasette, request, "unknown", context, 404)


async def _chart(database: Any, site: str) -> Any:
    found = await counts.recent_weeks(database, [site], weekly.WEEKS, weekly.this_week())
    return weekly.chart(f"Articles of {shortened(site, 80)} by week of publication", found, site)


async def _span(database: Any, site: str) -> dict[str, Any]:
    span = await queries.span(database, site)
    return {name: shown_date(span[name]) for name in ("first", "last", "archived")}


async def _groups(datasette: Any, database: Any, site: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """Ways into the site's articles: heading, and links with a label, a number and an address."""
    ways = await counts.ways(database, {"section": 18, "author": 15, "month": 18, "language": 8}, site=site)
    authors = [
        {"label": shortened(str(row["value"]), 80), "n": row["n"], "path": author_path(datasette, str(row["value"]))}
        for row in ways["author"]
    ]
    groups = [
        ("Sections", [_choice(datasette, site, "section", row) for row in ways["section"]]),
        ("Authors", authors),
        ("Months", [_choice(datasette, site, "month", row) for row in ways["month"]]),
        ("Languages", [_choice(datasette, site, "language", row) for row in ways["language"]]),
    ]
    return [(heading, links) for heading, links in groups if links]


def _choice(datasette: Any, site: str, facet: str, row: Row) -> dict[str, Any]:
    value = str(row["value"])
    if facet == "language":
        query = urlencode({"site": site, "language": value}, errors="replace")
    else:
        query = SearchState().changed(site=site, **{facet: value}).query_string
    label = shown_month(value) if facet == "month" else shortened(value, 80)
    return {"label": label, "n": row["n"], "path": f"{datasette.urls.path('/search')}?{query}"}


async def _known(database: Any, site: str, may_see: Collection[str]) -> dict[str, Any]:
    """What the crawler knows: hosts, traps, open alarms; without what the reader may not see."""
    known: dict[str, Any] = {"hosts": [], "traps": [], "alarms": 0}
    if "hosts" in may_see:
        known["hosts"] = [_host(row) for row in await queries.hosts(database, site)]
    if "traps" in may_see:
        known["traps"] = [
            {"pattern": shortened(row["pattern"], 120), "visits": row["visits"]}
            for row in await queries.traps(database, site, 12)
        ]
    if "alarms" in may_see:
        known["alarms"] = await counts.open_alarms(database, site)
    return known


def _host(row: Row) -> dict[str, Any]:
    return {
        **row,
        "robots": _robots(row),
        "read": shown_date(row["robots_fetched_at"], with_time=True),
        "hold_until": shown_date(row["hold_until"], with_time=True),
        "hold_reason": shortened(row["hold_reason"] or "", 200),
    }


def _robots(row: Row) -> str:
    status = row["robots_status"]
    if row["has_rules"]:
        return "has rules"
    return f"none (HTTP {status})" if isinstance(status, int) else "not read yet"
