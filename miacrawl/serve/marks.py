"""Found words made visible: SQLite marks them with control characters, and only what is escaped becomes HTML."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

OPEN, CLOSE = "\x02", "\x03"
_TAGS = {OPEN: "<mark>", CLOSE: "</mark>"}
_EITHER = re.compile(f"([{OPEN}{CLOSE}])")


def marked(text: str | None) -> Markup:
    """`text` escaped, with what lies between the marks in `<mark>`; stray marks vanish, so tags are always paired."""
    escaped = str(escape(text or ""))
    if OPEN not in escaped and CLOSE not in escaped:
        return Markup(escaped)  # noqa: S704 - it is escaped
    parts: list[str] = []
    inside = False
    for piece in _EITHER.split(escaped):
        if piece in _TAGS:
            if inside != (piece == OPEN):
                parts.append(_TAGS[piece])
            inside = piece == OPEN
        else:
            parts.append(piece)
    return Markup("".join([*parts, _TAGS[CLOSE]] if inside else parts))  # noqa: S704 - all but our tags is escaped


def has_marks(text: str | None) -> bool:
    """Whether anything in `text` is marked."""
    return OPEN in (text or "")


def spans(text: str | None) -> tuple[str, list[tuple[int, int]]]:
    """`text` without marks, and where in it what they enclose begins and ends, in characters."""
    plain, places, start, length = [], [], -1, 0
    for piece in _EITHER.split(text or ""):
        if piece == OPEN:
            start = length
        elif piece == CLOSE:
            if start >= 0:
                places.append((start, length))
            start = -1
        else:
            plain.append(piece)
            length += len(piece)
    return "".join(plain), places
