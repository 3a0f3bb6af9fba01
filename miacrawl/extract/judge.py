"""Judges lines to be text of the article or not, by boosted trees trained on annotated pages.

The trees are `body_trees.json`: a score to begin with, the score from which a line is text, and trees that each add to
it. A tree is a number, or [trait, limit, tree where the trait is at most the limit, tree where it is more].
`tests/benchmark/train_body.py` trains them and measures them on pages left out (Friedman 2001, Greedy function
approximation: a gradient boosting machine, Annals of Statistics 29:1189).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from miacrawl.extract.line import Line
from miacrawl.extract.traits import TRAITS, Judged

_FIRST = 24
"""After this many trees most lines are decided: what the rest could add would not change it."""
_NEIGHBOUR = 0.1
"""Share of its neighbours' scores that a line's own score takes on."""
_MOST = 3.0
"""Of a neighbour's score no more than this counts."""

Scored = Callable[[tuple[float, ...]], float]


@dataclass(frozen=True, slots=True)
class Trees:
    """The trained trees: `opening` scores by the first of them, `rest` by those after, which add at most `most`."""

    base: float
    limit: float
    opening: Scored
    rest: Scored
    least: float
    most: float


def is_text(lines: Sequence[Line], first: int, last: int) -> list[int]:
    """Numbers of the lines that are text of the article, whose element holds `lines[first:last]`, in reading order."""
    trees = trained()
    low, high = trees.limit - trees.most - 1, trees.limit - trees.least + 1
    scores: dict[int, float] = {}
    for number, traits in Judged(lines, first, last).traits():
        score = trees.base + trees.opening(traits)
        scores[number] = score + trees.rest(traits) if low < score < high else score
    return [number for number, score in scores.items() if _settled(scores, number, score) > trees.limit]


def _settled(scores: dict[int, float], number: int, score: float) -> float:
    """A line's score, drawn a little to those of the lines around it."""
    around = sum(max(-_MOST, min(_MOST, scores.get(other, 0.0))) for other in (number - 1, number + 1))
    return (score + _NEIGHBOUR * around) / (1 + _NEIGHBOUR)


@cache
def trained() -> Trees:
    """The trees that come with the package, made ready for use once."""
    told = json.loads(resources.files("miacrawl.extract").joinpath("body_trees.json").read_text("utf-8"))
    return made_ready(told)


def made_ready(told: dict[str, Any]) -> Trees:
    """Trees as their file tells them, as functions from traits to a score."""
    trees = told["trees"]
    rest = trees[_FIRST:]
    return Trees(
        float(told["base"]),
        float(told["limit"]),
        _function(trees[:_FIRST]),
        _function(rest),
        sum(min(_leaves(tree)) for tree in rest),
        sum(max(_leaves(tree)) for tree in rest),
    )


def _leaves(tree: Any) -> list[float]:
    return [float(tree)] if not isinstance(tree, list) else [*_leaves(tree[2]), *_leaves(tree[3])]


def _function(trees: list[Any]) -> Scored:
    """Trees as one Python expression: comparing so is five times as fast as walking lists.

    Only numbers of the file and the places of known traits get into it.
    """
    source = " + ".join(map(_expression, trees)) or "0.0"
    return eval(compile(f"lambda x: {source}", "body_trees.json", "eval"), {"__builtins__": {}})  # type: ignore[no-any-return]  # noqa: S307


def _expression(tree: Any) -> str:
    if not isinstance(tree, list):
        return repr(float(tree))
    trait, limit, low, high = tree
    return f"({_expression(low)} if x[{TRAITS.index(trait)}] <= {float(limit)!r} else {_expression(high)})"
