"""An article's versions in the order of time, each beside the one before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from miacrawl.difference.difference import STEPS, difference, line_difference
from miacrawl.difference.matching import Budget
from miacrawl.serve.number import whole
from miacrawl.serve.stored import strings

_MAX_COUNTED = 200_000
"""Characters of a text up to which its words are compared for the timeline."""


@dataclass(frozen=True, slots=True)
class Step:
    """A version: its number, when it was seen (UTC, ISO 8601), and in what it differs from `before` (None: the first).

    `removed` and `added`: words of title, blurb and body; None where that was not counted. `same_rules`: whether it
    was read by the same rules as the one before it.
    """

    number: int
    first_seen: str
    last_seen: str
    is_current: bool
    before: int | None
    changed: tuple[str, ...]
    removed: int | None
    added: int | None
    word_count: int | None
    extractor: str
    same_rules: bool
    capture_id: int | None
    content_hash: str


def steps(known: Sequence[Mapping[str, Any]], texts: Mapping[int, Mapping[str, Any]]) -> list[Step]:
    """The versions `known`, in order of time; `texts`: title, blurb and body of those whose words are to be counted."""
    befores: list[Mapping[str, Any] | None] = [None, *known][: len(known)]
    budget = Budget(STEPS)
    return [_step(row, before, texts, budget) for row, before in zip(known, befores, strict=True)]


def _step(
    row: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    texts: Mapping[int, Mapping[str, Any]],
    budget: Budget,
) -> Step:
    counted = None
    if before is not None and row["number"] in texts and before["number"] in texts:
        counted = words_changed(texts[before["number"]], texts[row["number"]], budget)
    return Step(
        number=row["number"],
        first_seen=str(row["first_seen"] or ""),
        last_seen=str(row["last_seen"] or ""),
        is_current=bool(row["is_current"]),
        before=before["number"] if before is not None else None,
        changed=tuple(strings(row["changed"])[:20]),
        removed=counted[0] if counted else None,
        added=counted[1] if counted else None,
        word_count=whole(row["word_count"]),
        extractor=str(row["extractor"] or ""),
        same_rules=before is None or before["extractor"] == row["extractor"],
        capture_id=whole(row["capture_id"]),
        content_hash=str(row["content_hash"] or ""),
    )


def _compared(text: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(text["title"] or ""), str(text["blurb"] or ""), str(text["body"] or "")


def words_changed(
    before: Mapping[str, Any], after: Mapping[str, Any], budget: Budget | None = None
) -> tuple[int, int] | None:
    """How many words of title, blurb and body were removed and added; None where the texts are too long or unlike."""
    budget = budget or Budget(STEPS)
    old, new = _compared(before), _compared(after)
    if max(map(len, (*old, *new))) > _MAX_COUNTED or budget.exhausted:
        return None
    compare = (line_difference, line_difference, difference)
    found = [one(text, later, budget) for one, text, later in zip(compare, old, new, strict=True)]
    return None if budget.exhausted else (sum(one.removed for one in found), sum(one.added for one in found))
