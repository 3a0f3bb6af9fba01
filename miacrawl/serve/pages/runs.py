"""The runs of the archive: what each did, how long it took, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from miacrawl.serve import archive, quantity
from miacrawl.serve.chart import Bars, Series
from miacrawl.serve.dates import shown_date
from miacrawl.serve.ending import Ending, ending
from miacrawl.serve.queries import runs as queries
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.reply import page
from miacrawl.serve.stored import strings
from miacrawl.serve.trouble import MISSING_STATUS, PageError
from miacrawl.serve.twin import number

SIZE = 30
WEEKS = 52
_LAST = 2**62
_COUNTED = ("new", "changed", "unchanged", "skipped", "gone", "failed", "pending")
_CELLS = Markup('<td class="number">{:,}</td>') * len(_COUNTED)
_CHARTED = ("new", "changed", "failed")


async def tell(datasette: Any, request: Any) -> dict[str, Any]:
    """`/runs.json`, `?before=<run>` for older ones: `runs` (the latest first) and `older`, where the list goes on.

    A run has the columns of table runs, its start addresses as a list, and `ending`: grade (well, look, running,
    silent, killed), label, words, and seconds where it is known how long it took.
    """
    found, more, newest = await _found(datasette, request)
    now = datetime.now(UTC)
    return {"runs": [told(run, newest, now) for run in found], "older": found[-1]["id"] if more else None}


async def show(datasette: Any, request: Any) -> Any:
    """`/runs`, `?before=<run>` for older ones, `?by=week` for a chart of weeks. Raises PageError (404) past the end."""
    database = archive.find(datasette)
    found, more, newest = await _found(datasette, request)
    before = number(request.args.get("before"), 0)
    if before and not found:
        raise PageError(
            "No older runs", "This is where the archive begins: before it there was no run.", MISSING_STATUS
        )
    now = datetime.now(UTC)
    by_week = request.args.get("by") == "week"
    context = {
        "q": "",
        "runs": [shown(run, newest, now) for run in found],
        "chart": week_bars(await queries.weeks(database, WEEKS)) if by_week else run_bars(found[::-1]),
        "by_week": by_week,
        "first_page": not before,
        "older": found[-1]["id"] if more else None,
    }
    return await page(datasette, request, "runs", context)


async def _found(datasette: Any, request: Any) -> tuple[list[Row], bool, Row]:
    """The runs asked for, whether there are more, and the newest of all."""
    database = archive.find(datasette)
    found = await queries.latest(database, SIZE + 1, number(request.args.get("before"), _LAST))
    return found[:SIZE], len(found) > SIZE, await queries.newest(database)


def told(run: Row, newest: Row, now: datetime) -> dict[str, Any]:
    """A run as JSON has it."""
    end = end_of(run, newest, now)
    spoken = {"grade": end.grade, "label": end.label, "words": end.words, "seconds": end.seconds}
    return {**run, "start_urls": strings(run["start_urls"]), "ending": spoken}


def shown(run: Row, newest: Row, now: datetime) -> dict[str, Any]:
    """A run as lists show it."""
    starts = strings(run["start_urls"])
    return {
        **run,
        "starts": starts[:3],
        "more_starts": max(0, len(starts) - 3),
        "date": shown_date(run["started"], with_time=True),
        "ago": quantity.ago(run["started"], now),
        "ending": (end := end_of(run, newest, now)),
        "duration": quantity.duration(end.seconds),
        "size": quantity.size(run["bytes"]),
        "numbers": _CELLS.format(*(run[name] or 0 for name in _COUNTED)),
    }


def end_of(run: Mapping[str, Any], newest: Row, now: datetime) -> Ending:
    """How a run ended."""
    return ending(run, newest["id"], newest["heard_at"], now)


def run_bars(runs: list[Row]) -> Bars | None:
    """New, changed and failed of each run, the oldest first; None where there is nothing to be seen."""
    return _bars("Articles and failures by run", [f"run {run['id']}" for run in runs], runs)


def week_bars(weeks: list[Row]) -> Bars | None:
    """The same by the week that runs began in."""
    return _bars("Articles and failures of runs by week", [str(week["week"]) for week in weeks], weeks)


def _bars(title: str, labels: list[str], rows: list[Row]) -> Bars | None:
    series = [Series(name, tuple(float(max(row[name] or 0, 0)) for row in rows)) for name in _CHARTED]
    if len(rows) < 2 or not any(any(one.values) for one in series):
        return None
    return Bars(title, tuple(labels), tuple(series))
