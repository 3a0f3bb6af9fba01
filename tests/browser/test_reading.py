"""A reader's way through the archive, and what the eye sees of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

KINDS = {
    "front": "/",
    "search": "/search?q=worms",
    "nothing": "/search?q=zebra+worms",
    "browse": "/search?site=gardennotes.example&from=2026-01-01",
    "article": "/article/5",
    "unknown": "/article/999",
    "table": "/archive/articles",
    "row": "/archive/articles/5",
    "database": "/archive?_tables=all",
    "question": "/archive/most_recommended",
}
OURS = ("front", "search", "nothing", "browse", "article", "unknown")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_front_page_over_search_to_a_related_article(address: str, open_page: Open, scripts: bool) -> None:
    page = open_page(scripts=scripts)
    page.goto(address)
    expect(page.locator("article.card")).to_have_count(24)
    page.get_by_role("searchbox").fill("covid-19")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("article.card mark").first).to_have_text("covid-19")
    page.get_by_role("link", name="What covid-19 taught our allotment", exact=True).click()
    expect(page.locator("h1")).to_have_text("What covid-19 taught our allotment")
    title = page.locator(".related .headline a").first.inner_text()
    page.locator(".related .headline a").first.click()
    expect(page.locator("h1")).to_have_text(title)
    page.get_by_role("link", name="Row in the data").click()
    page.get_by_role("link", name="Read this article").click()
    expect(page.locator("h1")).to_have_text(title)


def test_filters_are_clicked_on_and_off(address: str, open_page: Open) -> None:
    page = open_page()
    page.goto(f"{address}/search?q=week")
    page.locator("aside").get_by_role("link", name="Ida Holm").click()
    expect(page.locator("#results")).to_contain_text("15 articles")
    page.get_by_role("link", name="Newest first").click()
    expect(page).to_have_url(f"{address}/search?q=week&author=Ida+Holm&sort=date")
    page.get_by_role("link", name="Remove the filter Author: Ida Holm").click()
    expect(page.locator("#results")).to_contain_text("30 articles")


def test_hits_are_walked_by_keys(address: str, open_page: Open) -> None:
    page = open_page()
    page.goto(f"{address}/search?q=week")
    hits = page.locator(".hits .headline a")
    page.keyboard.press("j")
    expect(hits.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    expect(hits.nth(2)).to_be_focused()
    expect(hits.nth(2)).to_be_in_viewport()
    page.keyboard.press("k")
    expect(hits.nth(1)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.type(" j/k")
    expect(page.get_by_role("searchbox")).to_have_value("week j/k")
    hits.nth(1).focus()
    title = hits.nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(title)


def test_keys_can_be_turned_off_and_stay_so(address: str, open_page: Open) -> None:
    page = open_page()
    page.goto(f"{address}/search?q=week")
    page.get_by_text("How to search").click()
    page.get_by_label("Keys are on").uncheck()
    page.reload()
    page.locator("main").focus()
    page.keyboard.press("j")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_dates_and_reading_time_are_chosen_in_a_form(address: str, open_page: Open, scripts: bool) -> None:
    page = open_page(scripts=scripts)
    page.goto(f"{address}/search?q=week&site=gardennotes.example")
    page.get_by_label("From", exact=True).fill("2026-02-01")
    page.get_by_label("Reading time", exact=True).select_option("3-5")
    page.get_by_role("button", name="Narrow").click()
    expect(page).to_have_url(
        f"{address}/search?q=week&site=gardennotes.example&from=2026-02-01&to=&language=&minutes=3-5"
    )
    expect(page.get_by_role("link", name="Remove the filter From: 1 February 2026")).to_be_visible()
    expect(page.get_by_label("Reading time", exact=True)).to_have_value("3-5")
    page.get_by_text("How to search").click()
    expect(page.locator("#keys")).to_be_visible(visible=scripts)


def test_whole_card_is_a_link(address: str, open_page: Open) -> None:
    page = open_page()
    page.goto(address)
    place = page.locator("article.card .teaser").first.bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + 5, place["y"] + 5)
    expect(page.locator("article.text")).to_be_visible()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_sticks_out_of_the_page(address: str, open_page: Open, kind: str) -> None:
    page = open_page()
    page.goto(address + KINDS[kind])
    for width in (1800, 768, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{width} px, {scheme}"


@pytest.mark.parametrize("kind", KINDS)
def test_dark_where_the_readers_screen_is(address: str, open_page: Open, kind: str) -> None:
    for dark in (False, True):
        page = open_page(dark=dark)
        page.goto(address + KINDS[kind])
        red = int(page.evaluate("getComputedStyle(document.body).backgroundColor").split("(")[1].split(",")[0])
        assert red < 60 if dark else red > 200


@pytest.mark.parametrize("width", [900, 1400, 2200])
def test_lines_of_an_article_are_45_to_75_characters(address: str, open_page: Open, width: int) -> None:
    page = open_page(width)
    page.goto(f"{address}/article/5")
    lines = page.locator(".body > p").first.evaluate(
        """p => {
            return [p.textContent.length, p.clientHeight / parseFloat(getComputedStyle(p).lineHeight)];
        }"""
    )
    length, count = lines
    assert 45 <= length / count <= 75


def test_keyboard_alone_reaches_the_content(address: str, open_page: Open) -> None:
    page = open_page()
    page.goto(address)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement, '::after').outlineStyle")
    outline_own = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert "solid" in (outline, outline_own)


@pytest.mark.parametrize("kind", OURS)
def test_page_has_landmarks_one_heading_and_labels(address: str, open_page: Open, kind: str) -> None:
    page = open_page()
    page.goto(address + KINDS[kind])
    for role in ("banner", "main", "contentinfo", "search"):
        expect(page.get_by_role(role)).to_have_count(1)
    expect(page.locator("h1")).to_have_count(1)
    levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(h => +h.tagName[1])")
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    ids = page.locator("[id]").evaluate_all("all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))
    expect(page.get_by_role("searchbox")).to_have_accessible_name(
        "Words to look for" if kind in ("search", "nothing", "browse") else "Search the articles"
    )


def test_print_leaves_the_article_alone_on_the_paper(address: str, open_page: Open) -> None:
    page = open_page()
    page.goto(f"{address}/article/5")
    page.emulate_media(media="print")
    expect(page.locator(".masthead")).to_be_hidden()
    expect(page.locator(".body")).to_be_visible()
