"""The captures of an article: every answer that its addresses gave, the latest first."""

from __future__ import annotations

import re
from typing import Any

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


async def show(datasette: Any, request: Any) -> Any:
    """`/article/<id>/captures`, older ones at `?before=…`, as JSON with `.json`. Raises PageError (404)."""
    from datasette import Forbidden, Response

    if not await access.may_view(datasette, request.actor, "articles"):
        raise Forbidden("view-table")
    database = archive.find(datasette)
    written = request.url_vars["id"]
    is_number = written.isascii() and written.isdigit() and len(written) <= 18
    article = await queries.title_of(database, int(written)) if is_number else None
    if article is None:
        raise PageError("No such article", "This archive holds no article of that number.", MISSING_STATUS)
    place = _PLACE.fullmatch(request.args.get("before") or "")
    before = (place.group(1), int(place.group(2))) if place else None
    keys = await queries.keys_of(database, article["id"])
    found = await queries.of_addresses(database, keys, SIZE + 1, before)
    may_see = await access.may_view(datasette, request.actor, "article_versions")
    starts = await queries.version_starts(database, article["id"]) if may_see else []
    shown = [_version(row, starts) for row in found[:SIZE]]
    older = f"{found[SIZE - 1]['fetched_at']}_{found[SIZE - 1]['id']}" if len(found) > SIZE else None
    if request.url_vars.get("json"):
        path = str(datasette.urls.path(f"/article/{article['id']}/captures.json"))
        rows = [_told(row, datasette) for row in shown]
        return Response.json({"article": article, "captures": rows, "next": older and f"{path}?before={older}"})
    context = {
        "q": "",
        "article": article,
        "title": article["title"] or UNTITLED,
        "total": await queries.how_many(database, keys),
        "captures": [_shown(row) for row in shown],
        "several": len({row["url"] for row in shown}) > 1,
        "older": older,
        "first_page": before is None,
        "may_see_run": await access.may_view(datasette, request.actor, "runs"),
    }
    return await page(datasette, request, "captures", context)


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
