"""What pages are spared, so that they are quick in a large archive, and that nobody can tell."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.plugins import pm

from miacrawl.serve import archive
from miacrawl.serve.cell import row_of
from miacrawl.serve.listing import arguments_replaced
from miacrawl.serve.queries import search as queries
from miacrawl.serve.state import CHOICES, SearchState
from miacrawl.serve.trouble import PageError
from tests import loop, shelf
from tests.reader import Reader

OUR_PAGES = ["/", "/search?q=worms", "/article/1", "/data", "/health", "/runs", "/sites"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shelf.build(tmp_path_factory.mktemp("spared"))


def questions(folder: Path, paths: list[str]) -> dict[str, int]:
    """How often each of these pages went to another thread for an answer, once the server is warm."""

    async def ask() -> dict[str, int]:
        datasette = Datasette(config_dir=folder)
        await datasette.invoke_startup()
        for path in paths:
            await datasette.client.get(f"{path}{'&' if '?' in path else '?'}warm=1")
        asked, database = 0, datasette.databases["archive"]
        name = "_execute_fn" if hasattr(database, "_execute_fn") else "execute_fn"
        execute_fn = getattr(database, name)

        async def counting(work: Any) -> Any:
            nonlocal asked
            asked += 1
            return await execute_fn(work)

        setattr(database, name, counting)
        found = {}
        for path in paths:
            asked = 0
            assert (await datasette.client.get(path)).status_code == 200, path
            found[path] = asked
        return found

    return loop.run(ask())


def test_few_questions_go_to_another_thread(folder: Path) -> None:
    most = {
        "/search?q=worms+compost": 1,
        "/search?site=gardennotes.example": 1,
        "/site/gardennotes.example": 1,
        "/author/Ida%20Holm": 1,
        "/article/1": 4,
        "/health?site=gardennotes.example": 3,
    }
    asked = questions(folder, list(most))
    assert {path: n for path, n in asked.items() if n > most[path]} == {}


def test_stable_datasette_looks_up_no_names_for_each_page_of_a_table(folder: Path) -> None:
    paths = ["/archive/articles", "/archive/related_links"]
    if hasattr(Datasette, "allowed"):
        pytest.skip("1.0 has a list of tables of its own")
    assert max(questions(folder, paths).values()) <= 5


def test_pages_are_the_same_whether_rendered_at_once_or_with_waiting(folder: Path, tmp_path: Path) -> None:
    """An archive with a template of its own has all of ours rendered as Datasette does."""
    shelf.build(tmp_path)
    own = tmp_path / "templates" / "miacrawl" / "unknown.html"
    own.parent.mkdir(parents=True)
    own.write_text("{% extends 'miacrawl/frame.html' %}{% block content %}<p>Mine</p>{% endblock %}", "utf-8")
    quick, slow = Reader(folder).each(OUR_PAGES), Reader(tmp_path).each([*OUR_PAGES, "/site/nowhere.example"])
    for path in OUR_PAGES:
        assert timeless(quick[path].text) == timeless(slow[path].text), path
    assert "<p>Mine</p>" in slow["/site/nowhere.example"].text


def timeless(text: str) -> str:
    """Without the minute in which a page was made."""
    return re.sub(r"\d\d:\d\d(?::\d\d)?|\d+ (?:second|minute|hour|day)s?", "", text)


def test_plugins_that_have_to_be_awaited_are_heard_on_our_pages(folder: Path, tmp_path: Path) -> None:
    shelf.build(tmp_path, articles=2)
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "mine.py").write_text(
        "from datasette import hookimpl\n@hookimpl\ndef menu_links(datasette, actor):\n    async def links():\n"
        "        return [{'href': '/mine', 'label': 'My own link'}]\n    return links\n",
        "utf-8",
    )
    before = set(pm.get_plugins())
    try:
        assert "My own link" in Reader(tmp_path).get("/search").text
    finally:  # plugins are those of the process, not of a Datasette
        for added in set(pm.get_plugins()) - before:
            pm.unregister(added)


def test_cells_are_escaped() -> None:
    found = str(row_of([{"column": "a b<", "value": "<script>", "value_type": "str"}]))
    assert "<script>" not in found and "&lt;script&gt;" in found and 'a b<"' not in found


@pytest.mark.parametrize("query", ["", "a=1&a=2&b=%26&c=", "_col=x&_col=y&_sort=z"])
@pytest.mark.parametrize("changes", [{"_sort": "q w", "_next": None}, {"a": None}, {}])
def test_links_of_a_tables_head_are_datasettes(query: str, changes: dict[str, str | None]) -> None:
    from datasette.utils import path_with_replaced_args

    class Request:
        path, query_string = "/archive/articles", query

    assert arguments_replaced(query)(Request, changes) == path_with_replaced_args(Request, changes)


@pytest.mark.parametrize("name", [*CHOICES, "since"])
@pytest.mark.parametrize("value", ["", "a&b=ü \ud800", "2026-01-01"])
def test_choices_have_the_addresses_of_the_states_they_lead_to(name: str, value: str) -> None:
    for state in (SearchState(), SearchState(q="x y", site="s", month="2026-01", until="2026-02-01", page=3)):
        assert state.choosing(name, [value]) == [state.changed(**{name: value}).query_string]


def in_one_go(folder: Path, work: Any) -> Any:
    async def ask() -> Any:
        datasette = Datasette(config_dir=folder)
        await datasette.invoke_startup()
        datasette.sql_time_limit_ms = 50
        return await archive.in_one_go(archive.find(datasette), work)

    return loop.run(ask())


def test_questions_in_one_go_have_the_servers_time_each(folder: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(PageError, match="too long"):
        in_one_go(folder, lambda here: archive.rows(here, endless))
    assert in_one_go(folder, lambda here: archive.rows(here, "SELECT 1 AS one")) == [{"one": 1}]


def test_work_in_one_go_that_waits_for_something_else_is_refused(folder: Path) -> None:
    with pytest.raises(RuntimeError, match="something else"):
        in_one_go(folder, lambda here: asyncio.sleep(0))


def test_words_that_are_everywhere_are_told_from_others(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_SAMPLE", 10)
    common, rare = in_one_go(folder, lambda here: queries.shares(here, ['"week"', '"nowhereatall"']))
    assert common == 1 and rare == 0
