"""One run: what it did, what it found and how, what it could not have and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from miacrawl.serve import access, archive, quantity
from miacrawl.serve.alarm import Alarm, alarm
from miacrawl.serve.card import UNTITLED, shortened
from miacrawl.serve.completeness import MEASURES, by_cohort
from miacrawl.serve.dates import shown_date
from miacrawl.serve.link import outside
from miacrawl.serve.pages import runs as listed
from miacrawl.serve.queries import runs as queries
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.reply import page
from miacrawl.serve.stored import pairs, records, strings
from miacrawl.serve.trouble import MISSING_STATUS, PageError
from miacrawl.serve.twin import number

SOME, ALL = 12, 50
"""Visits of each outcome on a run's page, and on the page of one outcome."""
_YIELDS, _WARCS, _COVERAGE, _REASONS = 100, 50, 1_000, 60
HEADINGS = {
    "new": "New articles",
    "changed": "Changed articles",
    "failed": "Could not be had",
    "gone": "No longer there",
    "skipped": "Looked at and left out",
}


async def tell(datasette: Any, request: Any) -> dict[str, Any]:
    """`/run/<id>.json`: `run` as in /runs.json, and what the reader may see of the rest.

    * `reasons`: state, reason, count, url of what was not archived; `held`: hosts left for the next run, with why.
    * `yields`: site, source, discovered, archived. `warcs`, `alarms`: rows. `coverage`: shares of fields by site.
    * `visits`: those of each outcome (new, changed, failed, gone, skipped), 12 at most; `?outcome=` and `&after=` (the
      id of a visit) have all of one, 50 at a time.
    """
    run, newest = await _run(datasette, request)
    parts = await _parts(datasette, request, run)
    visits = await _visits(datasette, request, run, _outcome(request))
    known = {
        **listed.told(run, newest, datetime.now(UTC)),
        "reasons": records(run["reasons"]),
        "held": pairs(run["held"]),
    }
    grouped = {name: [row for row in visits if row["outcome"] == name] for name in queries.OUTCOMES}
    return {"run": known, "visits": {name: found for name, found in grouped.items() if found}, **parts}


async def show(datasette: Any, request: Any) -> Any:
    """`/run/<id>`, `?outcome=failed&after=<visit>` for all visits of an outcome. Raises PageError (404) for none."""
    run, newest = await _run(datasette, request)
    outcome = _outcome(request)
    visits = await _visits(datasette, request, run, outcome)
    now = datetime.now(UTC)
    context = {
        "q": "",
        "run": listed.shown(run, newest, now),
        "newest_id": newest["id"],
        "start_links": [(url, outside(url)) for url in strings(run["start_urls"])[:20]],
        "finished": shown_date(run["finished"], with_time=True),
    }
    if outcome:
        paging = {"outcome": outcome, "heading": HEADINGS[outcome], "visits": [_shown(row) for row in visits[:ALL]]}
        after = visits[ALL - 1]["id"] if len(visits) > ALL else None
        return await page(datasette, request, "run_visits", {**context, **paging, "after": after})
    parts = await _parts(datasette, request, run)
    context |= {
        "reasons": [_reason(record) for record in records(run["reasons"])[:_REASONS]],
        "held": list(pairs(run["held"]).items())[:_REASONS],
        "groups": _groups(run, visits),
        "yields": _by_site(parts.get("yields", [])),
        "warcs": [{**row, "size": quantity.size(row["size"])} for row in parts.get("warcs", [])],
        "alarms": _alarms(parts.get("alarms", [])),
        "measures": list(MEASURES.values()),
        "cohorts": by_cohort(parts.get("coverage", [])),
    }
    return await page(datasette, request, "run", context)


async def _run(datasette: Any, request: Any) -> tuple[Row, Row]:
    """The run asked for and the newest of all. Raises PageError (404)."""
    asked = number(request.url_vars["id"], 0)

    async def ask(here: Any) -> tuple[Row | None, Row]:
        return await queries.one(here, asked), await queries.newest(here)

    run, newest = await archive.in_one_go(archive.find(datasette), ask)
    if run is None:
        told = "This archive had no run of that number. The list of runs has all that there were."
        raise PageError("No such run", told, MISSING_STATUS)
    return run, newest


def _outcome(request: Any) -> str:
    wanted = request.args.get("outcome") or ""
    return wanted if wanted in queries.OUTCOMES else ""


async def _parts(datasette: Any, request: Any, run: Row) -> dict[str, list[Row]]:
    """Rows of other tables, of those that the reader may see."""
    wanted = {
        "yields": (queries.yields, _YIELDS),
        "warcs": (queries.warcs, _WARCS),
        "coverage": (queries.coverage, _COVERAGE),
        "alarms": (queries.alarms, _WARCS),
    }
    seen = [table for table in wanted if await access.may_view(datasette, request.actor, table)]

    async def ask(here: Any) -> dict[str, list[Row]]:
        return {table: await query(here, run["id"], size) for table in seen for query, size in (wanted[table],)}

    return await archive.in_one_go(archive.find(datasette), ask)


async def _visits(datasette: Any, request: Any, run: Row, outcome: str) -> list[Row]:
    """Some visits of each outcome, or all of one (and one more, if there are more)."""
    if not all([await access.may_view(datasette, request.actor, table) for table in ("urls", "attempts")]):
        return []
    after = number(request.args.get("after"), 0)
    outcomes = (outcome,) if outcome else queries.OUTCOMES
    size = ALL + 1 if outcome else SOME
    other = (("articles", "title"), ("article_versions", "version"))
    hidden = {name: None for table, name in other if not await access.may_view(datasette, request.actor, table)}

    async def ask(here: Any) -> list[Row]:
        found = await queries.visits(here, run["id"], outcomes, size, after if outcome else 0)
        if not found and run["failed"] and "failed" in outcomes and not after:
            return await queries.last_failures(here, run["id"], size)
        return [{**row, **hidden} for row in found]

    return await archive.in_one_go(archive.find(datasette), ask)


def _groups(run: Row, visits: Sequence[Row]) -> list[dict[str, Any]]:
    """Visits by outcome; `n` as the run counted them."""
    found = {name: list(group) for name, group in groupby(visits, key=lambda row: str(row["outcome"]))}
    return [
        {
            "outcome": name,
            "heading": HEADINGS[name],
            "n": max(run[name] or 0, len(found[name])),
            "visits": [_shown(row) for row in found[name]],
            "more": len(found[name]) >= SOME,
        }
        for name in queries.OUTCOMES
        if name in found
    ]


def _shown(visit: Row) -> dict[str, Any]:
    title = visit["title"] if visit["outcome"] in ("new", "changed") else None
    return {
        **visit,
        "date": shown_date(visit["at"], with_time=True),
        "title": shortened(title or UNTITLED, 160) if visit["article_id"] and title is not None else "",
        "address": shortened(str(visit["url"]), 200),
        "reason": shortened(str(visit["reason"] or ""), 200),
    }


def _reason(record: dict[str, Any]) -> dict[str, Any]:
    address = str(record.get("url") or "")[:2000]
    return {
        "state": str(record.get("state") or "")[:40],
        "reason": shortened(str(record.get("reason") or "no reason given"), 200),
        "n": record["count"] if isinstance(record.get("count"), int) else 0,
        "url": address,
        "address": shortened(address, 120),
    }


def _by_site(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Yields under their sites, in the order of the first row of each."""
    sites: dict[str, list[Row]] = {}
    for row in rows:
        sites.setdefault(str(row["site"]), []).append(row)
    return [{"site": site, "rows": found} for site, found in sites.items()]


def _alarms(rows: Sequence[Row]) -> list[Alarm]:
    return [alarm(row) for row in rows]
