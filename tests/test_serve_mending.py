"""Datasette's own pages say what they are to ears and keyboards; what is in them stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from miacrawl.serve.mending import mended
from tests import shelf
from tests.reader import Reader
from tests.steady_reader import SteadyReader


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return SteadyReader(shelf.build(tmp_path_factory.mktemp("mended"), articles=5))


PAGES = ["/archive?_tables=all", "/archive/articles", "/archive/articles/1", "/archive/most_recommended"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_a_language_a_main_part_and_a_way_to_it(reader: Reader, path: str) -> None:
    page = reader.page(path)
    assert page.get("lang") == "en"
    (main,) = page.xpath("//*[@role='main']")
    assert page.xpath("//body//a")[0].get("href") == f"#{main.get('id')}"


def test_page_of_an_error_is_in_our_colours_too(reader: Reader) -> None:
    page = reader.page("/archive/nothing_here", 404)
    assert page.get("lang") == "en"
    assert any("tables.css" in href for href in page.xpath("//link[@rel='stylesheet']/@href"))


def test_every_control_of_a_table_has_a_name(reader: Reader) -> None:
    page = reader.page("/archive/articles?site=gardennotes.example")
    controls = page.xpath("//form//select | //form//input[not(@type) or @type='text' or @type='search']")
    named = {one.get("id") for one in controls if page.xpath(f"//label[@for='{one.get('id')}']")}
    assert len(controls) >= 7
    assert all(one.get("aria-label") or one.get("id") in named for one in controls)


def test_only_templates_are_mended() -> None:
    assert mended("{{ value }}") == "{{ value }}"


def test_crawled_text_is_not_mended(tmp_path: Path) -> None:
    from sqlite_utils import Database

    folder = shelf.build(tmp_path, articles=1)
    db = Database(folder / "archive.db")
    db.execute("UPDATE articles SET title = ?", ['<html> <h3> <textarea id="sql-editor">'])
    db.conn.commit()
    db.conn.close()
    assert '<html> <h3> <textarea id="sql-editor">' in Reader(folder).page("/archive/articles/1").text_content()
