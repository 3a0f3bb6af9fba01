"""When to come back to a page: often while it is young or edited, rarely once it rests.

The interval is a share of the time since the page last changed, so that visits stand at growing distances (a page of
ten days after five, a page of a year after half of one) and an edit brings them close again: pages change at rates of
their own that are estimated from their past (Cho & Garcia-Molina, "Estimating frequency of change", TOIT 2003).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from miacrawl.visit import Kind, State

_SOURCE_MIN, _SOURCE_MAX = timedelta(hours=1), timedelta(days=7)
_OTHER_MIN, _OTHER_MAX = timedelta(days=7), timedelta(days=180)
_FAILED_MIN, _FAILED_MAX = timedelta(hours=1), timedelta(days=30)
_GONE_MIN, _GONE_CHECKS = timedelta(days=1), 4
_GONE_FOR_GOOD = 410


@dataclass(frozen=True, slots=True)
class RevisitPolicy:
    """How often archived articles are visited again: `share` of the time since the last change, within bounds."""

    share: float = 0.5
    shortest: timedelta = timedelta(hours=6)
    longest: timedelta = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of an address when its visit is settled.

    `last_change`: when its text was published or last edited, UTC; None where it has no article.
    `unchanged`: visits in a row, this one included, that found nothing new; `tries`: failed attempts in a row.
    """

    url_key: str
    kind: Kind
    state: State
    status: int | None = None
    last_change: datetime | None = None
    unchanged: int = 0
    tries: int = 0


def next_check(past: Past, now: datetime, policy: RevisitPolicy) -> datetime | None:
    """When an address is due again, or None for never. A tenth earlier or later, by its name, to spread the load."""
    interval = _interval(past, now, policy)
    return None if interval is None else now + interval * _spread(past.url_key)


def _interval(past: Past, now: datetime, policy: RevisitPolicy) -> timedelta | None:
    if past.state == "archived":
        age = now - (past.last_change or now)
        return _within(age * policy.share, policy.shortest, policy.longest)
    if past.state == "followed":
        return _doubled(_SOURCE_MIN, past.unchanged, _SOURCE_MAX)
    if past.state == "failed":
        return _doubled(_FAILED_MIN, past.tries, _FAILED_MAX)
    if past.state == "gone":
        if past.status == _GONE_FOR_GOOD or past.unchanged >= _GONE_CHECKS:
            return None
        return _doubled(_GONE_MIN, past.unchanged, _OTHER_MAX)
    return _doubled(_OTHER_MIN, past.unchanged, _OTHER_MAX)


def _doubled(shortest: timedelta, times: int, longest: timedelta) -> timedelta:
    return _within(shortest * 2 ** min(times, 20), shortest, longest)


def _within(interval: timedelta, shortest: timedelta, longest: timedelta) -> timedelta:
    return max(shortest, min(longest, interval))


def _spread(name: str) -> float:
    """From 0.9 to 1.1, always the same for the same name."""
    return 0.9 + 0.2 * (zlib.crc32(name.encode("utf-8", "replace")) / 0xFFFFFFFF)


def moment(text: str | None) -> datetime | None:
    """A time as sitemaps, feeds and the archive write it (ISO 8601, or RFC 5322 as in RSS), in UTC; None if none.

    A day alone is its first moment; a time without a zone is taken for UTC.
    """
    if not text:
        return None
    found = _iso(text.strip()[:40]) or _rfc5322(text.strip()[:60])
    if found is None:
        return None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _rfc5322(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
