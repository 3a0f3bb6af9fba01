"""Ways that readers take through the archive: with a mouse, on a telephone, by keyboard alone, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.sample import Facts

pytestmark = pytest.mark.browser

REWRITTEN = "How Much Water Do You Really Need?"
Go = Callable[[Locator], None]


def click(link: Locator) -> None:
    link.click()


def press(link: Locator) -> None:
    """Reach the link by Tab and press Enter; the mouse is not touched."""
    page = link.page
    wanted = link.element_handle()
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab does not reach {link}")


WAYS = {
    "with a mouse": (1280, True, click),
    "on a telephone": (360, True, click),
    "by keyboard alone": (1280, True, press),
    "without scripts": (1280, False, click),
}


@pytest.fixture(params=WAYS)
def reader(request: pytest.FixtureRequest, browser: Browser, sample_address: str) -> Iterator[tuple[Page, Go]]:
    """A page at the front page, and how this reader follows links."""
    width, scripts, go = WAYS[request.param]
    context = browser.new_context(
        base_url=sample_address, viewport={"width": width, "height": 800}, java_script_enabled=scripts
    )
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto("/")
    yield page, go
    context.close()


def test_from_the_front_page_to_what_changed_and_to_the_page_as_captured(reader: tuple[Page, Go]) -> None:
    page, go = reader
    main = page.get_by_role("main")
    search = page.get_by_role("searchbox").first
    if go is press:
        while not search.evaluate("box => box === document.activeElement"):
            page.keyboard.press("Tab")
    search.type("water")
    search.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=water"))
    expect(main.locator("mark").first).to_be_visible()
    go(main.get_by_role("navigation").get_by_role("link", name=re.compile("Nutrition")).first)
    expect(page).to_have_url(re.compile("section=Nutrition"))
    go(main.get_by_role("link", name=REWRITTEN, exact=True).first)
    expect(page.get_by_role("heading", level=1)).to_have_text(REWRITTEN)
    go(main.get_by_role("link", name=re.compile("^Versions")).first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Versions of")
    go(main.get_by_role("link", name=re.compile("What changed")).first)
    expect(main.locator("ins").first).to_be_visible()
    expect(main.locator("del").first).to_be_visible()
    go(main.get_by_role("link", name="Capture", exact=True).first)
    expect(page).to_have_url(re.compile(r"/capture/\d+$"))
    framed = page.frame_locator("main iframe")
    expect(framed.get_by_role("heading", name=REWRITTEN)).to_be_visible()
    go(main.get_by_role("link", name=re.compile("Read the article")).first)
    expect(page.get_by_role("heading", level=1)).to_have_text(REWRITTEN)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/capture/\d+$"))


def test_from_a_site_over_an_author_to_an_article_and_its_neighbours(reader: tuple[Page, Go]) -> None:
    page, go = reader
    main = page.get_by_role("main")
    go(page.get_by_role("navigation", name="Main").get_by_role("link", name="Sites"))
    go(main.locator("a[href*='/site/']").first)
    expect(page).to_have_url(re.compile("/site/"))
    author = main.locator("a[href*='/author/']").first
    name = (author.locator("span").first if author.locator("span").count() else author).inner_text().strip()
    go(author)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    card = main.locator("h2 a, h3 a").first
    title = card.inner_text()
    go(card)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    go(main.get_by_role("link", name="Related", exact=True).first)
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    neighbour = main.locator("h3 a").first
    title = neighbour.inner_text()
    go(neighbour)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_from_health_to_a_run_and_why_an_address_is_missing(reader: tuple[Page, Go], sample_facts: Facts) -> None:
    page, go = reader
    main = page.get_by_role("main")
    go(page.get_by_role("navigation", name="Main").get_by_role("link", name="Health"))
    go(main.get_by_role("link", name="All runs").first)
    go(main.locator("a[href*='/run/']").first)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"Run \d"))
    go(main.locator("a[href*='/why?url='][href*='server-trouble']").first)
    expect(main).to_contain_text("HTTP 500")
    expect(main).to_contain_text("server-trouble")
    go(main.locator("a[href*='/capture/']").first)
    expect(page).to_have_url(re.compile(r"/capture/\d+$"))
    expect(main).to_contain_text("500")
