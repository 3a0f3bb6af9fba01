"""Time as the archive writes it: UTC, ISO 8601, to the second, with a Z."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta


def now() -> str:
    """The present moment: "2026-11-23T06:15:00Z"."""
    return written(datetime.now(UTC))


def later(seconds: float) -> str:
    """The moment in so many seconds from now, rounded up to the next full one; the end of time at the latest."""
    try:
        return written(datetime.now(UTC) + timedelta(seconds=seconds, microseconds=999_999))
    except OverflowError:
        return "9999-12-31T23:59:59Z"


def written(moment: datetime) -> str:
    """A moment as a column holds it; `moment` has a zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_the_second(text: str) -> str:
    """A WARC-Date as a column holds it: WARC 1.1 has fractions of a second, too. As it stands where it is no date."""
    try:
        moment = datetime.fromisoformat(text)
        return written(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return text


def as_stored(moment: datetime | date | None) -> str | None:
    """A page's date as a column holds it.

    UTC with a Z where the zone is known, without a zone where it is not, the day alone where no time is known.
    """
    if isinstance(moment, datetime):
        if moment.tzinfo is not None:
            try:
                return written(moment)
            except OverflowError:
                return moment.replace(tzinfo=None).isoformat(timespec="seconds")
        return moment.isoformat(timespec="seconds")
    return moment.isoformat() if moment is not None else None
