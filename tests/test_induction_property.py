"""Pages are written by strangers: whatever they hold, a profile is drafted that reads back, and soon."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miacrawl.induction.draft import draft
from miacrawl.induction.profile_text import profile_text
from miacrawl.induction.sampling import SamplePlan
from miacrawl.sites.profile_file import profile_from
from tests.test_induction_draft import SITE, address, page

PIECES = (
    "<h1 class=story-headline>", "</h1>", "<p class='standfirst ]\"'>", "</p>", "<div class='story-text'>", "</div>", "<article>",
    "<time datetime='2024-99-99' class=posted>", "<a href='http://[::1' rel=author class=x>", "</a>", "<base href='//['>", "<script>",
    "<meta itemprop=datePublished content='\x1b'>", "<meta property=og:site_name content='a: \x9b #'>", "\x00", "\ud83d", "<svg><title>",
    "<section class='read-next'>", "<link rel=canonical href='http://[x'>", "<p id='a b\"]' itemprop='\\'>", "<!--", "日本語", "<br>" * 30,
)  # fmt: skip


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.sampled_from(PIECES) | st.text(max_size=10), max_size=25), min_size=3, max_size=3))
def test_no_soup_of_tags_spoils_a_draft(soups: list[list[str]]) -> None:
    plan = SamplePlan([], 5, [SITE])
    for number, soup in enumerate(soups):
        html = page(number).replace(b"<article", "".join(soup).encode("utf-8", "surrogatepass") + b"<article")
        plan.add(html, address(number))
    sample = plan.finish()
    if sample.articles:
        made = draft(sample)
        assert profile_from(profile_text(made, date(2026, 1, 1)), "x").key == made.key


@pytest.mark.parametrize(
    "filler",
    ["<div class='a b c d'>" * 3000, "<p class=x>Why worms work</p>" * 5000, "<time datetime=2024-01-11>x</time>" * 5000,
     "<a href='/soil/a-b-c'>x y z</a>" * 5000, "<span class='" + "name " * 20_000 + "'>x</span>", "<b>" * 400 + "x" * 300_000],
    ids=["deep", "same-line", "dates", "links", "classes", "long"],
)  # fmt: skip
def test_pages_made_to_be_slow_are_compared_soon(filler: str) -> None:
    plan = SamplePlan([], 5, [SITE])
    for number in range(3):
        plan.add(page(number).replace(b"</article>", filler.encode() + b"</article>"), address(number))
    began = time.process_time()
    sample = plan.finish()
    if sample.articles:
        draft(sample)
    assert time.process_time() - began < 30
