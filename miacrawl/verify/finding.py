"""What a check found wrong, and what came of a whole check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Weight = Literal["problem", "note"]
EXAMPLES = 3
"""Shown of each kind."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `kind`: its name; `what`: such things in words; `example`: this one.

    `remedy`: what to do; `mends`: whether --repair does that. A `note` is no fault of the archive: what a killed run
    left, or what is known.
    """

    kind: str
    what: str
    example: str
    remedy: str
    mends: bool = False
    weight: Weight = "problem"
    count: int = 1


@dataclass(slots=True)
class Tally:
    """Findings of one kind: how many, and the first of them as examples."""

    kind: str
    what: str
    remedy: str
    mends: bool
    weight: Weight
    count: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Check:
    """One check. `about`: of what; `told`: what was looked at, in words; `tallies`: what is wrong, by kind."""

    about: str
    told: str = ""
    tallies: dict[str, Tally] = field(default_factory=dict)

    def add(self, found: Finding) -> None:
        """Count a finding; the first few of a kind are kept as examples."""
        fresh = Tally(found.kind, found.what, found.remedy, found.mends, found.weight)
        tally = self.tallies.setdefault(found.kind, fresh)
        tally.count += found.count
        if found.example and len(tally.examples) < EXAMPLES:
            tally.examples.append(found.example)

    @property
    def problems(self) -> int:
        """How many things are wrong."""
        return sum(tally.count for tally in self.tallies.values() if tally.weight == "problem")
