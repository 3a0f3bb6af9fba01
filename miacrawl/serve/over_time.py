"""Articles over time as a small chart: by month, or by year where there are many months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from miacrawl.serve.chart import Bars, Series
from miacrawl.serve.dates import shown_month

MAX_MONTHS = 36
_MAX_YEARS = 60


def timeline(months: Iterable[tuple[str, int]]) -> Bars | None:
    """The chart of numbers of articles by month (`2026-03`), gaps included; None where there is no time to show."""
    counted = {place: n for month, n in months if (place := _place(month)) is not None}
    if len(counted) < 2:
        return None
    first, last = min(counted), max(counted)
    if last - first < MAX_MONTHS:
        places = range(first, last + 1)
        labels = tuple(shown_month(f"{place // 12:04}-{place % 12 + 1:02}") for place in places)
        values = tuple(float(counted.get(place, 0)) for place in places)
        return Bars("Articles by month of publication", labels, (Series("Articles", values),), "articles")
    years: Counter[int] = Counter()
    for place, n in counted.items():
        years[place // 12] += n
    spread = range(max(last // 12 - _MAX_YEARS, first // 12), last // 12 + 1)
    values = tuple(float(years[year]) for year in spread)
    return Bars("Articles by year of publication", tuple(map(str, spread)), (Series("Articles", values),), "articles")


def _place(month: str) -> int | None:
    """Months since the year 0; None where `month` is none."""
    year, _, number = month.partition("-")
    if not (month.isascii() and year.isdigit() and len(year) == 4 and number.isdigit() and 1 <= int(number) <= 12):
        return None
    return int(year) * 12 + int(number) - 1
