"""The same search for programs, spreadsheets and feed readers: `/search.json`, `/search.csv`, `/search.atom`."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from miacrawl.serve import archive
from miacrawl.serve.answer import Answer, answer
from miacrawl.serve.card import UNTITLED, minutes, shortened
from miacrawl.serve.feed import BEGINNING, CONTENT_TYPE, Entry, Feed, atom, moment
from miacrawl.serve.link import outside
from miacrawl.serve.marks import spans
from miacrawl.serve.pages.search import asked, choices, page_of
from miacrawl.serve.queries import search as queries
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.reply import title
from miacrawl.serve.state import CHOICES, MAX_FOUND, PAGE_SIZE, SearchState
from miacrawl.serve.stored import strings
from miacrawl.serve.twin import answer as in_words
from miacrawl.serve.twin import in_json
from miacrawl.spreadsheet import harmless

COLUMNS = {
    "id": "Number of the article in this archive",
    "title": "Headline",
    "blurb": "Standfirst",
    "site": "Host (and port, where unusual) without www.",
    "site_name": "Name that the site gives itself",
    "section": "Category shown with the article",
    "authors": 'Byline names, joined by "; "',
    "language": "Language of the text, BCP 47",
    "published": "When published, ISO 8601: UTC where the zone is known, a day where only that is known",
    "read_minutes": "Reading time in minutes as the page states it",
    "read_minutes_estimated": "The same by our own count",
    "url": "Address of the article on its site",
    "archived_url": "Address of the article in this archive",
}
"""Columns of the CSV, and what each of them holds."""
_NUMBERS = ("id", "read_minutes", "read_minutes_estimated")
_BATCH = 500


async def show(datasette: Any, request: Any) -> Any:
    """`/search.json?q=…` and so on: what an address of the page asks for, in another form."""
    return await _FORMS[request.url_vars["form"]](datasette, request)


async def _as_json(datasette: Any, request: Any) -> Any:
    database, state = archive.find(datasette), asked(request)
    found, rows, marked = await page_of(database, state)
    to = _addresses(datasette, request)
    pages = -(-found.listed // PAGE_SIZE)
    return in_words(
        {
            "asked": state.arguments,
            "understood": found.terms.expression,
            "remarks": list(found.remarks),
            "total": found.total,
            "total_is_exact": found.exact,
            "listed": found.listed,
            "page": state.page,
            "pages": pages,
            "articles": [_article(row, marked.get(row["id"]), to) for row in rows],
            "facets": {name: _facet(name, state, found, to) for name in CHOICES},
            "months": dict(found.months),
            "next": to("/search.json", state.changed(page=state.page + 1)) if state.page < pages else None,
            "previous": to("/search.json", state.changed(page=state.page - 1)) if 1 < state.page <= pages else None,
            "html": to("/search", state),
            "csv": to("/search.csv", state.changed()),
            "atom": to("/search.atom", state.changed(sort="")),
        }
    )


def _article(row: Row, marked: Row | None, to: Address) -> dict[str, Any]:
    """An article; `found` says where in its title, blurb and passage the words stand, in characters from and to."""
    texts = {"title": row["title"], "blurb": row["blurb"], "passage": None, **(marked or {})}
    plain = {name: spans(texts[name]) for name in ("title", "blurb", "passage")}
    return {
        "id": row["id"],
        "title": plain["title"][0],
        "blurb": plain["blurb"][0] or None,
        "passage": plain["passage"][0] if plain["passage"][1] else None,
        "found": {name: places for name, (_, places) in plain.items() if places},
        "site": row["site"],
        "site_name": row["site_name"],
        "section": row["section"],
        "authors": strings(row["authors"]),
        "language": row["language"],
        "published": row["published"],
        "read_minutes": minutes(row["read_minutes"]),
        "read_minutes_estimated": minutes(row["read_minutes_estimated"]),
        "url": row["url"],
        "archived_url": to(f"/article/{row['id']}"),
    }


def _facet(name: str, state: SearchState, found: Answer, to: Address) -> list[dict[str, Any]]:
    return [
        {"value": one.value, "count": one.n, "chosen": one.chosen, "toggle": f"{to('/search.json')}?{one.query}"}
        for one in choices(name, state, found)
    ]


async def _as_csv(datasette: Any, request: Any) -> Any:
    from datasette.utils.asgi import AsgiStream

    database, state = archive.find(datasette), asked(request)
    found = await answer(database, state, 0, MAX_FOUND)
    to = _addresses(datasette, request)
    first = await queries.cards(database, found.ids[:_BATCH])

    async def stream(writer: Any) -> None:
        await writer.write(_lines([list(COLUMNS)]) + _lines([_cells(row, to) for row in first]))
        for place in range(_BATCH, len(found.ids), _BATCH):
            rows = await queries.cards(database, found.ids[place : place + _BATCH])
            await writer.write(_lines([_cells(row, to) for row in rows]))

    headers = {"Content-Disposition": 'attachment; filename="search.csv"', **_total(found)}
    return AsgiStream(stream, headers=headers, content_type="text/csv; charset=utf-8; header=present")


def _cells(row: Row, to: Address) -> list[str]:
    values = {**row, "authors": "; ".join(strings(row["authors"])), "archived_url": to(f"/article/{row['id']}")}
    return [_cell(name, values[name]) for name in COLUMNS]


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    if name in _NUMBERS and isinstance(value, int):
        return str(value)
    text = str(value).replace("\0", "").encode("utf-8", "replace").decode()
    return harmless(text)


def _lines(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


async def _as_atom(datasette: Any, request: Any) -> Any:
    from datasette import Response

    database, asked_for = archive.find(datasette), asked(request)
    state = asked_for.changed(sort="date", page=asked_for.page)  # a feed tells what is new
    found, rows, _ = await page_of(database, state, passages=False)
    to = _addresses(datasette, request)
    plain = asked_for.changed(sort="", page=asked_for.page)
    others = {"first": to("/search.atom", plain.changed())}
    if state.page * PAGE_SIZE < found.listed:
        others["next"] = to("/search.atom", plain.changed(page=state.page + 1))
    if state.page > 1:
        others["previous"] = to("/search.atom", plain.changed(page=state.page - 1))
    name = await title(datasette)
    what = ", ".join(filter(None, [state.q.strip(), *state.filters.values()]))
    feed = Feed(
        title=f"{name}: {what}" if what else name,
        author=name,
        address=to("/search.atom", plain),
        page=to("/search", plain),
        entries=[_entry(row, to) for row in rows],
        others=others,
    )
    body = atom(feed)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Last-Modified": format_datetime(feed.updated.astimezone(UTC), usegmt=True)}
    if tag in (request.headers.get("if-none-match") or ""):
        return Response(b"", status=304, headers=headers)
    return Response(body, headers=headers, content_type=CONTENT_TYPE)


def _entry(row: Row, to: Address) -> Entry:
    published = moment(row["published"])
    updated = moment(row["changed_at"]) or moment(row["first_seen"]) or published or BEGINNING
    return Entry(
        key=str(row["url"]),
        title=str(row["title"] or UNTITLED),
        link=to(f"/article/{row['id']}"),
        original=outside(row["url"]),
        summary=shortened(str(row["blurb"] or row["summary"] or row["opening"] or ""), 500),
        authors=tuple(strings(row["authors"])),
        section=str(row["section"] or ""),
        language=str(row["language"] or ""),
        published=published,
        updated=updated,
    )


Address = Callable[..., str]
_FORMS: Mapping[str, Callable[[Any, Any], Awaitable[Any]]] = {
    "json": in_json(_as_json),
    "csv": _as_csv,
    "atom": _as_atom,
}


def _addresses(datasette: Any, request: Any) -> Address:
    """What makes an absolute address of a path of ours and a state."""

    def address(path: str, state: SearchState | None = None) -> str:
        query = state.query_string if state else ""
        absolute = datasette.absolute_url(request, str(datasette.urls.path(path)))
        return f"{absolute}{'?' if query else ''}{query}"

    return address


def _total(found: Answer) -> dict[str, str]:
    """What a file can't say of itself: how many articles there are in all."""
    return {"X-Total": f"{found.total}{'' if found.exact else '+'}"}
