"""The versions of an article: `/article/<id>/versions`, and as JSON at `/article/<id>/versions.json`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from miacrawl.serve import archive
from miacrawl.serve.card import UNTITLED
from miacrawl.serve.dates import shown_date
from miacrawl.serve.field_difference import FIELDS
from miacrawl.serve.number import number
from miacrawl.serve.pages.history import History, history
from miacrawl.serve.queries import versions as queries
from miacrawl.serve.reply import page
from miacrawl.serve.timeline import Step, steps
from miacrawl.serve.twin import answer, in_json

SIZE = 25
"""Versions on a page of the timeline, whose words are compared."""


async def show(datasette: Any, request: Any) -> Any:
    """The timeline, the latest version first. Raises PageError (404) where there is no such article."""
    found = await history(datasette, request)
    pages = -(-len(found.versions) // SIZE)
    place = min(max(1, number(request.args.get("page")) or 1), pages)
    context = {
        "q": "",
        "article": found.article,
        "title": found.article["title"] or UNTITLED,
        "views": found.views,
        "timeline": [_shown(step) for step in reversed(await _steps(datasette, found, place))],
        "count": len(found.versions),
        "options": options(found),
        "chosen": (found.numbers[-2:][0], found.numbers[-1]),
        "gone": shown_date(found.article["gone_since"]),
        "place": place,
        "pages": pages,
    }
    return await page(datasette, request, "versions", context)


@in_json
async def show_json(datasette: Any, request: Any) -> Any:
    """The same as JSON, in the order of time; words are counted for the latest versions alone."""
    found = await history(datasette, request)
    told = await _steps(datasette, found, 1)
    uncounted = steps(found.versions[: len(found.versions) - len(told)], {})
    return answer(
        {
            "article": {name: found.article[name] for name in ("id", "title", "url", "site", "gone_since")},
            "versions": [{**asdict(step), "changed": list(step.changed)} for step in [*uncounted, *told]],
        }
    )


def options(found: History) -> list[dict[str, Any]]:
    """The versions to choose from, the latest first: number and label."""
    return [
        {
            "number": row["number"],
            "label": f"Version {row['number']}, {shown_date(row['first_seen'], with_time=True)}"
            + (" (stands now)" if row["is_current"] else ""),
        }
        for row in reversed(found.versions)
    ]


async def _steps(datasette: Any, found: History, place: int) -> list[Step]:
    """The versions of a page of the timeline, from the end; in the order of time."""
    stop = len(found.versions) - (place - 1) * SIZE
    start = max(0, stop - SIZE)
    rows = found.versions[max(0, start - 1) : stop]
    texts = await queries.texts(archive.find(datasette), found.article["id"], [row["number"] for row in rows])
    return steps(rows, {row["number"]: row for row in texts})[-(stop - start) :]


def _shown(step: Step) -> dict[str, Any]:
    return {
        "it": step,
        "first_seen": shown_date(step.first_seen, with_time=True),
        "last_seen": shown_date(step.last_seen, with_time=True),
        "changed": ", ".join(FIELDS.get(name, name).lower() for name in step.changed),
    }
