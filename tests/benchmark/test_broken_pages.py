"""Broken and blown-up copies of real pages never raise, never take more than five seconds or 500 MB.

`make bench-fuzz` breaks each page in every way and blows pages up to 20 MB, which takes minutes; the plain test run
breaks each page once. What fails names the page and the seed that make it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmark.blow_ups import AROUND, PIECES, TWENTY_MEGABYTES, WITHIN_WHAT_IS_READ, blown_up
from tests.benchmark.bounded import Bounded
from tests.benchmark.gold_pages import body_set, gold_folder
from tests.benchmark.mutants import MUTATIONS, mutant

pytestmark = pytest.mark.benchmark

ALL_WAYS = bool(os.environ.get("MIACRAWL_FUZZ"))
SIZES = [(kind, TWENTY_MEGABYTES) for kind in PIECES] + [(kind, WITHIN_WHAT_IS_READ) for kind in AROUND]


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    with Bounded() as started:
        yield started


def gold_pages() -> list[tuple[str, Path]]:
    """Address and file of every gold page."""
    folder = gold_folder()
    known = [json.loads(file.read_text("utf-8")) for file in sorted((folder / "gold").glob("*.json"))]
    return [(page["url"], folder / "pages" / f"{page['id']}.html") for page in known]


def body_pages() -> list[tuple[str, Path]]:
    """Address and file of every body page."""
    files = sorted(body_set().pages.glob("*/truth.json"))
    return [(json.loads(file.read_text("utf-8"))["url"], file.with_name("page.html")) for file in files]


@pytest.mark.parametrize("way", range(len(MUTATIONS)), ids=lambda way: MUTATIONS[way].__name__)
def test_broken_page_is_answered(bounded: Bounded, way: int) -> None:
    pages = gold_pages()
    beyond = []
    for number, (url, file) in enumerate(pages if ALL_WAYS else pages[way :: len(MUTATIONS)]):
        seed = way + len(MUTATIONS) * number
        done, page = mutant(file.read_bytes(), seed)
        beyond += [(file.name, seed, done, fault) for fault in bounded.cost(page, url).beyond()]
    assert not beyond


@pytest.mark.skipif(not ALL_WAYS, reason="takes minutes: make bench-fuzz")
def test_every_page_broken_once_is_answered(bounded: Bounded) -> None:
    beyond = []
    for seed, (url, file) in enumerate(body_pages()):
        done, page = mutant(file.read_bytes(), seed)
        beyond += [(file.parent.name, seed, done, fault) for fault in bounded.cost(page, url).beyond()]
    assert not beyond


@pytest.mark.skipif(not ALL_WAYS, reason="takes minutes: make bench-fuzz")
@pytest.mark.parametrize(("kind", "size"), SIZES)
def test_megabytes_of_one_thing_are_bounded(bounded: Bounded, kind: str, size: int) -> None:
    url, file = gold_pages()[list(PIECES).index(kind)]
    cost = bounded.cost(blown_up(file.read_bytes(), kind, size), url)
    assert not cost.beyond()
