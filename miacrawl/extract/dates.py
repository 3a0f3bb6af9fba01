"""Dates as pages write them, read into `datetime` (aware where the zone is known) or `date` (only the day known)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from miacrawl.extract.months import month_number

Moment = datetime | date

_YEARS = range(1900, 2101)
_ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7, "akst": -9, "hst": -10, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "bst": 1, "eet": 2, "eest": 3,
    "msk": 3, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "sast": 2, "wib": 7, "brt": -3,
}  # fmt: skip
_TIME = (
    r"(?:[T\s,|•·\-–—@]|at|um|à|às|às|a las|alle|kl\.?|klo|saat|o godz\.?|в|о|u|ore|om|Uhr){0,12}\s*"
    r"(?P<h>\d{1,2})(?:[:.h](?P<mi>\d{2}))(?::(?P<s>\d{2}))?(?:[.,]\d{1,9})?\s*(?P<ampm>[ap]\.?m\b\.?)?"
    r"(?:\s*(?:Uhr|h|Uhr,)?\s*\(?(?P<zone>Z|[+-]\d{2}:?\d{2}|(?:UTC|GMT)(?:[+-]\d{1,2}(?::?\d{2})?)?|[A-Z]{3,4})\b)?"
)
_ISO = re.compile(
    r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"(?:(?:T|\s+)(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2}))?(?:[.,]\d{1,9})?\s*"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2}|UTC|GMT)?)?",
    re.I,
)
_NAMED = re.compile(
    r"(?<![\w.])(?P<d>\d{1,2})(?:\.|st|nd|rd|th|er|º|ª|o|-)?\s*(?:de |of |d['’]|din )?\s*"
    r"(?P<name>[^\W\d_]{3,14}|[ก-๙]{1,2}\.[ก-๙])\.?,?\s*(?:de |del |of |ב)?\s*(?P<y>(?:19|20|25)\d{2}|['’]\d{2})(?!\d)"
    r"|(?<![\w])(?P<name2>[^\W\d_]{3,14})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(?P<y2>(?:19|20)\d{2})(?!\d)"
    r"|(?<!\d)(?P<y3>(?:19|20)\d{2})\.?\s*(?:m\.\s*)?(?P<name3>[^\W\d_]{3,14})\.?\s+(?P<d3>\d{1,2})(?!\d)",
    re.I,
)
_NUMBERS = re.compile(
    r"(?<![\d.:/-])(?P<a>\d{1,2})(?P<sep>[./-])\s?(?P<b>\d{1,2})(?P=sep)\s?(?P<y>(?:19|20)\d{2}|\d{2})(?![\d])"
    r"|(?<![\d.:/-])(?P<y2>(?:19|20)\d{2})(?P<sep2>[./])\s?(?P<m2>\d{1,2})(?P=sep2)\s?(?P<d2>\d{1,2})(?!\d)"
)
_CJK = re.compile(r"(?P<y>(?:19|20)\d{2})\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日일]")
_COMPACT = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:T?(?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2})?(?P<zone>Z)?)?(?!\d)"
)
_EPOCH = re.compile(r"\s*(\d{10})(\d{3})?\s*")
_CLOCK = re.compile(_TIME, re.I)
_MONTH_FIRST = frozenset(("en-us", "en-ph", "en-pr", "en"))
_YEAR = re.compile(r"(?:19|20)\d\d")
_MAX_TEXT = 200


def parse_date(text: str, language: str | None = None) -> Moment | None:
    """The first date in `text`, with its time where one follows; None where there is none.

    `language` (a BCP 47 tag) decides between names and orders that mean different days in different languages.
    """
    hit = find_date(text, language)
    return hit[0] if hit else None


def find_date(text: str, language: str | None = None) -> tuple[Moment, int, int] | None:
    """The first date in `text` and where it begins and ends there."""
    text = text[:_MAX_TEXT]
    if not any(char.isdigit() for char in text):
        return None
    epoch = _EPOCH.fullmatch(text)
    if epoch:
        return datetime.fromtimestamp(int(epoch.group(1)), UTC), 0, len(text)
    found = [hit for read in (_iso, _named, _numbers, _cjk, _compact) if (hit := read(text, language))]
    if found:
        return min(found, key=lambda hit: (hit[1], -hit[2]))
    return _mail(text)


def _iso(text: str, language: str | None) -> tuple[Moment, int, int] | None:
    for match in _ISO.finditer(text):
        day = _day(match["y"], match["m"], match["d"])
        if day:
            return _timed(day, match), match.start(), match.end()
    return None


def _named(text: str, language: str | None) -> tuple[Moment, int, int] | None:
    for match in _NAMED.finditer(text):
        year, name, number = next(
            (match[f"y{n}"], match[f"name{n}"], match[f"d{n}"]) for n in ("", "2", "3") if match[f"name{n}"]
        )
        month = month_number(name, language)
        day = month and _day(year, month, number)
        if day:
            return _with_clock(day, text, match)
    return None


def _numbers(text: str, language: str | None) -> tuple[Moment, int, int] | None:
    for match in _NUMBERS.finditer(text):
        if match["y2"]:
            day = _day(match["y2"], match["m2"], match["d2"])
        elif _is_month_first(match, language):
            day = _day(match["y"], match["a"], match["b"]) or _day(match["y"], match["b"], match["a"])
        else:
            day = _day(match["y"], match["b"], match["a"]) or _day(match["y"], match["a"], match["b"])
        if day:
            return _with_clock(day, text, match)
    return None


def _is_month_first(match: re.Match[str], language: str | None) -> bool:
    return match["sep"] != "." and (language or "").lower() in _MONTH_FIRST


def _cjk(text: str, language: str | None) -> tuple[Moment, int, int] | None:
    match = _CJK.search(text)
    day = match and _day(match["y"], match["m"], match["d"])
    return _with_clock(day, text, match) if match and day else None


def _compact(text: str, language: str | None) -> tuple[Moment, int, int] | None:
    match = _COMPACT.fullmatch(text.strip())
    day = match and _day(match["y"], match["m"], match["d"])
    return (_timed(day, match), 0, len(text)) if match and day else None


def _mail(text: str) -> tuple[Moment, int, int] | None:
    """Dates of the internet mail format, and odd ones that dateutil can read, if they name day, month and year."""
    if not _YEAR.search(text):
        return None
    from email.utils import parsedate_to_datetime  # both are slow to import and seldom needed

    try:
        return parsedate_to_datetime(text), 0, len(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    from dateutil import parser

    try:
        one, other = (parser.parse(text, default=start) for start in (datetime(2001, 1, 1), datetime(2002, 2, 2)))
    except (ValueError, TypeError, OverflowError, AttributeError, RecursionError):
        return None
    return (one if one == other else one.date(), 0, len(text)) if one.date() == other.date() else None


def _with_clock(day: date, text: str, match: re.Match[str]) -> tuple[Moment, int, int]:
    """`day` with the time of day that follows the date in the text, if one does."""
    clock = _CLOCK.match(text, match.end())
    return (_timed(day, clock), match.start(), clock.end()) if clock else (day, match.start(), match.end())


def _timed(day: date, match: re.Match[str]) -> Moment:
    groups = match.groupdict()
    if not groups.get("h") or not groups.get("mi"):
        return day
    hour, minute, second = int(groups["h"]), int(groups["mi"]), int(groups.get("s") or 0)
    half = (groups.get("ampm") or "").lower()[:1]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return day
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=_zone(groups.get("zone")))


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text.lower() in _ZONES:
        hours = _ZONES[text.lower()]
        return timezone(timedelta(hours=hours)) if hours else UTC
    match = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", text, re.I)
    if not match:
        return None
    offset = timedelta(hours=int(match.group(2)), minutes=int(match.group(3) or 0))
    if offset >= timedelta(hours=24):
        return None
    return timezone(offset if match.group(1) == "+" else -offset) if offset else UTC


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    number = int(str(year).strip("'’"))
    if number < 100:
        number += 2000 if number < 70 else 1900
    if number > 2400:  # Buddhist calendar
        number -= 543
    if number not in _YEARS:
        return None
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


def day_of(moment: Moment) -> date:
    """The calendar day of a date or datetime, in its own zone."""
    return moment.date() if isinstance(moment, datetime) else moment
