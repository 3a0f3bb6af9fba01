"""Crawled text never runs: payloads in every column and argument, in a real browser, on every kind of page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests import shelf
from tests.browser import sample
from tests.browser.conftest import Serve
from tests.browser.kinds import KINDS
from tests.browser.poison import ADDRESS, MARKUP, poison
from tests.browser.sample import Facts

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/?older=2026-01-15T00:00:00_9",
    "/search",
    "/search?q=worms",
    "/search?q=%3Cimg+src%3Dx+onerror%3Dwindow.ran%3D1%3E&site=%22%3E%3Cscript%3Ewindow.ran%3D1%3C/script%3E",
    "/article/1",
    "/article/2",
    "/article/%3Cscript%3Ewindow.ran=1%3C",
    "/archive?_tables=all",
    "/archive/articles",
    "/archive/articles?_col=body&_col=body_html&_col=provenance",
    "/archive/articles/1",
    "/article/5",
    "/archive/evidence",
    "/archive/confidence",
    "/archive/where_sources_disagree?field=",
    "/archive/least_certain?field=&at_most=1",
    "/archive/related_links",
    "/archive/related_links/1",
    "/archive/runs",
    "/archive/urls",
    "/archive/urls/1",
    "/archive/most_recommended",
    "/archive/addresses_by_state",
    "/archive/recommended_but_missing",
]
TABLES = ["article_versions", "versions", "captures", "attempts", "runs", "hosts", "coverage", "alarms", "duplicates"]
ASKED = [
    "/?older={}",
    "/?older={}_1",
    "/search?q={}",
    "/search?q=worms&site={}&section={}&author={}&month={}&language={}&minutes={}&from={}&to={}&sort={}&page={}",
    "/search.json?q={}&site={}",
    "/search.csv?q={}&site={}",
    "/search.atom?q={}&site={}&section={}",
    "/article/{}",
    "/article/1?version={}",
    "/article/{}/related",
    "/article/1/related.json?{}={}",
    "/article/{}/versions",
    "/article/37/versions?page={}",
    "/article/{}/versions.json",
    "/article/{}/diff",
    "/article/1/diff?from={}&to={}&view={}",
    "/article/1/diff.json?from={}&to={}",
    "/article/{}/cite.txt",
    "/article/1/cite.{}",
    "/article/{}/captures",
    "/article/1/captures?before={}",
    "/capture/{}",
    "/capture/{}/frame",
    "/capture/{}/record",
    "/capture/{}/body",
    "/sites?q={}&sort={}&page={}",
    "/site/{}",
    "/site/{}/recommended?month={}",
    "/authors?q={}&site={}&after={}",
    "/author/{}?older={}",
    "/runs?before={}&by={}",
    "/runs.json?before={}",
    "/run/{}",
    "/run/1?outcome={}&after={}",
    "/run/{}.json",
    "/health?site={}",
    "/health.json?site={}",
    "/why?url={}",
    "/why?url=http%3A%2F%2F{}",
    "/why.json?url={}",
    "/data?{}={}",
    "/archive/articles?_search={}&site={}",
    "/archive/{}",
]
TWINS = [
    "/search.json?q=worms",
    "/search.csv",
    "/search.atom",
    "/search.atom?site={site}",
    "/article/{changed}/versions.json",
    "/article/{changed}/diff.json",
    "/article/{changed}/related.json",
    "/article/{changed}/captures.json",
    "/article/{changed}/cite.txt",
    "/article/{changed}/cite.json",
    "/article/{changed}/cite.ris",
    "/capture/{capture}.json",
    "/capture/{capture}/frame",
    "/capture/{capture}/body",
    "/runs.json",
    "/run/{run}.json",
    "/health.json",
    "/why.json?url={archived_url}",
    "/archive/articles.json?_shape=array",
]


@pytest.fixture(scope="module")
def poisoned(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The thirty articles, poisoned."""
    folder = shelf.build(tmp_path_factory.mktemp("poisoned"), articles=5)
    poison(folder)
    return serve(folder)


@pytest.fixture(scope="module")
def poisoned_sample(serve: Serve, sample_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Facts]:
    """The sample site's archive, poisoned: versions, captures, attempts and alarms are in it, too."""
    folder = tmp_path_factory.mktemp("poisoned-sample") / "archive"
    shutil.copytree(sample_archive, folder)
    poison(folder)
    return serve(folder), {**sample.facts(sample_archive), **sample.facts(folder)}


Visit = Callable[..., None]


@pytest.fixture(scope="module")
def visit(browser: Browser) -> Iterator[Visit]:
    """`visit(address)` opens a page and finds that nothing ran, nothing was asked of another host, no policy broken.

    All visits share a window: a new one for each takes longer than the page.
    """
    context = browser.new_context(accept_downloads=True)
    context.set_default_timeout(120_000)
    asked: list[str] = []
    context.route("http://outside.example/**", lambda route: _refuse(route, asked))
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation', event => console.error('Content Security Policy'))"
    )
    yield lambda address, **expected: _visit(context, asked, address, **expected)
    context.close()


def _refuse(route: Route, asked: list[str]) -> None:
    asked.append(route.request.url)
    route.abort()


def _visit(context: BrowserContext, asked: list[str], address: str, *, framed: bool = False) -> None:
    page = context.new_page()
    try:
        dialogs: list[str] = []
        refused: list[str] = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda told: refused.append(told.text) if "Content Security" in told.text else None)
        asked.clear()
        try:
            response = page.goto(address)
        except Exception as error:
            if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
                return  # a file to be kept: nothing of it is shown
            raise
        assert response is not None and response.status in (200, 400, 404), response
        assert response.headers.get("x-content-type-options") == "nosniff"
        page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
        page.wait_for_timeout(30)
        assert page.evaluate("window.ran") is None and not dialogs
        assert not refused, "markup got as far as the policy"
        assert not asked
        within = "iframe:not([src*='/capture/'])" if framed else "iframe"
        found = page.locator(f"[href^='javascript:' i], [src^='javascript:' i], {within}, main svg[onload]")
        assert found.count() == 0
        assert "49" not in page.title()
    finally:
        page.close()


@pytest.mark.parametrize("path", PAGES)
def test_payload_never_runs(poisoned: str, visit: Visit, path: str) -> None:
    visit(poisoned + path)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_payload_in_any_column_never_runs_on_any_kind_of_page(
    poisoned_sample: tuple[str, Facts], visit: Visit, kind: object
) -> None:
    address, facts = poisoned_sample
    visit(address + kind.at(facts), framed=True)  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", [*TWINS, *(f"/archive/{name}" for name in TABLES)])
def test_payload_never_runs_in_twins_and_tables(poisoned_sample: tuple[str, Facts], visit: Visit, path: str) -> None:
    address, facts = poisoned_sample
    visit(address + path.format_map(facts), framed=True)


@pytest.mark.parametrize("path", ASKED)
def test_payload_in_any_argument_never_runs(poisoned_sample: tuple[str, Facts], visit: Visit, path: str) -> None:
    address, _ = poisoned_sample
    for payload in (MARKUP, ADDRESS, "'\"--><script>window.ran=1</script>\u202e\x00"):
        visit(address + path.replace("{}", quote(payload, safe="")), framed=True)


def test_policy_holds_even_if_markup_gets_through(poisoned: str, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(f"{poisoned}/article/1")
    page.evaluate(
        """() => {
            const inline = document.createElement('script');
            inline.textContent = 'window.ran = 1';
            document.body.append(inline);
            document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.ran = 2">');
        }"""
    )
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
