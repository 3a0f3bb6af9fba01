"""Values as they stand in a line of text: times without their letters, long texts cut."""

from __future__ import annotations

from miacrawl.printing import shortened

LONG = 240


def moment(stored: str | None) -> str:
    """2026-11-28 00:40:38; "now" where there is none."""
    return stored[:19].replace("T", " ") if stored else "now"


def short(text: str | None, most: int = LONG) -> str:
    """`text` on one line, cut where it is longer."""
    return shortened(text or "", most)
