"""Bytes, spans of time and shares in words."""

from __future__ import annotations

from datetime import datetime

from miacrawl.revisit import moment

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def size(count: object) -> str:
    """ "3.4 MB" of a number of bytes; "" where it is none."""
    if not isinstance(count, int | float) or isinstance(count, bool) or count < 0:
        return ""
    left = float(count)
    for unit in ("bytes", "KB", "MB", "GB"):
        if left < 1000:
            return f"{left:.0f} {unit}" if unit == "bytes" or left >= 10 else f"{left:.1f} {unit}"
        left /= 1000
    return f"{left:,.1f} TB"


def seconds_between(began: object, ended: object) -> int | None:
    """Seconds from one stored time to another; None where one of them is no time, or they stand the other way round."""
    first, last = moment(str(began or "")), moment(str(ended or ""))
    if first is None or last is None or last < first:
        return None
    return int((last - first).total_seconds())


def duration(seconds: int | None) -> str:
    """ "2 min 30 s"; "" where it is not known."""
    if seconds is None:
        return ""
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min {seconds % _MINUTE} s"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE} min"
    return f"{seconds // _DAY} d {seconds % _DAY // _HOUR} h"


def ago(stored: object, now: datetime) -> str:
    """ "3 hours ago" of a stored time; "" where it is none."""
    then = moment(str(stored or ""))
    if then is None:
        return ""
    seconds = int((now - then).total_seconds())
    if seconds < 0:
        return "in the future"
    for length, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= length * 2 or (seconds >= length and length != _DAY):
            count = seconds // length
            return f"{count:,} {name}{'s' if count != 1 else ''} ago"
    return "just now" if seconds < _MINUTE else f"{seconds // _HOUR} hours ago"


def many(count: int, one: str, more: str = "") -> str:
    """ "1 run", "1,204 runs"."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def percent(part: object, whole: object) -> float | None:
    """Share in percent; None where there is nothing to have a share of."""
    if not isinstance(part, int) or not isinstance(whole, int) or whole <= 0:
        return None
    return max(0.0, min(100.0, 100 * part / whole))
