"""All sites of the archive: how much there is of each, how it comes in, and what is wrong with it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from miacrawl.serve import access, archive, weekly
from miacrawl.serve.address import number_of, site_path
from miacrawl.serve.card import shortened
from miacrawl.serve.dates import shown_date
from miacrawl.serve.queries import counts
from miacrawl.serve.queries import sites as queries
from miacrawl.serve.reply import page

SIZE = 40
MAX_PAGE = 1000
MAX_BY_DATE = 2000
"""With more sites than these they are not sorted by when they were last archived: each would be looked up."""
WEEKS = 26
ORDERS = {"articles": "Most articles", "name": "Name", "archived": "Last archived"}


async def show(datasette: Any, request: Any) -> Any:
    """`/sites`: `?q=` part of a name, `?sort=` articles, name or archived, `?page=`."""
    database = archive.find(datasette)
    part = (request.args.get("q") or "").strip()[:200]
    number = number_of(request.args.get("page"), MAX_PAGE)
    total = await queries.how_many(database, part)
    orders = {name: label for name, label in ORDERS.items() if name != "archived" or total <= MAX_BY_DATE}
    wanted = request.args.get("sort")
    order = wanted if wanted in orders else "articles"
    found = await queries.listed(database, part, order, SIZE, (number - 1) * SIZE)
    names = [row["site"] for row in found]
    alarms = {}
    if names and await access.may_view(datasette, request.actor, "alarms"):
        alarms = await queries.alarms(database, names)
    sparks = await _sparks(database, names)
    pages = min(-(-total // SIZE), MAX_PAGE)
    context = {
        "q": "",
        "part": part,
        "sites": [_shown(datasette, row, alarms, sparks) for row in found],
        "total": total,
        "weeks": WEEKS,
        "orders": [(label, _query(part, name, 1), name == order) for name, label in orders.items()],
        "order": order,
        "number": number,
        "pages": pages,
        "previous": _query(part, order, number - 1) if 1 < number <= pages else None,
        "next": _query(part, order, number + 1) if number < pages else None,
    }
    return await page(datasette, request, "sites", context)


def _shown(datasette: Any, row: dict[str, Any], alarms: dict[str, int], sparks: dict[str, Any]) -> dict[str, Any]:
    site = row["site"]
    name = shortened(str(row["name"] or ""), 80)
    return {
        "site": site,
        "name": "" if name.casefold() == site.casefold() else name,
        "n": row["n"],
        "path": site_path(datasette, site),
        "search": urlencode({"site": site}, errors="replace"),
        "first": shown_date(row["first"]),
        "last": shown_date(row["last"]),
        "archived": shown_date(row["archived"]),
        "alarms": alarms.get(site, 0),
        "spark": sparks.get(site),
    }


async def _sparks(database: Any, names: list[str]) -> dict[str, Any]:
    """Small charts of the sites' last weeks, up to the archive's last."""
    if not names:
        return {}
    return weekly.sparks(await counts.recent_weeks(database, ["", *names], WEEKS, weekly.this_week()), WEEKS)


def _query(part: str, order: str, number: int) -> str:
    values = {"q": part, "sort": "" if order == "articles" else order, "page": "" if number == 1 else number}
    return urlencode({name: value for name, value in values.items() if value}, errors="replace")
