"""What a site recommends: its most recommended articles over time, and what of that is not in the archive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from miacrawl.serve import access, archive
from miacrawl.serve.address import MAX_NAME, named, site_path
from miacrawl.serve.card import UNTITLED, shortened
from miacrawl.serve.dates import shown_date, shown_month
from miacrawl.serve.kept import Kept
from miacrawl.serve.link import outside
from miacrawl.serve.neighbour import UNKNOWN
from miacrawl.serve.pages import site as site_page
from miacrawl.serve.queries import counts
from miacrawl.serve.queries import related as queries
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.reply import page

MOST = 500
"""Of a period the newest articles, whose recommendations are counted: more take longer than a page may."""
CANDIDATES, SHOWN, SHOWN_ELSEWHERE, MONTHS = 400, 25, 10, 36
ELSEWHERE_OF, ELSEWHERE_LINKS = 200, 1500
"""From elsewhere: links to that many newest articles of the site, and so many links, are looked at."""
KEPT_SECONDS = 300.0
"""So old an answer may be: counting costs more than all the rest of the page, and hardly changes."""
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Counted:
    """What takes long: the most recommended articles, sites that recommend the site's, addresses that are missing."""

    recommended: list[Row]
    elsewhere: list[Row]
    missing: list[Row]


_kept: WeakKeyDictionary[Any, Kept[Counted]] = WeakKeyDictionary()


async def show(datasette: Any, request: Any) -> Any:
    """`/site/<site>/recommended`: of the newest articles, or of those of `?month=2026-03`."""
    from datasette import Forbidden

    if not await access.may_view(datasette, request.actor, "related_links"):
        raise Forbidden("view-table")
    database = archive.find(datasette)
    site = named(request, "site")
    month = request.args.get("month") or ""
    month = month if _MONTH.fullmatch(month) else ""
    period = {"site": site, "since": month, "until": f"{month}-99" if month else "\U0010ffff", "most": MOST}
    about = await archive.in_one_go(database, lambda here: _about(here, site, month, period))
    if about is None:
        return await site_page.unknown(datasette, request, database, site)
    total, in_period, looked_at, months = about
    found = await _kept.setdefault(database, Kept(KEPT_SECONDS, 200)).get(
        tuple(period.values()), lambda: archive.in_one_go(database, lambda here: _counted(here, site, period))
    )
    may_see_ledger = await access.may_view(datasette, request.actor, "urls")
    told, ledger = await archive.in_one_go(database, lambda here: _told(here, site, found, may_see_ledger))
    own, elsewhere, sites = _recommended(datasette, site, found.recommended, told)
    context = {
        "q": "",
        "site": site,
        "path": site_path(datasette, site),
        "month": month,
        "month_shown": shown_month(month) if month else "",
        "months": [
            {"value": row["value"], "label": shown_month(row["value"]), "n": row["n"]}
            for row in months
            if _MONTH.fullmatch(row["value"])
        ],
        "looked_at": looked_at,
        "bounded": looked_at == MOST and in_period > MOST,
        "in_period": in_period,
        "own": own,
        "elsewhere": elsewhere,
        "sites_out": sites,
        "sites_in": [
            {"label": row["value"], "n": row["n"], "path": site_path(datasette, row["value"])}
            for row in found.elsewhere
        ],
        "candidates": CANDIDATES,
        "elsewhere_of": min(ELSEWHERE_OF, total),
        "missing": _missing(datasette, found.missing, ledger),
        "may_see_ledger": may_see_ledger,
    }
    return await page(datasette, request, "site_recommended", context)


async def _about(database: Any, site: str, month: str, period: Row) -> tuple[int, int, int, list[Row]] | None:
    """Articles of the site, those of the period, those looked at, and its months; None for a site without articles."""
    total = await counts.number(database, "site", site) if len(site) <= MAX_NAME else 0
    if not total:
        return None
    in_period = await counts.number(database, "month", month, site=site) if month else total
    looked_at = await queries.how_many_recent(database, period)
    return total, in_period, looked_at, await counts.tally(database, "month", MONTHS, site=site)


async def _counted(database: Any, site: str, period: Row) -> Counted:
    return Counted(
        await queries.most_recommended(database, period, CANDIDATES),
        await queries.from_elsewhere(database, site, ELSEWHERE_OF, ELSEWHERE_LINKS, SHOWN_ELSEWHERE),
        await queries.missing(database, period, SHOWN),
    )


async def _told(
    database: Any, site: str, found: Counted, may_see_ledger: bool
) -> tuple[dict[int, Row], dict[str, Row]]:
    """What lists say of the articles that are shown, and what the ledger says of what is missing."""
    own, others = _parted(site, found.recommended)
    keys = [row["url_key"] for row in found.missing] if may_see_ledger else []
    told = await queries.told(database, [row["id"] for row in (*own, *others[:SHOWN_ELSEWHERE])])
    return told, await queries.addresses(database, keys)


def _parted(site: str, found: list[Row]) -> tuple[list[Row], list[Row]]:
    """The site's own articles, as many as are shown, and all of others."""
    return [row for row in found if row["site"] == site][:SHOWN], [row for row in found if row["site"] != site]


def _recommended(
    datasette: Any, site: str, found: list[Row], told: dict[int, Row]
) -> tuple[list[Row], list[Row], list[dict[str, Any]]]:
    """The most recommended articles of the site, those of others, and these sites with their numbers."""
    own, others = _parted(site, found)
    sites: dict[str, int] = {}
    for row in others:
        sites[row["site"]] = sites.get(row["site"], 0) + row["n"]
    most = sorted(sites.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN_ELSEWHERE]
    return (
        [_article(datasette, row, told) for row in own],
        [_article(datasette, row, told) for row in others[:SHOWN_ELSEWHERE]],
        [{"label": name, "n": n, "path": site_path(datasette, name)} for name, n in most],
    )


def _article(datasette: Any, row: Row, told: dict[int, Row]) -> dict[str, Any]:
    article = told.get(row["id"], {})
    return {
        "n": row["n"],
        "title": shortened(article.get("title") or UNTITLED, 300),
        "blurb": shortened(article.get("blurb") or article.get("summary") or "", 200),
        "site": row["site"],
        "date": shown_date(article.get("published")),
        "path": datasette.urls.path(f"/article/{row['id']}"),
        "graph": datasette.urls.path(f"/article/{row['id']}/related"),
    }


def _missing(datasette: Any, found: list[Row], ledger: dict[str, Row]) -> list[dict[str, Any]]:
    return [
        {
            "n": row["n"],
            "title": shortened(row["title"] or row["url"], 300),
            "url": shortened(row["url"], 200),
            "outside": outside(row["url"]),
            "state": ledger[row["url_key"]]["state"] if row["url_key"] in ledger else UNKNOWN,
            "reason": shortened(ledger.get(row["url_key"], {}).get("reason") or "", 200),
            "why": f"{datasette.urls.path('/why')}?{urlencode({'url': row['url']}, errors='replace')}",
        }
        for row in found
    ]
