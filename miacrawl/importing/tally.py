"""What came of an import: counts, what was passed over and why, and what could not be read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

_KINDS_KEPT = 100


@dataclass(slots=True)
class Problem:
    """Something that is wrong in the same way in one or many places, the first of which is named."""

    told: str
    file: str
    offset: int | None
    count: int = 1


@dataclass(slots=True)
class Tally:
    """Counts of one import.

    * `records`: all that were read; `taken`: answers archived; `known`: those that were archived before.
    * `outcomes`: what became of the taken ones; `passed_over`: records that were not taken, by reason.
    * `problems`: what is wrong, each kind once for a file; `broken`: files of which something could not be read.
    """

    files: int = 0
    records: int = 0
    taken: int = 0
    known: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    problems: dict[tuple[str, str], Problem] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    left_out: int = 0
    """Problems beyond those kept."""
    bytes_read: int = 0
    bytes_taken: int = 0

    def pass_over(self, reason: str, count: int = 1) -> None:
        """A record was not taken."""
        self.passed_over[reason] += count

    def trouble(self, file: str, told: str, offset: int | None = None, *, breaks: bool = True) -> None:
        """Something is wrong; `breaks`: a part of the file could not be read for it."""
        if breaks:
            self.broken.add(file)
        known = self.problems.get((file, told))
        if known is not None:
            known.count += 1
        elif len(self.problems) < _KINDS_KEPT:
            self.problems[file, told] = Problem(told, file, offset)
        else:
            self.left_out += 1
