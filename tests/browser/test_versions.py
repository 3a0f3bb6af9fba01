"""Versions, their differences and citations as a reader sees and uses them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from miacrawl.store.connection import open_database
from tests import versioned
from tests.browser.conftest import Serve
from tests.browser.test_payloads import ADDRESS, MARKUP

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PAGES = ["/article/1", "/article/1?version=1", "/article/1/versions", "/article/1/diff?from=1&to=3"]
SIDE = "/article/1/diff?from=1&to=3&view=side"


@pytest.fixture(scope="module")
def history(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Datasette with articles of several versions."""
    return serve(versioned.build(tmp_path_factory.mktemp("versioned") / "archive"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_article_over_its_versions_to_what_changed(history: str, open_page: Open, scripts: bool) -> None:
    page = open_page(scripts=scripts)
    page.goto(f"{history}/article/1")
    page.get_by_role("link", name="Versions (3)").click()
    page.get_by_role("link", name="What changed from version 2 to version 3").click()
    expect(page.locator("del")).to_contain_text(["removed", "four feet"])
    page.get_by_label("Compare", exact=True).select_option("1")
    page.get_by_label("side by side").check()
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(f"{history}{SIDE}")
    expect(page.locator(".row .before").first).to_have_text("Why worms like compost")
    page.get_by_role("link", name="Read", exact=True).click()
    expect(page.locator("h1")).to_have_text("Why worms like your compost")


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_sticks_out_of_the_page(history: str, open_page: Open, width: int) -> None:
    page = open_page(width)
    for path in [*PAGES, SIDE]:
        page.goto(history + path)
        page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_columns_stand_below_each_other_on_a_phone(history: str, open_page: Open) -> None:
    for width, beside in ((1280, True), (320, False)):
        page = open_page(width)
        page.goto(history + SIDE)
        before, after = (page.locator(f".row.changed .{side}").first.bounding_box() for side in ("before", "after"))
        assert before is not None and after is not None
        assert (abs(before["y"] - after["y"]) < 2) is beside


def test_changes_are_told_apart_without_colour(history: str, open_page: Open) -> None:
    page = open_page()
    page.goto(history + PAGES[-1])
    line = "e => getComputedStyle(e).textDecorationLine"
    told = "e => getComputedStyle(e, '::before').content"
    for tag, drawn, words in (("del", "line-through", "removed"), ("ins", "underline", "added")):
        change = page.locator(f".inline {tag}").first
        assert change.evaluate(line) == drawn and words in change.evaluate(told)
    page.emulate_media(media="print")
    assert page.locator(".inline del").first.evaluate(told) == '"[− "'
    expect(page.locator(".choose")).to_be_hidden()


def test_citation_is_copied_with_a_button(history: str, open_page: Open) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=history)
    page.goto(f"{history}/article/1")
    page.get_by_text("Cite this article").click()
    page.get_by_role("button", name="Copy the citation as BibTeX").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("@online{") and copied == page.locator("[data-copied=BibTeX]").text_content()


def test_citations_can_be_had_without_scripts(history: str, open_page: Open) -> None:
    page = open_page(scripts=False)
    page.goto(f"{history}/article/1")
    page.get_by_text("Cite this article").click()
    expect(page.locator("[data-copied]")).to_have_count(4)
    expect(page.locator(".copy")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save the citation as RIS").click()
    assert download.value.suggested_filename == "article-1-version-3.ris"


def test_paper_has_the_text_its_address_and_its_date(history: str, open_page: Open) -> None:
    page = open_page()
    page.goto(f"{history}/article/1")
    expect(page.locator(".imprint")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".imprint")).to_be_visible()
    for hidden in (".views", ".sources", ".masthead"):
        expect(page.locator(hidden)).to_be_hidden()


def test_payloads_in_versions_never_run(serve: Serve, open_page: Open, tmp_path: Path) -> None:
    folder = versioned.build(tmp_path)
    db = open_database(folder / "archive.db")
    columns = "title blurb section published modified read_time_text body changed extractor content_hash".split()
    with db.conn:
        db.execute(
            f"UPDATE article_versions SET {', '.join(f'{name} = ? || number' for name in columns)}", [MARKUP] * 10
        )
        texts = [name for name in columns if name != "changed"] + ["directives", "gone_since", "language"]
        values = [MARKUP] * len(texts)
        db.execute(
            f"UPDATE articles SET url = ? || id, {', '.join(f'{name} = ?' for name in texts)}", [ADDRESS, *values]
        )
    db.conn.close()
    address = serve(folder)
    page = open_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    for path in [*PAGES, SIDE]:
        answer = page.goto(address + path)
        assert answer is not None and answer.status == 200
        page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
        page.wait_for_timeout(50)
        assert page.evaluate("window.ran") is None and not refused, path
        assert page.locator("[href^='javascript:' i], iframe, main svg[onload]").count() == 0
