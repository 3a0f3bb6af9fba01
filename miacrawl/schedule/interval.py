"""How often a job runs, and at which minutes: spread by the archive's path, so that not every job starts at :00."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from miacrawl.errors import ConfigError

_HOUR, _DAY, _WEEK = 60, 1440, 10080
INTERVALS = {
    "15m": 15,
    "20m": 20,
    "30m": 30,
    "1h": _HOUR,
    "2h": 2 * _HOUR,
    "3h": 3 * _HOUR,
    "4h": 4 * _HOUR,
    "6h": 6 * _HOUR,
    "8h": 8 * _HOUR,
    "12h": 12 * _HOUR,
    "daily": _DAY,
    "weekly": _WEEK,
}
"""Minutes by name: what divides an hour, a day or a week, so that cron can say it. Feeds are asked hourly at most."""
_ALSO = {"hourly": "1h", "60m": "1h", "24h": "daily", "1d": "daily", "7d": "weekly", "1w": "weekly"}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Times:
    """When a job starts: minutes of the hour, hours of the day, and the day of the week (0: Monday; None: every)."""

    every: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    weekday: int | None = None

    @property
    def cron(self) -> str:
        """The five fields of a crontab line; lists, as not every cron can begin a step elsewhere than at 0."""
        hours = "*" if len(self.hours) == 24 else _listed(self.hours)
        day = "*" if self.weekday is None else str(self.weekday + 1)
        return f"{_listed(self.minutes)} {hours} * * {day}"

    @property
    def on_calendar(self) -> str:
        """The same as a calendar event of systemd.time(7)."""
        day = "" if self.weekday is None else f"{_DAYS[self.weekday]} "
        hours = "*" if len(self.hours) == 24 else _listed(self.hours, 2)
        return f"{day}*-*-* {hours}:{_listed(self.minutes, 2)}:00"

    @property
    def random_delay_seconds(self) -> int:
        """By how much a start may be put off at random: a twentieth of the interval, 1 to 15 minutes."""
        return max(60, min(900, INTERVALS[self.every] * 3))


def times(every: str, name: str) -> Times:
    """When a job runs that is named so, "6h" or "daily" apart; always the same for the same name.

    Raises ConfigError where `every` is none of `INTERVALS`.
    """
    every = _ALSO.get(every.strip().lower(), every.strip().lower())
    if every not in INTERVALS:
        raise ConfigError(f"{every!r} is no interval to run at; give one of {', '.join(INTERVALS)}")
    minutes = INTERVALS[every]
    number = int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:8])
    within = min(minutes, _HOUR)
    first = 1 + number % (within - 1)
    step = max(1, min(minutes, _DAY) // _HOUR)
    return Times(
        every,
        tuple(range(first, _HOUR, within)),
        tuple(range(number // 64 % step, 24, step)),
        number // 4096 % 7 if minutes == _WEEK else None,
    )


def _listed(numbers: tuple[int, ...], width: int = 1) -> str:
    return ",".join(f"{number:0{width}d}" for number in numbers)
