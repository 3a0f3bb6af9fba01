"""The numbers behind drift alarms: few false ones on sites that scatter, and a lost field seen at once."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import pytest

from miacrawl.drift.finding import Known, Limits, Reading, Verdict
from miacrawl.drift.judgement import judge
from miacrawl.drift.statistics import silence, spread_of, surprise, upper_tail

RATES = {
    "blurb": 0.9,
    "published": 1.0,
    "authors": 0.97,
    "read_minutes": 0.6,
    "section": 0.8,
    "image": 0.99,
    "related": 0.3,
}
WARM_UP, JUDGED = 10, 40
Seen = dict[str, dict[str, int]]
Draw = Callable[[random.Random, str, int], dict[str, int]]


def scattered(spread: float, rates: Mapping[str, float] = RATES) -> Draw:
    """Fields of the articles of a run: each run has its own rate about the site's, correlated by `spread`."""

    def draw(chance: random.Random, field: str, articles: int) -> dict[str, int]:
        size = 1 / spread - 1
        rate = rates[field]
        if 0 < rate < 1:
            rate = chance.betavariate(rate * size, (1 - rate) * size)
        has = sum(chance.random() < rate for _ in range(articles))
        return {"yes": has, "no": articles - has}

    return draw


def rules(chance: random.Random, articles: int, spread: float) -> dict[str, int]:
    """Rules that found a field: two usual ones and a rare one."""
    size = 1 / spread - 1
    weights = [chance.gammavariate(share * size, 1) for share in (0.7, 0.25, 0.05)]
    drawn = chance.choices(["json-ld", "css:p.lead", "meta"], weights, k=articles)
    return {rule: drawn.count(rule) for rule in set(drawn)}


def lengths(chance: random.Random, articles: int) -> dict[str, int]:
    middle = 600 * chance.lognormvariate(0, 0.15)
    drawn = [str(100 * max(1, int(middle * chance.lognormvariate(0, 0.5) / 100))) for _ in range(articles)]
    return {label: drawn.count(label) for label in set(drawn)}


def pages(chance: random.Random, articles: int, spread: float) -> dict[str, int]:
    size = 1 / spread - 1
    weights = [chance.gammavariate(share * size, 1) for share in (0.9, 0.05, 0.03, 0.02)]
    drawn = chance.choices(["article", "no article", "duplicate", "gone"], weights, k=articles)
    return {verdict: drawn.count(verdict) for verdict in set(drawn)}


def stable_run(chance: random.Random, articles: int, spread: float, rates: Mapping[str, float]) -> Seen:
    seen = {field: scattered(spread, rates)(chance, field, articles) for field in rates}
    seen |= {"rule of blurb": rules(chance, articles, spread), "body_words": lengths(chance, articles)}
    return seen | {"page": pages(chance, articles, spread)}


def stable_runs(chance: random.Random, runs: int, spread: float) -> list[Seen]:
    return [stable_run(chance, chance.choice((1, 2, 3, 5, 10, 20, 40)), spread, RATES) for _ in range(runs)]


def alarms_of_stable_sites(sites: int, spread: float, seed: int = 1) -> tuple[int, int]:
    """How many of how many runs raised an alarm. Alarms are accepted at once, so that each is counted once."""
    chance, alarmed = random.Random(seed), 0
    for _ in range(sites):
        runs = stable_runs(chance, WARM_UP + JUDGED, spread)
        known: tuple[Known, ...] = ()
        for last in range(WARM_UP + 1, len(runs) + 1):
            found = verdict_on(runs[:last], known).findings
            known += tuple(Known(one.kind, one.measure, one.cohort, "accepted", last, last) for one in found)
            alarmed += bool(found)
    return alarmed, sites * JUDGED


def verdict_on(runs: list[Seen], known: tuple[Known, ...] = ()) -> Verdict:
    series = [
        [Reading(number, "1", "new", measure, run[measure]) for number, run in enumerate(runs, 1) if measure in run]
        for measure in runs[-1]
    ]
    return judge("a.org", series, known, Limits())


def keys_in(runs: list[Seen]) -> set[tuple[str, str]]:
    return {found.key for found in verdict_on(runs).findings}


@pytest.mark.parametrize("spread", [0.02, 0.05, 0.1])
def test_stable_sites_raise_next_to_no_alarm(spread: float) -> None:
    """One run in a thousand may; more sites by: python -m tests.benchmark.false_alarms."""
    alarmed, runs = alarms_of_stable_sites(25, spread)
    assert alarmed <= runs / 1000, f"{alarmed} of {runs}"


def runs_until_seen(rate: float, history: int, tried: int, seed: int = 2) -> list[int]:
    """After how many runs of ten articles a lost blurb is seen, on each of so many sites; 9: not in four."""
    chance, found = random.Random(seed), []
    rates = {**RATES, "blurb": rate}
    for _ in range(tried):
        runs = [stable_run(chance, 10, 0.05, rates) for _ in range(history)]
        runs += [{**stable_run(chance, 10, 0.05, rates), "blurb": {"no": 10}} for _ in range(4)]
        told = (number for number in range(1, 5) if ("field", "blurb") in keys_in(runs[: history + number]))
        found.append(next(told, 9))
    return found


@pytest.mark.parametrize(("rate", "at_once"), [(1.0, 1.0), (0.95, 0.6), (0.9, 0.3), (0.8, 0.0)])
def test_lost_blurb_is_seen_with_ten_articles(rate: float, at_once: float) -> None:
    """Five earlier runs of ten are enough; where many articles never had one, one run more."""
    found = runs_until_seen(rate, 5, 60)
    assert found.count(1) >= at_once * len(found), found
    assert max(found) <= 4 and sum(number <= 2 for number in found) >= 0.9 * len(found), found


def test_slow_leak_is_seen() -> None:
    """Five points a run, which no run stands out by."""
    chance, alarmed = random.Random(3), 0
    for _ in range(30):
        leaking = [max(0.0, 0.95 - 0.05 * max(0, run - 10)) for run in range(30)]
        runs = [{"blurb": scattered(0.02, {"blurb": rate})(chance, "blurb", 10)} for rate in leaking]
        alarmed += any(verdict_on(runs[:last]).findings for last in range(11, 31))
    assert alarmed == 30


def test_tail_is_that_of_the_binomial_where_runs_do_not_scatter() -> None:
    assert upper_tail(3, 3, 0.5, 1e-6) == pytest.approx(0.125, rel=1e-3)
    assert upper_tail(0, 10, 0.3, 0.05) == pytest.approx(1.0)


def test_scatter_makes_the_same_count_less_surprising() -> None:
    calm, wild = [(2, 20)] * 10, [(0, 20), (12, 20), (0, 20), (0, 20), (0, 20)] * 2
    assert spread_of(calm) < spread_of(wild)
    assert surprise([(9, 10)], calm) < surprise([(9, 10)], wild)


def test_nothing_seen_is_no_surprise() -> None:
    assert surprise([], [(1, 2)]) == surprise([(3, 3)], []) == surprise([(0, 0)], [(0, 0)]) == 1.0


def test_a_hundred_thousand_pages_are_counted_quickly() -> None:
    assert surprise([(100_000, 100_000)], [(0, 100_000)] * 50) < 1e-6


def test_silence_grows_less_likely_with_what_was_to_come() -> None:
    assert silence(0) == 1.0 and silence(10) > 0.001 > silence(20)
