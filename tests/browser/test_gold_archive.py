"""Real pages through the whole path: served on loopback, crawled by the ordinary command, read in a browser."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.benchmark.gold_pages import gold_folder
from tests.benchmark.gold_site import gold_site, paths
from tests.browser.conftest import Serve
from tests.conftest import Run

pytestmark = [pytest.mark.benchmark, pytest.mark.browser]


def test_every_real_page_is_an_article_or_has_a_reason(
    crawl: Run, tmp_path: Path, serve: Serve, browser: Browser
) -> None:
    folder = gold_folder()
    with gold_site(folder) as site:
        done = crawl(site.url, timeout=1200)
        addresses = {site.at(path) for path in paths(folder)}
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    connection = sqlite3.connect(tmp_path / "archive" / "archive.db")
    ledger = {url: (state, reason) for url, state, reason in connection.execute("SELECT url, state, reason FROM urls")}
    articles = connection.execute("SELECT id, title FROM articles ORDER BY id").fetchall()
    connection.close()
    assert all(address in ledger for address in addresses)
    lost = {address: ledger[address] for address in addresses if ledger[address][0] != "archived"}
    assert all(reason for _, reason in lost.values())
    assert len(lost) <= 3, lost
    address = serve(tmp_path / "archive")
    page = browser.new_page()
    for number, title in articles[::10]:
        answer = page.goto(f"{address}/article/{number}")
        assert answer is not None and answer.status == 200
        assert page.locator("h1").inner_text().split() == title.split()
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"article {number} is wider than the window"
    page.close()
