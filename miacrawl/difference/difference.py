"""In what two texts of several paragraphs differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from miacrawl.difference.edits import Piece, Pieces, earlier, edits, later, whole
from miacrawl.difference.matching import Budget, matches
from miacrawl.difference.tokens import LONG, folded, paragraphs_of, tokens_of, words_in

STEPS = 300_000
"""About 0.1 s of work, whatever the texts."""
MAX_PARAGRAPHS = 2_000
"""Of a text with more, what follows is compared as one paragraph."""
_ALIKE = 0.4
"""Two paragraphs belong together where they share so much of their words."""
_MAX_COMPARED = 400
"""Pairs of paragraphs that are compared with each other to find those that belong together."""

RowKind = Literal["same", "changed", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph, as it was and as it is."""

    pieces: Pieces

    @property
    def kind(self) -> RowKind:
        """The same, changed, removed as a whole, or added as a whole."""
        kinds = {piece.kind for piece in self.pieces}
        return next(iter(kinds)) if len(kinds) == 1 else "changed"

    @property
    def before(self) -> str:
        """The paragraph in the earlier text; empty where it has none."""
        return earlier(self.pieces)

    @property
    def after(self) -> str:
        """The paragraph in the later text; empty where it has none."""
        return later(self.pieces)


@dataclass(frozen=True, slots=True)
class Difference:
    """The paragraphs of both texts in order.

    `coarse`: the texts were too long or too unlike for their words to be compared everywhere; some paragraphs that
    have changed stand as removed and added.
    """

    rows: tuple[Row, ...]
    coarse: bool = False

    @property
    def before(self) -> str:
        """The earlier text: its paragraphs, folded, with a blank line between them."""
        return "\n\n".join(row.before for row in self.rows if row.before)

    @property
    def after(self) -> str:
        """The later text, likewise."""
        return "\n\n".join(row.after for row in self.rows if row.after)

    @property
    def is_same(self) -> bool:
        """Whether the texts do not differ but for white space."""
        return all(row.kind == "same" for row in self.rows)

    @property
    def removed(self) -> int:
        """Number of words (of scripts without blanks, characters) removed."""
        return self._words("removed")

    @property
    def added(self) -> int:
        """Number of words added."""
        return self._words("added")

    def _words(self, kind: str) -> int:
        return sum(words_in(piece.text) for row in self.rows for piece in row.pieces if piece.kind == kind)


def difference(before: str, after: str, budget: Budget | None = None) -> Difference:
    """In what `before` and `after` differ; time is bounded by `budget`, by default of STEPS."""
    budget = budget or Budget(STEPS)
    if before == after:
        return Difference(tuple(Row((Piece("same", text),)) for text in _bounded(paragraphs_of(before))))
    a, b = _bounded(paragraphs_of(before)), _bounded(paragraphs_of(after))
    rows: list[Row] = []
    i = j = 0
    for at, to in [*matches(a, b, budget), (len(a), len(b))]:
        rows += _between(a[i:at], b[j:to], budget)
        if at < len(a):
            rows.append(Row((Piece("same", a[at]),)))
        i, j = at + 1, to + 1
    return Difference(tuple(rows), budget.exhausted)


def line_difference(before: str, after: str, budget: Budget | None = None) -> Difference:
    """In what two lines differ: one row, or none where both are empty."""
    budget = budget or Budget(STEPS)
    pieces = edits(folded(before), folded(after), budget)
    return Difference((Row(pieces),) if pieces else (), budget.exhausted)


def _bounded(paragraphs: list[str]) -> list[str]:
    if len(paragraphs) <= MAX_PARAGRAPHS:
        return paragraphs
    return [*paragraphs[: MAX_PARAGRAPHS - 1], " ".join(paragraphs[MAX_PARAGRAPHS - 1 :])]


def _between(a: Sequence[str], b: Sequence[str], budget: Budget) -> Iterator[Row]:
    """The paragraphs between two that stayed: those that belong together word by word, the others whole."""
    if len(a) == len(b) == 1:
        yield Row(edits(a[0], b[0], budget) if _are_alike(a[0], b[0]) else whole(a[0], b[0]))
        return
    i = j = 0
    for at, to in [*_belonging(a, b, budget), (len(a), len(b))]:
        yield from (Row(whole(text, "")) for text in a[i:at])
        yield from (Row(whole("", text)) for text in b[j:to])
        if at < len(a):
            yield Row(edits(a[at], b[to], budget))
        i, j = at + 1, to + 1


def _belonging(a: Sequence[str], b: Sequence[str], budget: Budget) -> list[tuple[int, int]]:
    """Places of paragraphs that belong together, in order, so that they are as like as can be in all."""
    if not a or not b:
        return []
    if len(a) * len(b) > _MAX_COMPARED or not budget.spend(_cost(a, b)):
        budget.exhausted = True
        return []
    here, there = [_words(text) for text in a], [_words(text) for text in b]
    best = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    likeness = [[_likeness(one, other) for other in there] for one in here]
    for i in reversed(range(len(a))):
        for j in reversed(range(len(b))):
            together = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] >= _ALIKE else 0.0
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(a) and j < len(b):
        if likeness[i][j] >= _ALIKE and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _are_alike(one: str, other: str) -> bool:
    return max(len(one), len(other)) > LONG or _likeness(_words(one), _words(other)) >= _ALIKE


def _cost(a: Sequence[str], b: Sequence[str]) -> int:
    return (sum(map(len, a)) * len(b) + sum(map(len, b)) * len(a)) // 20


def _words(text: str) -> Counter[str]:
    return Counter(word for _, word in tokens_of(text[:LONG]))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Share of the words that both have, from 0 to 1."""
    return 2 * (one & other).total() / (one.total() + other.total())
