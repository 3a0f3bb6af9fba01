"""Dates as readers like them: `12 March 2026` from what the archive holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

_MONTHS = (
    "January February March April May June July August September October November December".split()
)  # not strftime's, whose names follow the server's locale


@dataclass(frozen=True, slots=True)
class ShownDate:
    """A date in words, and as `<time datetime>` wants it ("" where the text is no date)."""

    text: str
    machine: str = ""

    def __str__(self) -> str:
        return self.text


def shown_date(stored: object, *, with_time: bool = False) -> ShownDate | None:
    """The day (and the time, where asked for and known) that `stored` states in ISO 8601; other text as it is."""
    text = str(stored or "").strip()
    if not text:
        return None
    try:
        if len(text) == 10:
            return ShownDate(_day(date.fromisoformat(text)), text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ShownDate(text[:60])
    if not with_time:
        return ShownDate(_day(moment), text)
    zone = "" if moment.tzinfo is None else " UTC"
    moment = moment if moment.tzinfo is None else moment.astimezone(UTC)
    return ShownDate(f"{_day(moment)}, {moment:%H:%M}{zone}", text)


def shown_month(month: str) -> str:
    """`March 2026` for `2026-03`; other text as it is."""
    year, _, number = month.partition("-")
    if number.isascii() and number.isdigit() and 1 <= int(number) <= 12:
        return f"{_MONTHS[int(number) - 1]} {year}"
    return month


def _day(moment: date) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
