"""Guards of what a page costs, as multiples of what lxml's parser takes for it in the same run."""

from __future__ import annotations

import time
from functools import cache

import pytest
from lxml import html

from tests.speed.at_size import SITE
from tests.speed.pages import Paper
from tests.speed.stages import stages

_PAGES, _ROUNDS = 30, 3


@cache
def costs() -> dict[str, float]:
    """CPU of each stage in milliseconds a page, and of parsing alone."""
    paper = Paper(f"https://{SITE}", 100_000)
    bodies = [paper.page(number) for number in range(_PAGES)]
    found = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        for body in bodies:
            html.document_fromstring(body)
        found.append(1000 * (time.process_time() - began) / _PAGES)
    return {**stages(_PAGES, _ROUNDS), "parse": min(found)}


@pytest.mark.parametrize(
    ("stage", "most"),  # half as much again as was measured on a busy machine
    [
        ("decode and parse", 4.5),
        ("all fields, those lines included", 22.0),
        ("row, version, links, evidence, search, ledger; and the record again", 10.0),
    ],
)
def test_no_stage_takes_much_more_than_it_did(stage: str, most: float) -> None:
    found = costs()
    assert found[stage] <= most * found["parse"], {name: round(cost, 2) for name, cost in found.items()}


def test_pages_have_the_measures_of_real_ones() -> None:
    page = Paper(f"https://{SITE}", 100_000).page(3)
    root = html.document_fromstring(page)
    assert 100_000 < len(page) < 125_000
    assert 700 < sum(1 for _ in root.iter("*")) < 900
    assert 140 < len(root.findall(".//a")) < 170
