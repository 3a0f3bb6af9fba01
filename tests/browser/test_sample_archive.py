"""The sample site, crawled and read in a browser, as the first user of `make demo` does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from miacrawl.sample.truth import articles

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.set_default_timeout(120_000)
    opened = context.new_page()
    strangers: list[str] = []
    opened.on("request", lambda request: None if "127.0.0.1" in request.url else strangers.append(request.url))
    yield opened
    context.close()
    assert strangers == [], "a request left for another host"


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(folder / "archive.db")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_every_article_of_both_revisions_is_there_once(sample_archive: Path) -> None:
    expected = {article.path for revision in (1, 2) for article in articles(revision) if article.body}
    found = ["/" + str(url).split("/", 3)[3] for (url,) in rows(sample_archive, "SELECT url FROM articles")]
    assert sorted(found) == sorted(expected)


def test_what_changed_and_what_went_is_told(sample_archive: Path) -> None:
    changed = rows(sample_archive, "SELECT new, changed FROM runs ORDER BY id")
    assert changed[1] == (1, 1)
    gone = rows(sample_archive, "SELECT reason FROM urls WHERE url LIKE '%/old-gym-machines'")
    assert gone == [("HTTP 410 Gone",)]
    assert rows(sample_archive, "SELECT count(*) FROM articles WHERE url LIKE '%/old-gym-machines'") == [(1,)]


def test_related_links_are_joined_to_archived_articles(sample_archive: Path) -> None:
    total, joined = rows(sample_archive, "SELECT count(*), count(target_id) FROM related_links")[0]
    assert isinstance(total, int) and isinstance(joined, int)
    assert total > 100 and joined > 0.95 * total


def test_reader_goes_from_front_page_to_article_to_related_article(sample_address: str, page: Page) -> None:
    page.goto(sample_address)
    first = page.locator("article h2 a, article h3 a, .card a").first
    title = first.inner_text()
    first.click()
    page.wait_for_url("**/article/*")
    assert page.locator("h1").inner_text().split() == title.split()
    link = page.locator(".related a[href*='/article/']").last
    related = link.inner_text()
    link.click()
    assert page.locator("h1").inner_text().split() == related.split()


def test_search_finds_and_marks(sample_address: str, page: Page) -> None:
    page.goto(sample_address)
    page.get_by_role("searchbox").first.fill("caffeine")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    assert page.locator("mark", has_text="affeine").count() > 0
