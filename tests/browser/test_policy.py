"""Datasette's own pages under a policy without inline script: all of theirs runs, nothing of a stranger's does."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, TimeoutError

from miacrawl.serve.access import is_datasette_1

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
QUERY = "/archive/-/query" if is_datasette_1() else "/archive"
ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
PAGES = [
    "/archive?_tables=all",
    "/archive/articles",
    "/archive/articles?_facet=language&_sort=title&site__exact=gardennotes.example",
    "/archive/articles/1",
    "/archive/most_recommended",
    "/archive/why_is_it_missing",
    "/archive/nothing",
    f"{QUERY}?sql={quote('select 6 * 7 as answer')}",
    f"{QUERY}?sql={quote('select nonsense')}",
    f"{QUERY}?_timelimit=5&sql={quote(ENDLESS)}",
    f"{QUERY}?_timelimit=5&sql={quote(ENDLESS.replace(' select', chr(10) + 'select'))}",
    "/-/plugins",
    "/-/settings",
    "/-/patterns",
    "/-/messages",
    "/-/allow-debug",
    *(["/-/", "/archive/-/schema", "/archive/-/queries", "/archive/articles/-/fragment"] if is_datasette_1() else []),
]
WATCH = """
    window.refused = [];
    addEventListener('securitypolicyviolation', e => refused.push([e.violatedDirective, e.blockedURI, e.sample]));
"""


def watched(page: Page) -> list[str]:
    """Errors of script on `page`, filled while it is used; what the policy refuses is in its window.refused."""
    errors: list[str] = []
    page.add_init_script(WATCH)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


def test_pages_of_datasette_do_nothing_that_their_policy_refuses(address: str, open_page: OpenPage) -> None:
    page = open_page()
    errors = watched(page)
    for path in PAGES:
        response = page.goto(address + path)
        assert response is not None and "script-src 'self'" in response.headers["content-security-policy"], path
        page.wait_for_load_state("load")
        assert page.evaluate("refused") == [] and errors == [], path


@pytest.mark.parametrize("path", ["/archive?_tables=all", *PAGES[1:2], "/archive/articles/1", "/archive/nothing"])
def test_script_of_a_stranger_does_not_run_on_them(address: str, open_page: OpenPage, path: str) -> None:
    page = open_page()
    watched(page)
    stranger = (
        "<script>window.ran = 1</script><img src=x onerror='window.ran = 2'><svg onload='window.ran = 3'></svg>"
        "<script nonce=guessed>window.ran = 4</script><iframe srcdoc='<script>parent.ran = 5</script>'></iframe>"
        "<a id=stranger href='javascript:window.ran = 6'>x</a><script src=data:text/javascript,ran=7></script>"
    )

    def slip_in(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub('(<section class="content"[^>]*>)', rf"\1{stranger}", answer.text()))

    page.route(address + path, slip_in)
    page.goto(address + path)
    page.locator("#stranger").click()
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    assert len(page.evaluate("refused")) >= 6


def test_sql_editor_works(address: str, open_page: OpenPage) -> None:
    page = open_page()
    errors = watched(page)
    page.goto(f"{address}{QUERY}?sql=select+1")
    editor = page.locator(".cm-content, .CodeMirror").first
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("select 6 * 7 as answer")
    page.locator("button#sql-format").click()
    page.keyboard.press("Tab")
    page.locator("form.sql input[type=submit], form.sql button[type=submit]").first.click()
    page.wait_for_url("**answer*")
    page.locator("table td", has_text="42").first.wait_for()
    assert page.evaluate("refused") == [] and errors == []


def test_menu_of_a_column_opens_and_facets_by_it(address: str, open_page: OpenPage) -> None:
    page = open_page()
    errors = watched(page)
    page.goto(f"{address}/archive/articles")
    icon = page.locator("th[data-column=language] .dropdown-menu-icon")
    facet = page.get_by_role("link", name="Facet by this").or_(page.get_by_text("Facet by this")).first
    icon.scroll_into_view_if_needed()
    until = time.monotonic() + 120
    while page.url.endswith("/archive/articles"):  # the table's scrolling, once it is told of, closes the menu again
        assert time.monotonic() < until, "the menu leads nowhere"
        with contextlib.suppress(TimeoutError):
            if not facet.is_visible():
                icon.click(timeout=5000)
            facet.click(timeout=2000)
            page.wait_for_url("**_facet=language*", timeout=5000)
    page.wait_for_url("**_facet=language*")
    assert page.evaluate("refused") == [] and errors == []


@pytest.mark.skipif(not is_datasette_1(), reason="only 1.0 has a handler in an attribute")
def test_handler_that_stood_in_an_attribute_works(address: str, open_page: OpenPage) -> None:
    page = open_page(width=400)
    errors = watched(page)
    page.goto(f"{address}/archive/articles")
    page.locator(".choose-columns-mobile").click()
    page.locator("column-chooser dialog[open]").wait_for()
    assert page.evaluate("refused") == [] and errors == []


def test_script_of_the_archives_owner_runs(serve: Any, tmp_path: Any, open_page: OpenPage) -> None:
    """Templates and plugins beside the archive are its owner's own: their script gets the nonce, too."""
    from tests import shelf

    folder = shelf.build(tmp_path / "with plugins", articles=1)
    (folder / "templates").mkdir()
    (folder / "templates" / "_footer.html").write_text("<script>window.footed = 1</script>", "utf-8")
    (folder / "plugins").mkdir()
    (folder / "plugins" / "mine.py").write_text(
        "from datasette import hookimpl\n@hookimpl\ndef extra_body_script():\n    return 'window.bodied = 1'\n", "utf-8"
    )
    page = open_page()
    watched(page)
    page.goto(f"{serve(folder)}/archive?_tables=all")
    assert page.evaluate("[window.footed, window.bodied, refused.length]") == [1, 1, 0]
