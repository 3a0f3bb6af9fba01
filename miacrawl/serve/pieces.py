"""Differences as HTML: <del> and <ins>, which styles and screen readers tell apart by more than colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from miacrawl.difference.difference import Row, RowKind
from miacrawl.difference.edits import Piece, Pieces

_TAGS = {"same": Markup("{}"), "removed": Markup("<del>{}</del>"), "added": Markup("<ins>{}</ins>")}
_SHORT = 300
"""Characters of what has not changed that are shown all the same."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A paragraph: both texts in one, and each by itself (empty where it has none)."""

    kind: RowKind
    inline: Markup
    before: Markup
    after: Markup


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that follow each other; `opening`: how they begin, where they are unchanged and long enough to be folded."""

    rows: Sequence[ShownRow]
    opening: str = ""


def stretches(rows: Sequence[Row]) -> list[Stretch]:
    """The rows as they are shown: what has not changed is folded where it is long."""
    return list(_stretches(rows))


def _stretches(rows: Sequence[Row]) -> Iterator[Stretch]:
    for same, group in groupby(rows, key=lambda row: row.kind == "same"):
        found = list(group)
        text = found[0].after
        folds = same and sum(len(row.after) for row in found) > _SHORT
        opening = text if len(text) <= 60 else f"{text[:60].rpartition(' ')[0] or text[:60]} …"
        yield Stretch([_shown(row) for row in found], opening if folds else "")


def _shown(row: Row) -> ShownRow:
    before, after = _without(row.pieces, "added"), _without(row.pieces, "removed")
    return ShownRow(row.kind, _html(row.pieces), _html(before), _html(after))


def _without(pieces: Pieces, kind: str) -> Pieces:
    return tuple(piece for piece in pieces if piece.kind != kind)


def _html(pieces: Pieces) -> Markup:
    return Markup("").join(_tagged(piece) for piece in pieces)


def _tagged(piece: Piece) -> Markup:
    """Blanks around words that were removed or added stand outside of the marks, so that no line is drawn there."""
    text = piece.text.strip(" ")
    if piece.kind == "same" or not text:
        return _TAGS[piece.kind].format(piece.text)
    before, _, after = piece.text.partition(text)
    return escape(before) + _TAGS[piece.kind].format(text) + escape(after)
