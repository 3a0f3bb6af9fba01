"""What was taken from a paragraph, and what was put in, word by word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from miacrawl.difference.matching import Budget, Pair, matches
from miacrawl.difference.tokens import LONG, Token, tokens_of

Kind = Literal["same", "removed", "added"]
_MAX_ISLAND = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a paragraph: the same in both, removed from the earlier one, or added in the later one."""

    kind: Kind
    text: str


Pieces = tuple[Piece, ...]


def edits(before: str, after: str, budget: Budget) -> Pieces:
    """The pieces of which both texts are made (folded, as `tokens.folded` gives them), in order.

    Where `budget` ends, or a text has more than 100,000 characters, what is left of it is removed and added as a whole.
    """
    if before == after:
        return (Piece("same", before),) if before else ()
    if not before or not after:
        return whole(before, after)
    if max(len(before), len(after)) > LONG:
        budget.exhausted = True
        return whole(before, after)
    a, b = tokens_of(before), tokens_of(after)
    pairs = matches([word for _, word in a], [word for _, word in b], budget)
    return tuple(_joined(_without_shared_blanks(_joined(_without_islands(list(_pieces(a, b, pairs)))))))


def whole(before: str, after: str) -> Pieces:
    """One text in place of the other."""
    removed = (Piece("removed", before),) if before else ()
    return (*removed, Piece("added", after)) if after else removed


def earlier(pieces: Sequence[Piece]) -> str:
    """The text before the change."""
    return "".join(piece.text for piece in pieces if piece.kind != "added")


def later(pieces: Sequence[Piece]) -> str:
    """The text after the change."""
    return "".join(piece.text for piece in pieces if piece.kind != "removed")


def _pieces(a: list[Token], b: list[Token], pairs: list[Pair]) -> Iterator[Piece]:
    """Piece by piece; a blank that stands before a word in one text alone was removed or added."""
    i = j = 0
    for at, to in [*pairs, (len(a), len(b))]:
        if i < at:
            yield Piece("removed", "".join(map("".join, a[i:at])))
        if j < to:
            yield Piece("added", "".join(map("".join, b[j:to])))
        i, j = at + 1, to + 1
        if at == len(a):
            return
        (blank, word), (other, _) = a[at], b[to]
        if blank != other:
            yield Piece("removed", " ") if blank else Piece("added", " ")
        yield Piece("same", blank + word if blank == other else word)


def _without_islands(pieces: list[Piece]) -> Iterator[Piece]:
    """A mark or a short word that stayed between two replaced passages is no stay for the eye: it is replaced, too."""
    joined = list(_joined(pieces))
    for number, piece in enumerate(joined):
        around = [joined[at].kind if 0 <= at < len(joined) else "same" for at in range(number - 2, number + 3)]
        is_island = piece.kind == "same" and around == ["removed", "added", "same", "removed", "added"]
        if is_island and len(piece.text.strip()) <= _MAX_ISLAND and " " not in piece.text.strip():
            yield Piece("removed", piece.text)
            yield Piece("added", piece.text)
        else:
            yield piece


def _without_shared_blanks(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """A blank before what was removed and before what was added in its place is the same."""
    shared = False
    for piece, following in pairwise([*pieces, Piece("same", "")]):
        if (piece.kind, following.kind) == ("removed", "added") and piece.text[0] == following.text[0] == " ":
            yield Piece("same", " ")
            shared = True
        elif piece.kind != "added":
            shared = False
        yield Piece(piece.kind, piece.text[1:]) if shared else piece


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind in one piece, what was removed before what was added."""
    parts: dict[Kind, list[str]] = {"same": [], "removed": [], "added": []}

    def told(*kinds: Kind) -> Iterator[Piece]:
        for kind in kinds:
            if text := "".join(parts[kind]):
                yield Piece(kind, text)
            parts[kind] = []

    for piece in pieces:
        yield from told("removed", "added") if piece.kind == "same" else told("same")
        parts[piece.kind].append(piece.text)
    yield from told("same", "removed", "added")
