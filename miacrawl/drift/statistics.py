"""How surprising a count is, given counts of earlier runs that vary more than chance alone would have them.

Articles of one run resemble each other (a series, a writer, a template), so counts are taken as beta-binomial: each run
has a rate of its own, scattered about the site's. Sources: Kleinman, "Proportions with extraneous variance", JASA 68
(1973), for the moment estimate; the gamma-Poisson mixture for silences.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

Count = tuple[int, int]
"""How many of how many."""
USUAL_SPREAD = 0.07
"""Correlation within a run that is taken for granted, also where a site's history shows less: runs that stand out are
rare, and no history of fifty is sure to have had one."""
_MOST_SPREAD = 0.5
_RUNS_FOR_HALF = 10
"""After so many runs a site's own scatter counts as much as what is usual."""
_MOST_PAGES = 400
_BURSTS = 5.0
"""Shape of the gamma mixture: sites publish in bursts."""


def spread_of(history: Sequence[Count]) -> float:
    """Correlation within runs, up to 0.5: the moment estimate where that is more than what is usual."""
    seen = [(k, n) for k, n in history if n]
    total, runs = sum(n for _, n in seen), len(seen)
    mean = sum(k for k, _ in seen) / total if total else 0.0
    room = total - sum(n * n for _, n in seen) / total - (runs - 1) if total else 0.0
    scatter = mean * (1 - mean)
    if scatter <= 0 or room <= 0:
        return USUAL_SPREAD
    excess = sum(n * (k / n - mean) ** 2 for k, n in seen) - (runs - 1) * scatter
    own = max(0.0, excess / (scatter * room))
    weight = runs / (runs + _RUNS_FOR_HALF)
    return min(_MOST_SPREAD, max(USUAL_SPREAD, weight * own + (1 - weight) * USUAL_SPREAD))


def surprise(now: Sequence[Count], history: Sequence[Count]) -> float:
    """Probability that runs of a stable site show as many as `now`, or more, given its `history`. 1.0 without either.

    Allows for the scatter of runs and for what a short history leaves open.
    """
    k, n = _sum(now)
    past_k, past_n = _sum(history)
    if not n or not past_n:
        return 1.0
    spread = spread_of(history)
    mean = (past_k + 0.5) / (past_n + 1)
    known = past_n / (1 + (_mates(history) - 1) * spread)
    within = spread * _mates(now) / n
    if n > _MOST_PAGES:  # more pages of one run tell little more
        k, n = k * _MOST_PAGES // n, _MOST_PAGES
    return upper_tail(k, n, mean, min(_MOST_SPREAD, within + 1 / (known + 1)))


def upper_tail(k: int, n: int, mean: float, spread: float) -> float:
    """P(X >= k) of a beta-binomial over `n` with `mean` and correlation `spread`, both within 0 and 1 (excluded)."""
    size = 1 / spread - 1
    a, b = mean * size, (1 - mean) * size
    whole = _log_beta(a, b)
    terms = (math.exp(_log_choose(n, x) + _log_beta(x + a, n - x + b) - whole) for x in range(max(0, k), n + 1))
    return min(1.0, math.fsum(terms))


def silence(expected: float) -> float:
    """Probability of nothing where `expected` things were to come, by a source that gives in bursts."""
    return float((1 + max(0.0, expected) / _BURSTS) ** -_BURSTS)


def _sum(counts: Sequence[Count]) -> Count:
    return sum(k for k, _ in counts), sum(n for _, n in counts)


def _mates(counts: Sequence[Count]) -> float:
    """How many pages, itself included, the run of a page has on average."""
    total = sum(n for _, n in counts)
    return sum(n * n for _, n in counts) / total if total else 1.0


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
