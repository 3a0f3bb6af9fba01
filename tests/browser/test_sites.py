"""Sites, authors and the graph as the eye and the keyboard meet them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests import crowd
from tests.browser.conftest import Serve

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def crowded(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    return serve(crowd.build(tmp_path_factory.mktemp("crowded")))


def test_letters_of_a_chart_keep_their_size_and_do_not_touch(crowded: str, open_page: Open) -> None:
    for width in (320, 1280):
        page = open_page(width)
        page.goto(crowded)
        boxes = page.locator(".chart .tick").evaluate_all(
            "all => all.map(t => t.getBoundingClientRect()).filter(b => b.width).map(b => [b.left, b.right, b.height])"
        )
        assert 2 <= len(boxes) <= 13
        assert all(height >= 11 for *_, height in boxes)
        assert all(after[0] >= before[1] for before, after in pairwise(boxes))
        assert boxes[-1][1] <= width


def test_bars_reach_as_far_as_the_scale(crowded: str, open_page: Open) -> None:
    page = open_page()
    page.goto(crowded)
    chart = page.locator("svg.chart > svg").bounding_box()
    line = page.locator("svg.chart line.axis").first.bounding_box()
    assert chart and line and abs(chart["width"] - line["width"]) < 2 and chart["height"] == 160


def test_graph_is_drawn_where_there_is_room_and_its_nodes_are_links(crowded: str, open_page: Open) -> None:
    page = open_page(320)
    page.goto(f"{crowded}/article/1/related")
    expect(page.locator("svg.graph")).to_be_hidden()
    expect(page.locator("#recommenders")).to_be_visible()
    page = open_page(1280)
    page.goto(f"{crowded}/article/1/related")
    sticking_out = page.locator("svg.graph a:not(.more) > svg").evaluate_all(
        """all => all.filter(node => [...node.querySelectorAll('text')].some(
            t => t.getBoundingClientRect().right > node.querySelector('.box').getBoundingClientRect().right)).length"""
    )
    assert sticking_out == 0
    page.locator("svg.graph a.archived").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Around")
    expect(page).not_to_have_url(f"{crowded}/article/1/related")


def test_archived_and_missing_are_told_apart_without_colour(crowded: str, open_page: Open) -> None:
    page = open_page()
    page.goto(f"{crowded}/article/1/related")
    dashes = "e => getComputedStyle(e.querySelector('.box')).strokeDasharray"
    assert page.locator("svg.graph a.archived").first.evaluate(dashes) == "none"
    assert page.locator("svg.graph a.missing").first.evaluate(dashes) != "none"
    expect(page.locator("svg.graph a.missing .note").first).to_contain_text("not archived")


def test_authors_are_filtered_and_months_chosen_without_script(crowded: str, open_page: Open) -> None:
    page = open_page(scripts=False)
    page.goto(f"{crowded}/authors")
    page.get_by_label("Beginning of a name").fill("анна")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="Анна Петрова").click()
    expect(page.locator("h1")).to_have_text("Анна Петрова")
    page.goto(f"{crowded}/site/alpha.example/recommended")
    page.get_by_label("Recommended by", exact=True).select_option(index=1)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("ol.ranked > li").first).to_contain_text("Story 1")


def test_chart_and_graph_are_printed(crowded: str, open_page: Open) -> None:
    page = open_page(700)
    page.goto(f"{crowded}/article/1/related")
    page.emulate_media(media="print")
    expect(page.locator("svg.graph")).to_be_visible()
    expect(page.locator(".masthead")).to_be_hidden()
