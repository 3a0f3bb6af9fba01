"""The figures that are measured, the mark that each is to reach, and the guard below which a test fails.

A guard stands a page or two below what is reached today: tighten it when the extraction has become better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Set = Literal["gold", "bodies"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure of one set: `mark` is what it is to reach, `guard` what it may not fall below (or rise above).

    `field` is the field of an article it tells of; `key` its name among the measured figures.
    """

    pages: Set
    key: str
    label: str
    field: str
    guard: float
    mark: float | None = None
    low_is_good: bool = False

    def kept(self, value: float) -> bool:
        """Whether `value` is within the guard."""
        return value <= self.guard if self.low_is_good else value >= self.guard

    def reached(self, value: float) -> bool:
        """Whether `value` reaches the mark; a figure without one always does."""
        if self.mark is None:
            return True
        return value <= self.mark if self.low_is_good else value >= self.mark


MARKS = (
    Mark("gold", "title", "title, accuracy", "title", 0.98, 0.97),
    Mark("gold", "blurb", "blurb (visible), accuracy, nulls count", "blurb", 0.95, 0.88),
    Mark("gold", "read_minutes", "read_minutes, accuracy", "read_minutes", 0.98, 0.97),
    Mark("gold", "read_minutes_gold", "read_minutes, on gold values", "read_minutes", 0.95, 0.95),
    Mark("gold", "authors", "authors, macro F1", "authors", 0.95, 0.92),
    Mark("gold", "published", "published, day", "published", 0.95, 0.97),
    Mark("gold", "section", "section, accuracy", "section", 0.78, 0.75),
    Mark("gold", "related_f1", "related, macro F1 (pages with gold)", "related", 0.84, 0.85),
    Mark("gold", "related_precision", "related, micro precision", "related", 0.94, 0.90),
    Mark("gold", "related_blurbs", "related, card blurbs of hits", "related", 0.94, 0.90),
    Mark("gold", "crashes", "crashes", "body", 0, 0, low_is_good=True),
    Mark("bodies", "f1", "body F1 (4-gram shingles)", "body", 0.948, 0.945),
    Mark("bodies", "precision", "body precision", "body", 0.946, 0.94),
    Mark("bodies", "recall", "body recall", "body", 0.948),
    Mark("bodies", "snippets_f1", "snippets that must and must not be there, F1", "body", 0.91),
    Mark("bodies", "title", "title, letters and digits alike", "title", 0.87),
    Mark("bodies", "published", "published, day", "published", 0.86),
    Mark("bodies", "authors", "authors, the set", "authors", 0.68),
    Mark("bodies", "crashes", "crashes", "body", 0, 0, low_is_good=True),
    Mark("bodies", "cpu_ratio", "CPU time, multiple of parsing alone (medians)", "body", 28.0, 4.5, low_is_good=True),
)


def marks_of(pages: Set) -> tuple[Mark, ...]:
    """The marks of one set."""
    return tuple(mark for mark in MARKS if mark.pages == pages)
