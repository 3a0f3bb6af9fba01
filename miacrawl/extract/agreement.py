"""Whether two values of a field say the same, however they are written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from miacrawl.article import RelatedLink
from miacrawl.extract.dates import day_of
from miacrawl.extract.headline import likeness, words
from miacrawl.urls import key_of

_ALIKE = 0.95


def agree(one: object, other: object) -> bool:
    """Whether two values of one field mean the same.

    Texts: the same words, case and punctuation apart (longer ones nearly the same). Addresses: the same page.
    Moments: the same, or the same day where one of them is only a day or names no zone. Names and links: the same
    ones, in any order.
    """
    if isinstance(one, date) and isinstance(other, date):
        return _same_moment(one, other)
    if isinstance(one, str) and isinstance(other, str):
        return _same_text(one, other)
    if isinstance(one, Sequence) and isinstance(other, Sequence) and not isinstance(one, str):
        return set(map(_plain, one)) == set(map(_plain, other))
    return one == other


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
