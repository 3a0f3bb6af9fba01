"""Whether a sitemap or a feed says that a page was modified since it was fetched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from miacrawl.revisit import moment

_DAY_LENGTH = len("2026-11-23")


def is_newer(lastmod: str | None, known: str | None, fetched_at: str | None) -> bool:
    """Whether a sitemap's or feed's date says that a page was modified after it was fetched.

    A day alone may be any moment of that day; a date in the future says nothing.
    """
    if not lastmod or lastmod == known:
        return False
    told, seen = moment(lastmod), moment(fetched_at)
    if told is None or seen is None or told > datetime.now(UTC) + timedelta(days=1):
        return False
    end = told + timedelta(days=1) if len(lastmod.strip()) <= _DAY_LENGTH else told
    return end > seen
