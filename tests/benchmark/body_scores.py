"""The body pages' figures: predictions, times and scores are those of the set's own bench.py, loaded where it lies.

The extractors take turns: each reads the first part of the pages in a process of its own, then each the second part, in
another order, so that a machine that slows down slows all of them. Times are CPU times.
"""

from __future__ import annotations

import importlib
import json
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.benchmark.folders import BodySet

Scores = dict[str, float]
_NAMES = {
    "f1": "f1",
    "precision": "precision",
    "recall": "recall",
    "snippets_f1": "snip_f1",
    "title": "title_norm",
    "published": "date_day",
    "authors": "author_set",
    "crashes": "crashes",
    "empty": "empty",
    "pages": "pages",
}
"""Our name of a figure → bench.py's."""
ALL_BUT_RIGHT = 0.95
"""Page F1 from which nothing worth a look is lost."""
PARSE = "tests.benchmark.peers:parse"


@dataclass(slots=True)
class Outcome:
    """What one extractor gave: `answers` by page, `peak_mb` of the largest of its processes (resident, in MB)."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    peak_mb: float = 0.0

    @property
    def milliseconds(self) -> list[float]:
        """CPU time of each page that was answered."""
        return [1000 * answer["cpu_s"] for answer in self.answers.values() if "cpu_s" in answer]


def outcomes(
    bodies: BodySet,
    extractors: Sequence[str],
    repeat: int = 1,
    rounds: int = 4,
    tell: Callable[[str], object] = lambda line: None,
) -> dict[str, Outcome]:
    """What each extractor ("module:function") gave for every page; the best time of `repeat` calls counts."""
    bench, found = _bench(bodies), {spec: Outcome() for spec in extractors}
    pages = [(name, bodies.pages / name / "page.html", truth.get("url")) for name, truth in truths(bodies).items()]
    for turn in range(rounds):
        for spec in (*extractors[turn % len(extractors) :], *extractors[: turn % len(extractors)]):
            tell(f"bodies, part {turn + 1} of {rounds}: {spec.partition(':')[2]}")
            answers, peak = bench.run(spec, pages[turn::rounds], repeat)
            found[spec].answers |= answers
            found[spec].peak_mb = max(found[spec].peak_mb, peak)
    return found


def truths(bodies: BodySet) -> dict[str, dict[str, Any]]:
    """The truth of every page, by the name of its folder."""
    files = sorted(bodies.pages.glob("*/truth.json"))
    return {file.parent.name: json.loads(file.read_text("utf-8")) for file in files}


def halves(names: Sequence[str]) -> dict[str, list[str]]:
    """All pages, those with even numbers (hand-set rules were tuned on them) and those with odd ones."""
    even = [name for name in names if int(name) % 2 == 0]
    odd = [name for name in names if int(name) % 2]
    return {"all": list(names), "even": even, "odd": odd}


def body_scores(bodies: BodySet, outcome: Outcome, parse: Outcome) -> dict[str, Scores]:
    """Figures of each half; times and memory stand with "all" only, `cpu_ratio` against parsing alone."""
    truth = truths(bodies)
    scores = {half: _scored(bodies, truth, outcome, names) for half, names in halves(list(truth)).items()}
    scores["all"] |= _losses(bodies, truth, outcome)
    times = outcome.milliseconds
    median = statistics.median(times)
    scores["all"] |= {
        "cpu_ms_median": median,
        "cpu_ms_mean": statistics.fmean(times),
        "cpu_ratio": median / statistics.median(parse.milliseconds),
        "peak_mb": outcome.peak_mb,
    }
    return scores


def _scored(bodies: BodySet, truth: dict[str, Any], outcome: Outcome, names: list[str]) -> Scores:
    wanted = {name: truth[name] for name in names}
    given = {name: outcome.answers.get(name, {}) for name in names}
    figures = _bench(bodies).score(wanted, given, n_boot=1)
    return {ours: float(figures[theirs]) for ours, theirs in _NAMES.items()}


def _losses(bodies: BodySet, truth: dict[str, Any], outcome: Outcome) -> Scores:
    """How many pages lose: by text too much, by text too little, by having no body at all."""
    bench, kinds = _bench(bodies), {"all_but_right": 0, "too_much": 0, "too_little": 0, "nothing": 0}
    for name, known in truth.items():
        if not known.get("body"):
            continue
        given = bench.text(outcome.answers.get(name, {}).get("body"))
        right, extra, missing = bench.tp_fp_fn(known["body"], given)
        if not given.strip():
            kinds["nothing"] += 1
        elif 2 * right / (2 * right + extra + missing) >= ALL_BUT_RIGHT:
            kinds["all_but_right"] += 1
        else:
            kinds["too_much" if extra > missing else "too_little"] += 1
    return {kind: float(count) for kind, count in kinds.items()}


def _bench(bodies: BodySet) -> Any:
    """The module bench.py. Its processes import it by this name, so that its folder stays on the path."""
    folder = str(bodies.scorer.parent)
    if folder not in sys.path:
        sys.path.append(folder)
    return importlib.import_module("bench")
