"""An author: the articles that bear the name, where they are, and who signed them too."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

from miacrawl.serve import archive
from miacrawl.serve.address import MAX_NAME, author_path, named, site_path
from miacrawl.serve.card import card, shortened
from miacrawl.serve.dates import shown_date
from miacrawl.serve.pages.authors import beginnings
from miacrawl.serve.queries import authors as queries
from miacrawl.serve.queries import counts
from miacrawl.serve.reply import page

SIZE = 24
SITES = 1000
"""Of the largest so many it is told how many articles the author has there."""
SHARED_OF = 300
"""Of the newest so many articles it is told who signed them too."""
_PLACE = re.compile(r"([^_\x00]{0,60})_([0-9]{1,18})")


async def show(datasette: Any, request: Any) -> Any:
    """`/author/<name>`, older articles at `?older=…`; a page with like names (404) where nobody has that one."""
    database = archive.find(datasette)
    name = named(request, "name")
    place = _PLACE.fullmatch(request.args.get("older") or "")

    async def ask(here: Any) -> tuple[int, list[dict[str, Any]], dict[str, Any]]:
        total = await counts.number(here, "author", name) if len(name) <= MAX_NAME else 0
        if not total:
            return 0, [], {}
        after = (place.group(1), int(place.group(2))) if place else None
        about = {} if place else await _about(datasette, here, name, total)
        return total, await queries.articles(here, name, SIZE + 1, after), about

    total, found, about = await archive.in_one_go(database, ask)
    if not total:
        return await _unknown(datasette, request, database, name)
    context = {
        "q": "",
        "name": name,
        "shown_name": shortened(name, 200),
        "total": total,
        "path": author_path(datasette, name),
        "search": urlencode({"author": name}, errors="replace"),
        "cards": [card(row) for row in found[:SIZE]],
        "first_page": place is None,
        "older": urlencode({"older": _place_of(found[SIZE - 1])}) if len(found) > SIZE else None,
        **about,
    }
    return await page(datasette, request, "author", context)


async def _about(datasette: Any, database: Any, name: str, total: int) -> dict[str, Any]:
    span = await queries.span(database, name)
    sites = await queries.sites(database, name, SITES)
    shared = await queries.co_authors(database, name, SHARED_OF, 12)
    return {
        "span": {"first": shown_date(span["first"]), "last": shown_date(span["last"])},
        "sites": [
            {"label": row["value"], "n": row["n"], "path": site_path(datasette, row["value"])} for row in sites[:24]
        ],
        "more_sites": max(len(sites) - 24, 0),
        "with": [
            {"label": shortened(row["value"], 120), "n": row["n"], "path": author_path(datasette, row["value"])}
            for row in shared
        ],
        "shared_of": SHARED_OF if total > SHARED_OF else None,
    }


async def _unknown(datasette: Any, request: Any, database: Any, name: str) -> Any:
    """The page (404) for a name that no byline has: with like ones."""
    typed = " ".join(name[:200].replace("\x00", " ").split())
    likely = []
    if typed:
        for start in dict.fromkeys([typed, typed.split(" ")[0], typed[:3]]):
            likely += [row["value"] for row in await queries.beginning(database, "", beginnings(start), 100, "")]
    likely = list(dict.fromkeys(likely))
    near = get_close_matches(typed, likely, n=6, cutoff=0.5) or likely[:6]
    context = {
        "q": "",
        "heading": "No such author",
        "told": "No article of this archive bears that name.",
        "name": shortened(name, 120),
        "suggestions": [(shortened(it, 120), author_path(datasette, it)) for it in near],
        "all_path": datasette.urls.path("/authors"),
        "all_label": "All authors",
    }
    return await page(datasette, request, "unknown", context, 404)


def _place_of(row: dict[str, Any]) -> str:
    """Where the list goes on after `row`; a date that can't come from us ends the dated ones."""
    place = f"{row['published'] or ''}_{row['id']}"
    return place if _PLACE.fullmatch(place) else f"_{row['id']}"
