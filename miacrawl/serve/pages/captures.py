"""The captures of an article: every answer that its addresses gave, the latest first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from miacrawl.serve import access, archive
from miacrawl.serve.card import UNTITLED
from miacrawl.serve.dates import shown_date
from miacrawl.serve.queries import captures as queries
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.reply import page
from miacrawl.serve.seen import KINDS, OUTCOMES, shown_size
from miacrawl.serve.trouble import MISSING_STATUS, PageError

SIZE = 100
_PLACE = re.compile(r"([0-9T:.Z+-]{1,40})_([0-9]{1,18})")
_FACTS = "id url kind fetched_at status content_type digest size refers_to outcome run_id file offset length".split()
_WITH_TEXT = frozenset({"article", "paywall", "cut-off", "empty-body", "not-modified"})
"""Outcomes of captures that show a version of the article."""


@dataclass(frozen=True, slots=True)
class Captures:
    """A stretch of an article's captures. `total`: how many there are; `older`: where the list goes on."""

    article: Row
    total: int
    rows: list[Row]
    older: str | None
    first_page: bool


async def show(datasette: Any, request: Any) -> Any:
    """`/article/<id>/captures`, older ones at `?before=…`. Raises PageError (404) where there is no such article."""
    found = await _captures(datasette, request)
    context = {
        "q": "",
        "article": found.article,
        "title": found.article["title"] or UNTITLED,
        "total": found.total,
        "captures": [_shown(row) for row in found.rows],
        "several": len({row["url"] for row in found.rows}) > 1,
        "older": found.older,
        "first_page": found.first_page,
        "may_see_run": await access.may_view(datasette, request.actor, "runs"),
    }
    return await page(datasette, request, "captures", context)


async def tell(datasette: Any, request: Any) -> dict[str, Any]:
    """The same as JSON, at `/article/<id>/captures.json`. Raises PageError, likewise."""
    found = await _captures(datasette, request)
    path = str(datasette.urls.path(f"/article/{found.article['id']}/captures.json"))
    return {
        "article": found.article,
        "captures": [_told(row, datasette) for row in found.rows],
        "next": found.older and f"{path}?{urlencode({'before': found.older})}",
    }


async def _captures(datasette: Any, request: Any) -> Captures:
    from datasette import Forbidden

    if not await access.may_view(datasette, request.actor, "articles"):
        raise Forbidden("view-table")
    may_see = await access.may_view(datasette, request.actor, "article_versions")
    written = request.url_vars["id"]
    is_number = written.isascii() and written.isdigit() and len(written) <= 18
    place = _PLACE.fullmatch(request.args.get("before") or "")
    before = (place.group(1), int(place.group(2))) if place else None

    async def ask(here: Any) -> Captures:
        article = await queries.title_of(here, int(written)) if is_number else None
        if article is None:
            raise PageError("No such article", "This archive holds no article of that number.", MISSING_STATUS)
        keys = await queries.keys_of(here, article["id"])
        found = await queries.of_addresses(here, keys, SIZE + 1, before)
        starts = await queries.version_starts(here, article["id"]) if may_see else []
        older = f"{found[SIZE - 1]['fetched_at']}_{found[SIZE - 1]['id']}" if len(found) > SIZE else None
        total = await queries.how_many(here, keys)
        return Captures(article, total, [_version(row, starts) for row in found[:SIZE]], older, before is None)

    return await archive.in_one_go(archive.find(datasette), ask)


def _version(row: Row, starts: list[Row]) -> Row:
    """A capture with the version that the article was in then, and whether it began with it."""
    begun = next((start["number"] for start in starts if start["capture_id"] == row["id"]), None)
    at = begun
    if begun is None and row["outcome"] in _WITH_TEXT:
        at = next((start["number"] for start in starts if start["since"] <= row["fetched_at"]), None)
    return {**row, "version": at, "begins_version": begun is not None}


def _told(row: Row, datasette: Any) -> dict[str, Any]:
    page = str(datasette.urls.path(f"/capture/{row['id']}"))
    return {**{name: row[name] for name in (*_FACTS, "version", "begins_version")}, "page": page}


def _shown(row: Row) -> dict[str, Any]:
    return {
        **row,
        "date": shown_date(row["fetched_at"], with_time=True),
        "what": KINDS.get(row["kind"], row["kind"]),
        "seen": OUTCOMES.get(row["outcome"], row["outcome"] or ""),
        "shown_size": shown_size(row["size"]),
    }
