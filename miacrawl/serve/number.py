"""Numbers as addresses hold them."""

from __future__ import annotations


def number(written: object) -> int | None:
    """The whole number from 0 to 10^18 that `written` is; None for anything else."""
    text = str(written or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def whole(value: object) -> int | None:
    """`value` where it is a whole number, as a column should hold it."""
    return value if isinstance(value, int) else None
