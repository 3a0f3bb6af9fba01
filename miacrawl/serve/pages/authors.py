"""All authors of the archive, by number of articles or by the beginning of their name."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from miacrawl.serve import archive
from miacrawl.serve.address import MAX_NAME, author_path, site_path
from miacrawl.serve.card import shortened
from miacrawl.serve.queries import authors as queries
from miacrawl.serve.reply import page

SIZE = 60
MOST_COUNTED = 10_000
_PLACE = re.compile(r"([0-9]{1,12}):(.*)", re.S)


async def show(datasette: Any, request: Any) -> Any:
    """`/authors`: `?q=` beginning of a name, `?site=`, `?after=` where the list goes on."""
    database = archive.find(datasette)
    typed = " ".join((request.args.get("q") or "").replace("\x00", " ").split())[:200]
    site = (request.args.get("site") or "")[:MAX_NAME]
    after = (request.args.get("after") or "")[: MAX_NAME + 13]
    if typed:
        found = await queries.beginning(database, site, beginnings(typed), SIZE + 1, after)
    else:
        place = _PLACE.fullmatch(after)
        found = await queries.most_first(
            database, site, SIZE + 1, (int(place.group(1)), place.group(2)) if place else None
        )
    shown = found[:SIZE]
    total = await queries.how_many(database, site, MOST_COUNTED)
    context = {
        "q": "",
        "typed": typed,
        "site": site,
        "site_path": site_path(datasette, site) if site else "",
        "authors": [
            {"label": shortened(row["value"], 120), "n": row["n"], "path": author_path(datasette, row["value"])}
            for row in shown
        ],
        "total": total,
        "counted": MOST_COUNTED,
        "first_page": not after,
        "start": _query(typed, site, ""),
        "next": _query(typed, site, _place(shown[-1], typed)) if len(found) > SIZE else None,
    }
    return await page(datasette, request, "authors", context)


def beginnings(typed: str) -> list[str]:
    """`typed` as names may begin: as it stands, with a capital at its start or at each word's, all in capitals or none.

    The index knows capitals from small letters; so that `ida h` finds Ida Holm, it is asked for each.
    """
    small = typed.lower()
    ways = (typed, _capital(typed), _words(typed), _words(small), typed.upper(), small)
    return list(dict.fromkeys(ways))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _words(text: str) -> str:
    return " ".join(map(_capital, text.split(" ")))


def _place(row: dict[str, Any], typed: str) -> str:
    return str(row["value"]) if typed else f"{row['n']}:{row['value']}"


def _query(typed: str, site: str, after: str) -> str:
    values = {"q": typed, "site": site, "after": after}
    return urlencode({name: value for name, value in values.items() if value}, errors="replace")
