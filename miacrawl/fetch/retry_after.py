"""Retry-After (RFC 9110, section 10.2.3): seconds, or a date that is read by the clock of the server that sent it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after_seconds(value: str, date: str | None = None) -> float | None:
    """How long to wait, in seconds, at least 0; None where the header can't be read.

    `date`: the response's Date header, against which a date is counted, so that a clock that goes wrong does no harm;
    without it our own clock counts.
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:12]), 10**10))
    until = _http_date(text)
    if until is None:
        return None
    since = _http_date(date) if date else None
    return max(0.0, (until - (since or datetime.now(UTC))).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text[:60])
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
