"""In what two versions of an article differ: `/article/<id>/diff?from=1&to=2&view=inline`, and `diff.json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from miacrawl.serve import archive
from miacrawl.serve.card import UNTITLED
from miacrawl.serve.dates import shown_date
from miacrawl.serve.field_difference import MAX_BODY, FieldDifference, field_differences
from miacrawl.serve.language import direction
from miacrawl.serve.number import number
from miacrawl.serve.pages.history import History, history
from miacrawl.serve.pages.versions import options
from miacrawl.serve.pieces import stretches
from miacrawl.serve.queries import versions as queries
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.reply import page
from miacrawl.serve.trouble import MISSING_STATUS, PageError
from miacrawl.serve.twin import answer, in_json


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of an article, the earlier one first, and in what they differ; `swapped`: asked for otherwise."""

    history: History
    earlier: Row
    later: Row
    fields: list[FieldDifference]
    swapped: bool

    @property
    def changed(self) -> list[FieldDifference]:
        """The fields in which they differ."""
        return [field for field in self.fields if not field.difference.is_same]


async def show(datasette: Any, request: Any) -> Any:
    """The difference of two versions. Raises PageError (404) where there is no such article, or version."""
    found = await _compared(datasette, request)
    changed = found.changed
    article = found.history.article
    context = {
        "q": "",
        "article": article,
        "title": article["title"] or UNTITLED,
        "direction": direction(article["language"]),
        "views": found.history.views,
        "options": options(found.history),
        "earlier": _told(found.earlier),
        "later": _told(found.later),
        "swapped": found.swapped,
        "side": request.args.get("view") == "side",
        "fields": [(field, stretches(field.difference.rows)) for field in changed],
        "same": [field.label for field in found.fields if field.difference.is_same and field.difference.rows],
        "coarse": any(field.difference.coarse for field in changed),
        "cut": any(field.cut for field in found.fields),
        "max_body": MAX_BODY,
        "removed": sum(field.difference.removed for field in changed),
        "added": sum(field.difference.added for field in changed),
        "other_rules": found.earlier["extractor"] != found.later["extractor"],
    }
    return await page(datasette, request, "diff", context)


@in_json
async def show_json(datasette: Any, request: Any) -> Any:
    """The same as JSON: every field, its paragraphs (rows), and of what pieces each of these is made."""
    found = await _compared(datasette, request)
    return answer(
        {
            "article": {name: found.history.article[name] for name in ("id", "title", "url", "site")},
            "from": _in_short(found.history, found.earlier),
            "to": _in_short(found.history, found.later),
            "swapped": found.swapped,
            "fields": [_as_json(field) for field in found.fields],
        }
    )


async def _compared(datasette: Any, request: Any) -> Comparison:
    known = await history(datasette, request)
    numbers = known.numbers
    current = known.article["version"]
    to = _asked(known, request.args.get("to"), current if current in numbers else numbers[-1])
    place = numbers.index(to)
    one = _asked(known, request.args.get("from"), numbers[max(0, place - 1)])
    earlier, later = sorted((one, to), key=numbers.index)
    database, article_id = archive.find(datasette), known.article["id"]

    async def ask(here: Any) -> list[Row | None]:
        return [await queries.version(here, article_id, asked) for asked in dict.fromkeys((earlier, later))]

    rows = await archive.in_one_go(database, ask)
    if None in rows:
        raise _no_such_version()
    before, after = rows[0] or {}, rows[-1] or {}
    return Comparison(known, before, after, field_differences(before, after), swapped=earlier != one)


def _asked(known: History, written: str | None, usual: int) -> int:
    """The version that an argument asks for, else the usual one. Raises PageError (404) where there is none."""
    asked = number(written) if written else usual
    if asked not in known.numbers:
        raise _no_such_version()
    return asked


def _no_such_version() -> PageError:
    told = "This archive holds no version of that number of the article. Its versions are listed at …/versions."
    return PageError("No such version", told, MISSING_STATUS)


def _told(row: Row) -> dict[str, Any]:
    return {
        "number": row["number"],
        "first_seen": shown_date(row["first_seen"], with_time=True),
        "last_seen": shown_date(row["last_seen"], with_time=True),
        "is_current": bool(row["is_current"]),
        "extractor": row["extractor"],
    }


def _in_short(known: History, version: Row) -> dict[str, Any]:
    names = ("number", "first_seen", "last_seen", "content_hash", "capture_id", "extractor")
    row = next(row for row in known.versions if row["number"] == version["number"])
    return {name: row[name] for name in names}


def _as_json(field: FieldDifference) -> dict[str, Any]:
    found = field.difference
    return {
        "field": field.name,
        "same": found.is_same,
        "removed": found.removed,
        "added": found.added,
        "coarse": found.coarse,
        "cut": field.cut,
        "rows": [
            {"kind": row.kind, "pieces": [[piece.kind, piece.text] for piece in row.pieces]} for row in found.rows
        ],
    }
