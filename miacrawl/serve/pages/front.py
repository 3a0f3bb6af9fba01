"""The front page: what is in the archive, how it comes in by week, and the newest articles."""

from __future__ import annotations

import re
from typing import Any

from miacrawl.serve import access, archive, weekly
from miacrawl.serve.address import author_path, site_path
from miacrawl.serve.card import card, shortened
from miacrawl.serve.dates import shown_date, shown_month
from miacrawl.serve.queries import cards, counts
from miacrawl.serve.reply import page
from miacrawl.serve.state import SearchState

SIZE = 24
CHARTED = 6
"""Sites that have a colour of their own in the chart; the others share one."""
_PLACE = re.compile(r"([0-9T:.Z+-]{0,40})_([0-9]{1,18})")


async def show(datasette: Any, request: Any) -> Any:
    """`/`, and older articles at `/?older=…`."""
    database = archive.find(datasette)
    place = _PLACE.fullmatch(request.args.get("older") or "")
    if place:
        found = await cards.older(database, SIZE + 1, place.group(1), int(place.group(2)))
    else:
        found = await cards.newest(database, SIZE + 1)
    context = {
        "q": "",
        "cards": [card(row) for row in found[:SIZE]],
        "older": _place_of(found[SIZE - 1]) if len(found) > SIZE else None,
        "first_page": place is None,
        "tables": await _tables(datasette, request),
    }
    if place is None:
        context |= await _summary(datasette, request, database)
    return await page(datasette, request, "front", context)


async def _summary(datasette: Any, request: Any, database: Any) -> dict[str, Any]:
    may_see_runs = await access.may_view(datasette, request.actor, "runs")
    may_see_alarms = await access.may_view(datasette, request.actor, "alarms")
    ways = await counts.ways(database, {"site": 12, "section": 18, "author": 12, "month": 12})
    return {
        "span": await _shown_span(database),
        "run": await _shown_run(database) if may_see_runs else None,
        "alarms": await counts.open_alarms(database) if may_see_alarms else None,
        "chart": await _chart(database, [row["value"] for row in ways["site"][:CHARTED]]),
        "groups": [
            ("Sites", [_link(row, site_path(datasette, row["value"])) for row in ways["site"]], "/sites"),
            ("Sections", _searches(datasette, "section", ways["section"]), ""),
            ("Authors", [_link(row, author_path(datasette, row["value"])) for row in ways["author"]], "/authors"),
            ("Months", _searches(datasette, "month", ways["month"]), ""),
        ],
    }


async def _chart(database: Any, sites: list[str]) -> Any:
    """Articles of the last year by week: a part of each bar for each of `sites`, and one for the others."""
    found = await counts.recent_weeks(database, ["", *sites], weekly.WEEKS, weekly.this_week())
    return weekly.chart("Articles by week of publication", found, "", sites)


async def _shown_span(database: Any) -> dict[str, Any]:
    span = await counts.span(database)
    return {**span, "first": shown_date(span["first"]), "last": shown_date(span["last"])}


async def _shown_run(database: Any) -> dict[str, Any] | None:
    run = await counts.last_run(database)
    return run and {**run, "date": shown_date(run["finished"] or run["started"], with_time=True)}


def _searches(datasette: Any, column: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ways into the archive: a label, a number of articles, and the search that shows them."""
    search = datasette.urls.path("/search")
    return [
        _link(row, f"{search}?{SearchState().changed(**{column: str(row['value'])}).query_string}", column)
        for row in rows
    ]


def _link(row: dict[str, Any], path: str, column: str = "") -> dict[str, Any]:
    value = str(row["value"])
    return {"label": shown_month(value) if column == "month" else shortened(value, 80), "n": row["n"], "path": path}


async def _tables(datasette: Any, request: Any) -> list[str]:
    names = ("articles", "related_links", "runs", "urls")
    return [name for name in names if await access.may_view(datasette, request.actor, name)]


def _place_of(row: dict[str, Any]) -> str:
    """Where the list goes on after `row`; a date with strange characters can't come from us, and ends the dated."""
    place = f"{row['published'] or ''}_{row['id']}"
    return place if _PLACE.fullmatch(place) else f"_{2**59}"
