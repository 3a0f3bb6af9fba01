"""What the watch over drift takes and gives: `Reading`s of runs, `Limits`, `Known` alarms, and `Finding`s."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from miacrawl.drift.observations import Cohort

Kind = Literal["field", "rule", "size", "page", "source", "file"]
"""What has changed: how often a field is there; the rule that finds it; lengths and numbers; what stands where articles
should; a way of discovery gone quiet; a feed or sitemap that can't be read."""
Key = tuple[str, str]
"""Kind and measure: what an alarm of a site is about."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When to speak.

    * `runs`: earlier runs to compare with, at most.
    * `least`: pages that must have been seen now, `history`: and before.
    * `effect`: a share must have changed by so much, from 0 to 1.
    * `false_alarms`: expected false alarms for each run of a stable site.
    """

    runs: int = 50
    least: int = 8
    history: int = 20
    effect: float = 0.2
    false_alarms: float = 0.001


@dataclass(frozen=True, slots=True)
class Reading:
    """What one run saw of one measure of a site. `samples`: addresses by label."""

    run_id: int
    version: str
    cohort: Cohort
    measure: str
    counts: Mapping[str, int]
    samples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def observed(self) -> int:
        """Pages."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Known:
    """An alarm raised earlier: by run `since`, for articles of `cohort`; `until`: the run that saw it last."""

    kind: str
    measure: str
    cohort: str
    state: Literal["open", "accepted", "resolved"]
    since: int
    until: int
    accepted: str | None = None

    @property
    def key(self) -> Key:
        """Kind and measure."""
        return self.kind, self.measure


@dataclass(frozen=True, slots=True)
class Finding:
    """A change of a site, of articles of `cohort` ("" for sources and files).

    `expected` and `observed`: shares of bad pages, or numbers for sources and files; `chance`: probability of that, or
    worse, on a site that has not changed, before the number of questions is allowed for.
    """

    kind: Kind
    measure: str
    cohort: Cohort | Literal[""]
    expected: float
    observed: float
    chance: float
    explanation: str
    samples: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """Kind and measure."""
        return self.kind, self.measure

    def with_samples(self, urls: tuple[str, ...]) -> Finding:
        """The same, with addresses to look at."""
        return replace(self, samples=urls)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run says of a site: changes that are new or go on, and open alarms that no longer hold."""

    findings: tuple[Finding, ...] = ()
    cleared: frozenset[Key] = frozenset()


def pooled(readings: tuple[Reading, ...]) -> Counter[str]:
    """Counts of several runs together."""
    total: Counter[str] = Counter()
    for reading in readings:
        total.update(reading.counts)
    return total
