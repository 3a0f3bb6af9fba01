"""The article page: made for reading, with related links and where each value came from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup

from miacrawl.serve import access, archive
from miacrawl.serve.address import author_path, site_path
from miacrawl.serve.body import LONG, safe_body
from miacrawl.serve.card import UNTITLED, minutes, shortened
from miacrawl.serve.citing import STYLES, as_style, base_for, cited
from miacrawl.serve.dates import ShownDate, shown_date
from miacrawl.serve.language import direction
from miacrawl.serve.link import outside
from miacrawl.serve.number import number, whole
from miacrawl.serve.origin import origins
from miacrawl.serve.queries import article as queries
from miacrawl.serve.queries import versions
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.record import aside
from miacrawl.serve.reply import page
from miacrawl.serve.said import directives_in_words, flags_in_words, places_in_words
from miacrawl.serve.state import SearchState
from miacrawl.serve.stored import pairs, strings
from miacrawl.serve.trouble import MISSING_STATUS, PageError
from miacrawl.serve.views import article_views

PLACES = {"inline": "between the paragraphs", "end": "after the text", "aside": "beside the text"}
_OF_NOW = (
    "summary",
    "image",
    "read_minutes",
    "read_minutes_estimated",
    "published_text",
    "modified_text",
    "changed_at",
    "directives",
    "fetched_url",
    "canonical_url",
    "run_id",
)
"""Columns that are kept of the version that stands now alone."""
MAX_AUTHORS = 100
MAX_TWINS = 12
_Query = Callable[[Any, int], Awaitable[list[Row]]]
_FROM_DATA = ("meta", "json-ld", "microdata")


@dataclass(frozen=True, slots=True)
class Twin:
    """An article with the same text, or nearly. `percent`: how much of it both have; None where it is the same."""

    id: int
    title: str
    site: str
    date: ShownDate | None
    percent: int | None


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
    row, older = await chosen(datasette, request)
    shown = {**_shown(datasette, older or row), "body": await _body(older or row)}
    standing = await standing_of(datasette, request, older or row)
    common = {"q": "", **shown, **await _around(datasette, request, older or row, standing)}
    if older is not None:
        # Links, evidence and confidence are those of the page as it is now.
        rules = origins(pairs(older.get("provenance")), [], [])
        return await page(
            datasette, request, "article", {**common, "blocks": [], "origins": rules, "older": _seen(older, row)}
        )
    links = await _rows(datasette, request, "related_links", queries.related, row["id"])
    evidence = await _rows(datasette, request, "evidence", queries.evidence, row["id"])
    confidence = await _rows(datasette, request, "confidence", queries.confidence, row["id"])
    twins = await _rows(datasette, request, "duplicates", queries.twins, row["id"])
    context = {
        "blocks": _blocks(links),
        "origins": origins(pairs(row.get("provenance")), evidence, confidence),
        "twins": [_twin(twin) for twin in twins[:MAX_TWINS]],
        "more_twins": len(twins) > MAX_TWINS,
        "directives": directives_in_words(row.get("directives")),
        "said_in": places_in_words(row.get("directives")),
    }
    return await page(datasette, request, "article", {**common, **context})


async def chosen(datasette: Any, request: Any) -> tuple[Row, Row | None]:
    """The article that the address names, and the older version of it that `?version=` asks for (None: no older one).

    Raises PageError (404) where there is no such article, or version.
    """
    asked = number(request.url_vars["id"])
    row = await queries.article(archive.find(datasette), asked) if asked is not None else None
    if row is None:
        raise no_such_article()
    return row, await _older(datasette, request, row)


async def standing_of(datasette: Any, request: Any, row: Row) -> Row:
    """When the version in `row` was first seen and fetched, from which capture; how many there are ("versions").

    Without what the reader may not see, or an older archive lacks.
    """
    found = None
    if await may_view_versions(datasette, request.actor):
        with_capture = await access.may_view(datasette, request.actor, "captures")
        told = row.get("number") or row.get("version")
        found = await queries.standing(archive.find(datasette), row["id"], told, with_capture=with_capture)
    return found or {}


async def may_view_versions(datasette: Any, actor: dict[str, Any] | None) -> bool:
    """Whether `actor` may read versions, as rows and as texts."""
    for table in ("article_versions", "versions"):
        if not await access.may_view(datasette, actor, table):
            return False
    return True


def no_such_article() -> PageError:
    """There is no article of the number asked for."""
    return PageError(
        "No such article",
        "This archive holds no article of that number. It may have been in another archive; a search may find it.",
        MISSING_STATUS,
    )


def retrieved(row: Row, standing: Row) -> object:
    """When the page was fetched that a version was first read from, as far as that is known."""
    return standing.get("fetched_at") or standing.get("first_seen") or row.get("changed_at") or row.get("first_seen")


async def _older(datasette: Any, request: Any, row: Row) -> Row | None:
    written = request.args.get("version") or ""
    if not written or written == str(row.get("version")):
        return None
    asked, found = number(written), None
    if asked is not None and await may_view_versions(datasette, request.actor):
        found = await versions.version(archive.find(datasette), row["id"], asked)
    if found is None:
        told = "This archive holds no version of that number of the article; without a number, the one that stands now."
        raise PageError("No such version", told, MISSING_STATUS)
    return {**row, **dict.fromkeys(_OF_NOW), **{name: found[name] for name in found.keys() - {"id"}}}


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


async def _around(datasette: Any, request: Any, row: Row, standing: Row) -> dict[str, Any]:
    """The other views of the article, and its citations."""
    one = cited(row, retrieved(row, standing), base_for(datasette, request))
    captures = await access.may_view(datasette, request.actor, "captures")
    return {
        "views": article_views(
            datasette,
            row["id"],
            row["url"],
            versions=standing.get("versions"),
            capture_id=whole(row.get("capture_id")) if captures else None,
            related=await access.may_view(datasette, request.actor, "related_links"),
        ),
        "citations": [(style, text) for style in STYLES if (text := as_style(one, style))],
        "cited": one,
        "retrieved": shown_date(one.retrieved, with_time=True),
    }


def _twin(row: Row) -> Twin:
    return Twin(
        id=row["id"],
        title=row["title"] or UNTITLED,
        site=row["site_name"] or row["site"] or "",
        date=shown_date(row["published"]),
        percent=None if row["kind"] == "exact" else round(100 * row["similarity"]),
    )


def _shown(datasette: Any, row: Row) -> dict[str, Any]:
    provenance = pairs(row.get("provenance"))
    return {
        "article": row,
        "title": row["title"] or UNTITLED,
        "blurb": row["blurb"],
        "blurb_from_data": _from_data(provenance.get("blurb")),
        "summary": row.get("summary"),
        "authors": [(name, author_path(datasette, name)) for name in strings(row["authors"])[:MAX_AUTHORS]],
        "site_path": site_path(datasette, str(row["site"] or "")),
        "section_query": SearchState(section=row["section"] or "").query_string,
        "direction": direction(row["language"]),
        "published": shown_date(row["published"], with_time=True),
        "modified": shown_date(row["modified"], with_time=True),
        "read_time": _read_time(row),
        "estimate": minutes(row.get("read_minutes_estimated")),
        "original": outside(row["url"]),
        "image": outside(row["image"]),
        "flags": flags_in_words(row["flags"]),
        "gone": shown_date(row.get("gone_since")),
        "first_seen": shown_date(row["first_seen"], with_time=True),
        "last_seen": shown_date(row["last_seen"], with_time=True),
        "changed_at": shown_date(row["changed_at"], with_time=True),
    }


async def _body(row: Row) -> Markup:
    """The text; one that takes long is cleaned while other pages go on."""
    markup, text, url = (str(row[name] or "") for name in ("body_html", "body", "url"))
    if len(markup) <= LONG:
        return safe_body(markup, text, url)
    return await aside(safe_body, markup, text, url)


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
