"""Broken and blown-up copies of the sample site's pages: each is answered with an article, soon, and in little memory.

`make bench-fuzz` does the same, longer and at full size, on saved real pages. What fails names the seed that makes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from miacrawl import extract
from miacrawl.sample.answer import answer
from miacrawl.sample.truth import articles
from tests.benchmark.blow_ups import PIECES, blown_up
from tests.benchmark.bounded import Bounded
from tests.benchmark.mutants import DEPTH, MUTATIONS, NESTED, Mutation, mutant

BASE = "http://127.0.0.1:8717"
PAGES = {BASE + article.path: answer(article.path, BASE, 1).body for article in articles(1)}
ONE_OF_EACH_MARKUP = list({article.markup: BASE + article.path for article in articles(1)}.values())
CONTENT_TYPES = (None, "text/html", "text/html; charset=utf-16", "text/html; charset=none", "image/png", "\x00;=;")
SIZE = 120_000
SECONDS, MEGABYTES = 1.0, 200
"""For pages of that size: several times what the slowest take, so that no busy machine fails, and every square does."""


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    with Bounded() as started:
        yield started


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_broken_page_is_answered(bounded: Bounded, mutation: Mutation) -> None:
    for seed, url in enumerate(ONE_OF_EACH_MARKUP):
        chance = Random(seed)
        page = mutation(chance, PAGES[url])
        assert not bounded.cost(page, url, chance.choice(CONTENT_TYPES)).beyond(), f"{url}, seed {seed}"


@pytest.mark.parametrize("url", PAGES)
def test_page_broken_in_several_ways_is_answered(bounded: Bounded, url: str) -> None:
    first = 100 * list(PAGES).index(url)
    for seed in range(first, first + 2):
        done, page = mutant(PAGES[url], seed)
        assert not bounded.cost(page, url).beyond(), f"{done}: {url}, seed {seed}"


@pytest.mark.parametrize("kind", PIECES)
def test_much_of_one_thing_is_bounded(bounded: Bounded, kind: str) -> None:
    url = ONE_OF_EACH_MARKUP[len(kind) % len(ONE_OF_EACH_MARKUP)]
    page = blown_up(PAGES[url], kind, SIZE)
    assert not bounded.cost(page, url).beyond(SECONDS, MEGABYTES)


def test_page_far_beyond_the_limit_is_bounded(bounded: Bounded) -> None:
    url = ONE_OF_EACH_MARKUP[0]
    assert not bounded.cost(blown_up(PAGES[url], "words"), url).beyond()


@pytest.mark.parametrize("tag", NESTED, ids=bytes.decode)
def test_what_stands_before_elements_nested_too_deep_is_read(tag: bytes) -> None:
    text = (
        b"<p>They eat what falls from the trees in autumn, and the soil is the better for it, year after year.</p>" * 4
    )
    page = b"<h1>Worms in the garden</h1>" + text + (b"<" + tag + b">") * DEPTH + b"end"
    article = extract(page, "https://a.org/garden/worms")
    assert article.title == "Worms in the garden"
    assert article.body.startswith("They eat what falls")
