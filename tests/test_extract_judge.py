"""The trained trees: a small file that can be read, and the same judgement by whichever way it is reached."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from miacrawl.extract.judge import is_text, made_ready, trained
from miacrawl.extract.outline import outline_of
from miacrawl.extract.region import find_region
from miacrawl.extract.traits import TRAITS, Judged
from miacrawl.page import Page

FILE = resources.files("miacrawl.extract").joinpath("body_trees.json").read_text("utf-8")
TOLD: dict[str, Any] = json.loads(FILE)
LONG = "Worms eat what we leave them, and what they leave after week {} is better than anything that is sold in bags."
PAGE = (
    "<nav><ul><li><a href=/a>Garden</a><li><a href=/b>Kitchen</a></ul></nav><article><h1>Worms</h1>"
    + "".join(f"<p>{LONG.format(number)}</p>" for number in range(1, 8))
    + "</article><ul><li><a href=/c>Another story of this site that is told elsewhere</a></ul>"
)


def leaf(tree: Any, traits: tuple[float, ...]) -> float:
    while isinstance(tree, list):
        trait, limit, low, high = tree
        tree = low if traits[TRAITS.index(trait)] <= limit else high
    return float(tree)


def test_file_is_small_and_names_known_traits() -> None:
    assert len(FILE) < 40_000

    def named(tree: Any) -> set[str]:
        return {tree[0]} | named(tree[2]) | named(tree[3]) if isinstance(tree, list) else set()

    assert set().union(*map(named, TOLD["trees"])) <= set(TRAITS)


@given(st.tuples(*[st.floats(-1, 2000, allow_nan=False) for _ in TRAITS]))
def test_compiled_trees_say_what_the_file_says(traits: tuple[float, ...]) -> None:
    trees = trained()
    said = trees.base + trees.opening(traits) + trees.rest(traits)
    assert abs(said - TOLD["base"] - sum(leaf(tree, traits) for tree in TOLD["trees"])) < 1e-6
    assert trees.least <= trees.rest(traits) <= trees.most


def test_every_line_of_an_article_is_judged_by_all_its_traits() -> None:
    outline = outline_of(Page(PAGE.encode(), "https://a.org/worms"))
    judged = dict(Judged(outline.lines, *find_region(outline)).traits())
    assert all(len(traits) == len(TRAITS) for traits in judged.values())
    kept = [outline.lines[number].text for number in is_text(outline.lines, *find_region(outline))]
    assert [text for text in kept if text != "Worms"] == [LONG.format(number) for number in range(1, 8)]


def test_trees_without_an_opening_are_ready_too() -> None:
    trees = made_ready({"base": 1, "limit": 0, "trees": []})
    assert trees.opening((0.0,)) == trees.rest((0.0,)) == 0.0
