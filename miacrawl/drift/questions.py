"""Questions: what is asked of a measure. Each is a share of pages that must not rise: those that are `bad`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from miacrawl.drift.finding import Key, Kind, pooled
from miacrawl.drift.observations import BODY_WORDS, JUNK, PAGE, RELATED_COUNT, RULE_OF, Cohort
from miacrawl.drift.tally import median
from miacrawl.drift.traits import FIELDS
from miacrawl.drift.window import Window

TROUBLES = (*JUNK, "no article", "duplicate", "gone", "failed")
"""What a page can be that should be an article."""
_USUAL_SHARE = 0.1
_TAIL = 0.1
_SHIFT = 1.4
"""A median that changed by less than this factor is no change of layout."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whether pages with a label of `bad` have become more. `of`: the rule that a rule's question is about."""

    kind: Kind
    measure: str
    cohort: Cohort
    bad: frozenset[str]
    of: str = ""

    @property
    def key(self) -> Key:
        """Kind and measure."""
        return self.kind, self.measure


def keys_of(measure: str) -> Sequence[Key]:
    """The alarms that a series can raise."""
    if measure == PAGE:
        return [("page", trouble) for trouble in TROUBLES]
    if measure.startswith(RULE_OF):
        return [("rule", measure.removeprefix(RULE_OF))]
    if measure in (BODY_WORDS, RELATED_COUNT):
        return [("size", measure)]
    return [("field", measure)] if measure in FIELDS else []


def questions(key: Key, cohort: Cohort, window: Window) -> Iterator[Question]:
    """What to ask in a window for an alarm of `key`; rules and sizes are asked for by what is usual before it."""
    kind, measure = key
    if kind == "page":
        yield Question("page", measure, cohort, frozenset({measure}))
    elif kind == "rule":
        yield from _of_rules(measure, cohort, pooled(window.before), pooled(window.now))
    elif kind == "size" and cohort != "again":
        yield from _of_sizes(measure, cohort, pooled(window.before), pooled(window.now))
    elif kind == "size":
        yield Question("size", measure, cohort, frozenset({"no"}), "again")
    elif kind == "field":
        yield Question("field", measure, cohort, frozenset({"no"}))


def _of_rules(field: str, cohort: Cohort, before: Counter[str], now: Counter[str]) -> Iterator[Question]:
    """Where a mix of rules has shifted, one of the usual ones finds less: each is asked for, what it lost is bad."""
    total = before.total()
    labels = before.keys() | now.keys()
    for rule in sorted(before):
        if before[rule] >= _USUAL_SHARE * total:
            yield Question("rule", field, cohort, frozenset(labels - {rule}), rule)


def _of_sizes(measure: str, cohort: Cohort, before: Counter[str], now: Counter[str]) -> Iterator[Question]:
    """Whether more than a tenth is smaller, or larger, than nine tenths were, and the median with it."""
    was, is_now = median(before), median(now)
    if was is None or is_now is None:
        return
    labels = sorted(map(int, before.keys() | now.keys()))
    if (was + 1) > (is_now + 1) * _SHIFT:
        edge = _edge(before, sorted(map(int, before)))
        yield Question("size", measure, cohort, frozenset(str(one) for one in labels if one < edge), "smaller")
    elif (is_now + 1) > (was + 1) * _SHIFT:
        edge = _edge(before, sorted(map(int, before), reverse=True))
        yield Question("size", measure, cohort, frozenset(str(one) for one in labels if one > edge), "larger")


def _edge(counts: Counter[str], ordered: Sequence[int]) -> int:
    """The first number of `ordered` that more than a tenth of `counts` do not come before."""
    passed, total = 0, counts.total()
    for one in ordered:
        passed += counts[str(one)]
        if passed > _TAIL * total:
            return one
    return ordered[-1]
