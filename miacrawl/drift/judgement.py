"""The judgement on a run of a site: which of its measures are no longer what they used to be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from miacrawl.drift.finding import Finding, Key, Known, Limits, Reading, Verdict
from miacrawl.drift.observations import RULE_OF
from miacrawl.drift.questions import Question, keys_of, questions
from miacrawl.drift.statistics import Count, surprise
from miacrawl.drift.window import Window, windows
from miacrawl.drift.wording import explained, samples_of

_OWN_PAST: tuple[Count, ...] = ((0, 10), (0, 10), (1, 10), (0, 10), (0, 10))
"""What is taken for usual of articles read again, before any were: one in fifty loses something."""
_STILL_LIKELY = 0.01
"""An open alarm goes on until what it speaks of is no longer this unlikely."""
_STILL_EFFECT = 0.5
"""Or has gone back by this share of what raises one."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of a question: counts of bad pages by run, and how surprising those of now are."""

    question: Question
    window: Window
    now: Count
    before: Count
    chance: float

    @property
    def effect(self) -> float:
        """By how much the share of bad pages has risen."""
        return self.now[0] / self.now[1] - self.before[0] / self.before[1]


@dataclass(slots=True)
class _Docket:
    """The answers of one run, sorted by whether an alarm on the matter is open."""

    fresh: list[_Answer] = field(default_factory=list)
    standing: list[_Answer] = field(default_factory=list)


def judge(site: str, series: Collection[Sequence[Reading]], known: Collection[Known], limits: Limits) -> Verdict:
    """What a run says of `site`.

    `series`: for each cohort and measure that the run saw, the readings of runs, oldest first, its own last.
    """
    docket = _Docket()
    opened = {one.key: one.cohort for one in known if one.state == "open"}
    for readings in series:
        for key in keys_of(readings[-1].measure):
            if key not in opened:
                docket.fresh.extend(_answers(key, readings, known, limits))
            elif opened[key] == readings[-1].cohort:  # what raised it tells whether it is over
                docket.standing.extend(_answers(key, readings, known, limits))
    allowed = limits.false_alarms / max(1, len(docket.fresh))
    raised = [one for one in docket.fresh if one.effect >= limits.effect and one.chance <= allowed]
    standing = [one for one in docket.standing if _stands(one, limits)]
    worst: dict[Key, _Answer] = {}
    for answer in (*raised, *standing):
        before = worst.get(answer.question.key)
        if before is None or answer.chance < before.chance:
            worst[answer.question.key] = answer
    cleared = frozenset(one.question.key for one in docket.standing) - worst.keys()
    return Verdict(tuple(_finding(site, answer) for answer in worst.values()), cleared)


def _stands(answer: _Answer, limits: Limits) -> bool:
    return answer.effect >= limits.effect * _STILL_EFFECT and answer.chance <= _STILL_LIKELY


def _answers(key: Key, readings: Sequence[Reading], known: Collection[Known], limits: Limits) -> Iterator[_Answer]:
    cohort = readings[-1].cohort
    if cohort == "first":
        return
    if readings[-1].measure.startswith(RULE_OF):  # rules change with the program that has them
        readings = [one for one in readings if one.version == readings[-1].version]
    accepted = any(one.key == key and one.state == "accepted" for one in known)
    own_past = _OWN_PAST if cohort == "again" and not accepted else ()
    done = set()
    for window in windows(readings, key, known, limits):
        enough = own_past or sum(one.observed for one in window.before) >= limits.history
        if len(window.now) in done or not enough or sum(one.observed for one in window.now) < limits.least:
            continue
        done.add(len(window.now))
        for question in questions(key, cohort, window):
            now, before = _counts(question, window.now), [*own_past, *_counts(question, window.before)]
            yield _Answer(question, window, _sum(now), _sum(before), surprise(now, before))


def _counts(question: Question, readings: Sequence[Reading]) -> list[Count]:
    return [(sum(one.counts.get(label, 0) for label in question.bad), one.observed) for one in readings]


def _sum(counts: Sequence[Count]) -> Count:
    return sum(k for k, _ in counts), sum(n for _, n in counts)


def _finding(site: str, answer: _Answer) -> Finding:
    question = answer.question
    return Finding(
        question.kind,
        question.measure,
        question.cohort,
        expected=answer.before[0] / answer.before[1],
        observed=answer.now[0] / answer.now[1],
        chance=answer.chance,
        explanation=explained(site, question, answer.window, answer.now, answer.before),
        samples=samples_of(question, answer.window),
    )
