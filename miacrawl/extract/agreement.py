"""Whether two values of a field say the same, however they are written."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from miacrawl.article import RelatedLink
from miacrawl.extract.dates import Moment, day_of
from miacrawl.extract.headline import likeness, words
from miacrawl.urls import key_of, url_key

_ALIKE = 0.95
_MIN_OPENING = 12
_MAX_COMPARED = 3_000
_CUT = ("…", "...", "[…]", "[...]")
_SIZE = re.compile(r"[-_](?:\d{2,4}x\d{2,4}|scaled|large|medium|small|thumb(?:nail)?)(?=$|[-_.])", re.I)


def agree(name: str, one: Any, other: Any) -> bool:
    """Whether two values of the field `name` mean the same.

    Texts: the same words, case and punctuation apart (longer ones nearly the same). Addresses: the same page.
    Moments: the same, or the same day where one of them is only a day or names no zone. Names and links: the same
    ones, in any order.
    """
    if name in _OF_FIELD:
        return bool(_OF_FIELD[name](one, other))
    if isinstance(one, date) and isinstance(other, date):
        return _same_moment(one, other)
    if isinstance(one, str) and isinstance(other, str):
        return _same_text(one, other)
    if isinstance(one, Sequence) and isinstance(other, Sequence) and not isinstance(one, str):
        return set(map(_plain, one)) == set(map(_plain, other))
    return bool(one == other)


def _same_moment(one: date, other: date) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime) and one.tzinfo and other.tzinfo:
        return abs(one - other) < timedelta(minutes=1)
    return day_of(one) == day_of(other)


def _same_text(one: str, other: str) -> bool:
    if one.startswith(("http://", "https://")) and other.startswith(("http://", "https://")):
        return key_of(one) == key_of(other)
    mine, its = words(one), words(other)
    if not mine or not its:
        return one.split() == other.split()
    return mine == its or (min(len(mine), len(its)) > 20 and likeness(mine, its) > _ALIKE)


def _plain(value: object) -> object:
    if isinstance(value, RelatedLink):
        return key_of(value.url)
    return " ".join(words(value)) or value if isinstance(value, str) else value


def same_words(one: str, other: str) -> bool:
    """Whether two texts have the same letters and digits, or one is the other cut short with an ellipsis."""
    if one == other:
        return True
    mine, its = _letters(one), _letters(other)
    if mine == its:
        return True
    return (other.endswith(_CUT) and bool(its) and mine.startswith(its)) or (
        one.endswith(_CUT) and bool(mine) and its.startswith(mine)
    )


def same_opening(one: str, other: str) -> bool:
    """Whether two descriptions are alike, or the shorter of them, a dozen words at least, begins the longer one."""
    if same_words(one, other):
        return True
    mine, its = _words(one), _words(other)
    shorter = min(len(mine), len(its))
    if shorter >= _MIN_OPENING and mine[: shorter - 1] == its[: shorter - 1]:
        return True
    return likeness(mine, its) > 0.9


def same_names(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two bylines name the same people, in whatever order."""
    return {_letters(name) for name in one} == {_letters(name) for name in other}


def same_day(one: Moment, other: Moment) -> bool:
    """Whether two moments share a calendar day, each in its own zone or in UTC."""
    return bool(_days(one) & _days(other))


def same_page(one: str, other: str) -> bool:
    """Whether two addresses have the same normal form."""
    try:
        return _address(one) == _address(other) or url_key(one) == url_key(other)
    except ValueError:
        return False


def same_picture(one: str, other: str) -> bool:
    """Whether two addresses end in one file name, sizes in it and parameters left out."""
    return one == other or _file(one) == _file(other)


def same_language(one: str, other: str) -> bool:
    """Whether two tags are of one language, and of one region where both name one."""
    mine, its = one.lower().split("-"), other.lower().split("-")
    return mine[0] == its[0] and (len(mine) == 1 or len(its) == 1 or mine[-1] == its[-1])


@lru_cache(maxsize=64)
def _words(text: str) -> list[str]:
    """Kept for a while: the value that was taken is compared with that of every other source."""
    return words(text[:_MAX_COMPARED])


def _letters(text: str) -> str:
    return "".join(_words(text))


def _days(moment: Moment) -> set[date]:
    days = {day_of(moment)}
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        with contextlib.suppress(OverflowError):
            days.add(moment.astimezone(UTC).date())
    return days


def _address(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").rstrip("/")


def _file(address: str) -> str:
    try:
        path = urlsplit(address).path
    except ValueError:
        return address
    name = unquote(path.rstrip("/").rpartition("/")[2]).rpartition(".")
    return _SIZE.sub("", name[0] or name[2]).lower() or address


_OF_FIELD: Mapping[str, Callable[[Any, Any], bool]] = {
    "authors": same_names,
    "canonical_url": same_page,
    "image": same_picture,
}
