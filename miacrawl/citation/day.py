"""The day of a date as the archive holds it; parts of it where no more is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

MONTHS = "January February March April May June July August September October November December".split()
"""Not strftime's, whose names follow the machine's locale."""
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?!\d))?)?")


@dataclass(frozen=True, slots=True)
class Day:
    """Year, and month and day where they are known."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def parts(self) -> tuple[int, ...]:
        """The parts that are known, the year first."""
        return tuple(part for part in (self.year, self.month, self.day) if part is not None)

    def written(self, sign: str = "-") -> str:
        """2025-09-27, or as much as is known of it."""
        year, *others = self.parts
        return sign.join((f"{year:04}", *(f"{part:02}" for part in others)))

    def in_words(self) -> str:
        """2025, September 27; as much of it as is known."""
        if self.month is None:
            return str(self.year)
        return f"{self.year}, {MONTHS[self.month - 1]}" + (f" {self.day}" if self.day else "")


def day_of(stored: str | None) -> Day | None:
    """The day of a moment, day, month or year in ISO 8601; what can't be is left out; None where there is no year.

    A moment with a zone is one of UTC here, and its day the one there.
    """
    found = _DATE.match((stored or "").strip())
    if found is None or not int(found[1]):
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    if year is None or month is None or not 1 <= month <= 12:
        return Day(year or 0)
    try:
        date(year, month, day or 1)
    except ValueError:
        day = None
    return Day(year, month, day or None)
