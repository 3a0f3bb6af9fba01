"""Articles by week: which weeks a chart shows, and the chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from miacrawl.serve.chart import Bars, Series, Spark
from miacrawl.serve.dates import shown_date

WEEKS = 52
OTHERS = "others"


def this_week() -> str:
    """The Monday of this week, as tallies have it."""
    today = datetime.now(UTC).date()
    return (today - timedelta(days=today.weekday())).isoformat()


def mondays(last: str, size: int = WEEKS) -> tuple[str, ...]:
    """The Mondays of the `size` weeks up to the one of `last`; none where that is no date of our times."""
    try:
        end = date.fromisoformat(last)
        return tuple((end - timedelta(weeks=back)).isoformat() for back in reversed(range(size)))
    except (ValueError, OverflowError):
        return ()


def chart(title: str, rows: Sequence[Mapping[str, Any]], of: str, names: Sequence[str] = ()) -> Bars | None:
    """Bars of the weeks that queries.counts.recent_weeks found; None where it found none.

    Each has a part for each of the sites `names`, and one for what else there is of site `of` ("" for all).
    """
    weeks = mondays(rows[-1]["value"] if rows else "")
    counted = {(row["site"], row["value"]): row["n"] for row in rows}
    parts = [Series(name, tuple(counted.get((name, week), 0) for week in weeks)) for name in names]
    rest = tuple(counted.get((of, week), 0) - sum(counted.get((name, week), 0) for name in names) for week in weeks)
    parts.append(Series(OTHERS if names else "articles", tuple(max(value, 0) for value in rest)))
    seen = tuple(part for part in parts if any(part.values))
    if not seen:
        return None
    labels = tuple(f"Week of {shown_date(week)}" for week in weeks)
    return Bars(f"{title}, up to the week of {shown_date(weeks[-1])}", labels, seen, "articles", ticks=_months(weeks))


def sparks(rows: Sequence[Mapping[str, Any]], size: int) -> dict[str, Spark]:
    """By site, a small chart of the last `size` weeks; `rows` as for `chart`, "" (all) the first of their sites."""
    weeks = mondays(rows[-1]["value"] if rows else "", size)
    counted: dict[str, dict[str, int]] = {}
    for row in rows:
        if row["site"]:
            counted.setdefault(row["site"], {})[row["value"]] = row["n"]
    return {
        site: Spark(_told(weeks, values), tuple(values.get(week, 0) for week in weeks))
        for site, values in counted.items()
    }


def _told(weeks: Sequence[str], values: Mapping[str, int]) -> str:
    total = sum(values.get(week, 0) for week in weeks)
    most = max(values.values(), default=0)
    return f"{total:,} in the {len(weeks)} weeks from {shown_date(weeks[0])}, at most {most:,} in one"


def _months(weeks: Sequence[str]) -> tuple[str, ...]:
    """The month, where a week is the first to begin in it; with the year, where that is new."""
    ticks, month = [], ""
    for week in weeks:
        text = ""
        if week[:7] != month:
            name = str(shown_date(f"{week[:7]}-01")).split()[1][:3]
            text = name if month[:4] == week[:4] else f"{name} {week[:4]}"
            month = week[:7]
        ticks.append(text)
    return tuple(ticks)
