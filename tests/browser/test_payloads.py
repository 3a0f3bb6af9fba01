"""Crawled text never runs: payloads in every column, in a real browser, on every kind of page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page
from sqlite_utils import Database

from miacrawl.store.tables import TABLES
from miacrawl.store.tallies import recount
from tests import shelf
from tests.browser.conftest import Serve

pytestmark = pytest.mark.browser

RUN = "window.ran=1"
MARKUP = (
    f"</title></style></textarea></script>\"'><img src=http://outside.example/x.png onerror={RUN}>"
    f"<script>{RUN}</script><svg onload={RUN}><iframe srcdoc='<script>parent.ran=1</script>'></iframe>"
    f"<details open ontoggle={RUN}>x</details><a href='javascript:{RUN}'>worms</a>{{{{7*7}}}}{{%print(1)%}}\x02\x03"
    "<link rel=stylesheet href=http://outside.example/x.css><style>@import 'http://outside.example/y.css'</style>"
)
NAME = MARKUP.replace('"', "&quot;").replace("\x02", "").replace("\x03", "")
ADDRESS = f"javascript:{RUN}//"
PAGES = [
    "/",
    "/?older=2026-01-15T00:00:00_9",
    "/search",
    "/search?q=worms",
    "/search?q=%3Cimg+src%3Dx+onerror%3Dwindow.ran%3D1%3E&site=%22%3E%3Cscript%3Ewindow.ran%3D1%3C/script%3E",
    "/article/1",
    "/article/2",
    "/article/%3Cscript%3Ewindow.ran=1%3C",
    "/article/1/related",
    "/article/1/related.json",
    "/sites",
    f"/site/{quote(MARKUP + '1', safe='')}",
    f"/site/{quote(MARKUP + '1', safe='')}/recommended",
    "/site/%3Cscript%3Ewindow.ran=1%3C",
    "/authors",
    f"/author/{quote(NAME, safe='')}",
    "/author/%3Cimg%20src=x%20onerror=window.ran=1%3E",
    "/archive",
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
KEPT = {
    "id",
    "article_id",
    "target_id",
    "run_id",
    "kind",
    "state",
    "location",
    "authors",
    "flags",
    "provenance",
    "url_key",
}


@pytest.fixture(scope="module")
def poisoned(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An archive in which every column that holds text holds markup, and every address is a script."""
    folder = shelf.build(tmp_path_factory.mktemp("poisoned"), articles=5)
    db = Database(folder / "archive.db")
    for name in TABLES:
        _poison(db, name)
    arrays = f'["{NAME}"]'
    db.execute("UPDATE articles SET authors = ?, flags = ?", [arrays, arrays])
    db.execute("UPDATE articles SET provenance = json_object(?, ?)", [MARKUP, MARKUP])
    recount(db)
    db.conn.commit()
    db.conn.close()
    return serve(folder)


def _poison(db: Database, name: str) -> None:
    for column, kind in db.table(name).columns_dict.items():
        if kind is not str or column in KEPT:
            continue
        is_address = "url" in column or column in ("image", "referrer")
        value = ADDRESS if is_address else MARKUP
        unique = "id" if "id" in db.table(name).columns_dict else column
        db.execute(f"UPDATE {name} SET {column} = ? || {unique}", [value])


@pytest.mark.parametrize("path", PAGES)
def test_payload_never_runs(poisoned: str, open_page: Callable[..., Page], path: str) -> None:
    page = open_page()
    dialogs, refused = [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    response = page.goto(poisoned + path)
    assert response is not None and response.status in (200, 404)
    page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None and not dialogs
    assert not refused, "markup got as far as the policy"
    assert page.locator("[href^='javascript:' i], [src^='javascript:' i], iframe, main svg[onload]").count() == 0
    assert "49" not in page.title()


def test_policy_holds_even_if_markup_gets_through(
    poisoned: str, open_page: Callable[..., Page], tmp_path: Path
) -> None:
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
