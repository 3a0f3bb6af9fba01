"""The article page: made for reading, with related links and where each value came from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from miacrawl.serve import access, archive
from miacrawl.serve.body import safe_body
from miacrawl.serve.card import UNTITLED, minutes, shortened
from miacrawl.serve.dates import shown_date
from miacrawl.serve.link import outside
from miacrawl.serve.origin import origins
from miacrawl.serve.queries import article as queries
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.reply import page
from miacrawl.serve.state import SearchState
from miacrawl.serve.stored import pairs, strings
from miacrawl.serve.trouble import MISSING_STATUS, PageError

PLACES = {"inline": "between the paragraphs", "end": "after the text", "aside": "beside the text"}
_OF_NOW = (
    "summary",
    "image",
    "read_minutes",
    "read_minutes_estimated",
    "published_text",
    "modified_text",
    "changed_at",
)
"""Columns that are kept of the version that stands now alone."""
_Query = Callable[[Any, int], Awaitable[list[Row]]]
_FROM_DATA = ("meta", "json-ld", "microdata")


@dataclass(frozen=True, slots=True)
class Recommended:
    """A related link. `outside` is its address, None where it is nothing a browser should follow."""

    title: str
    blurb: str
    place: str
    address: str
    outside: str | None
    target_id: int | None


async def show(datasette: Any, request: Any) -> Any:
    """`/article/<id>`, `?version=<number>` for an older one. Raises PageError (404) where there is none."""
    database = archive.find(datasette)
    written = request.url_vars["id"]
    is_number = written.isascii() and written.isdigit() and len(written) <= 18
    row = await queries.article(database, int(written)) if is_number else None
    if row is None:
        raise PageError(
            "No such article",
            "This archive holds no article of that number. It may have been in another archive; a search may find it.",
            MISSING_STATUS,
        )
    number = row["id"]
    older = await _older(datasette, request, row)
    if older is not None:
        # Links, evidence and confidence are those of the page as it is now.
        rules = origins(pairs(older.get("provenance")), [], [])
        shown_too = {"q": "", "blocks": [], "origins": rules, "older": _seen(older, row)}
        return await page(datasette, request, "article", {**_shown(older), **shown_too})
    links = await _rows(datasette, request, "related_links", queries.related, number)
    evidence = await _rows(datasette, request, "evidence", queries.evidence, number)
    confidence = await _rows(datasette, request, "confidence", queries.confidence, number)
    shown = {"blocks": _blocks(links), "origins": origins(pairs(row.get("provenance")), evidence, confidence)}
    return await page(datasette, request, "article", {"q": "", **_shown(row), **shown})


async def _older(datasette: Any, request: Any, row: Row) -> Row | None:
    """The article as it was in the version that `?version=` asks for; None where that is the one that stands now.

    Raises PageError (404) where there is no such version.
    """
    written = request.args.get("version") or ""
    current = row.get("version")
    if not written or written == str(current):
        return None
    is_number = written.isascii() and written.isdigit() and len(written) <= 18
    found = None
    if is_number and await access.may_view(datasette, request.actor, "article_versions"):
        found = await queries.version(archive.find(datasette), row["id"], int(written))
    if found is None:
        told = "This archive holds no version of that number of the article; without a number, the one that stands now."
        raise PageError("No such version", told, MISSING_STATUS)
    return {**row, **dict.fromkeys(_OF_NOW), **{name: found[name] for name in found.keys() - {"id", "capture_id"}}}


def _seen(older: Row, row: Row) -> dict[str, Any]:
    """What the page says of an older version: its number, the latest one, and from when to when it was seen."""
    return {
        "number": older["number"],
        "current": row["version"],
        "from": shown_date(older["first_seen"], with_time=True),
        "to": shown_date(older["last_seen"], with_time=True),
    }


async def _rows(datasette: Any, request: Any, table: str, query: _Query, article_id: int) -> list[Row]:
    """What `query` says of an article; nothing where the reader may not see its table."""
    if not await access.may_view(datasette, request.actor, table):
        return []
    return await query(archive.find(datasette), article_id)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    provenance = pairs(row.get("provenance"))
    return {
        "article": row,
        "title": row["title"] or UNTITLED,
        "blurb": row["blurb"],
        "blurb_from_data": _from_data(provenance.get("blurb")),
        "summary": row.get("summary"),
        "authors": [(name, SearchState(author=name).query_string) for name in strings(row["authors"])],
        "section_query": SearchState(section=row["section"] or "").query_string,
        "site_query": SearchState(site=row["site"]).query_string,
        "published": shown_date(row["published"], with_time=True),
        "modified": shown_date(row["modified"], with_time=True),
        "read_time": _read_time(row),
        "estimate": minutes(row.get("read_minutes_estimated")),
        "body": safe_body(row["body_html"] or "", row["body"] or "", row["url"] or ""),
        "original": outside(row["url"]),
        "image": outside(row["image"]),
        "flags": strings(row["flags"]),
        "first_seen": shown_date(row["first_seen"], with_time=True),
        "last_seen": shown_date(row["last_seen"], with_time=True),
        "changed_at": shown_date(row["changed_at"], with_time=True),
    }


def _blocks(links: list[dict[str, Any]]) -> list[tuple[str, list[Recommended]]]:
    """The links under the headings that their page gives them, in page order."""
    return [
        (heading or "Related on the page", [_recommended(link) for link in group])
        for heading, group in groupby(links, key=lambda link: str(link["heading"] or ""))
    ]


def _recommended(link: dict[str, Any]) -> Recommended:
    return Recommended(
        title=link["title"] or link["target_title"] or link["url"],
        blurb=shortened(link["blurb"] or link["target_blurb"] or "", 240),
        place=PLACES.get(link["location"], ""),
        address=link["url"],
        outside=outside(link["url"]),
        target_id=link["target_id"],
    )


def _read_time(row: dict[str, Any]) -> str:
    """As the page states it; the minutes alone where what stated them is no short text."""
    stated = " ".join(str(row["read_time_text"] or "").split())
    if 0 < len(stated) <= 40 and not stated.isdigit() and not stated.startswith("PT"):
        return stated
    number = minutes(row["read_minutes"])
    return f"{number} min read" if number else ""


def _from_data(rule: object) -> bool:
    return str(rule or "").startswith(_FROM_DATA)
