"""Each mark of the extraction, on saved real pages with hand-made truth, with a margin for a page or two."""

from __future__ import annotations

import pytest

from tests.benchmark.gold_pages import gold_folder
from tests.benchmark.gold_scores import gold_scores
from tests.benchmark.marks import Mark, marks_of

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    return gold_scores(gold_folder(), "miacrawl:extract")


@pytest.mark.parametrize("mark", marks_of("gold"), ids=lambda mark: mark.key)
def test_mark_is_kept(figures: dict[str, float], mark: Mark) -> None:
    value = figures[mark.key]
    assert mark.kept(value), f"{mark.label}: {value} is beyond {mark.guard}"
