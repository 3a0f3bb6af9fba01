"""Datasette's own pages of large tables: what they leave out, what they tell from kept counts, and where cells lead."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml
from datasette.app import Datasette
from markupsafe import Markup
from sqlite_utils import Database

from miacrawl.serve.cell import shown_cell
from miacrawl.serve.listing import LARGE, completed, filters_of, listing
from miacrawl.store.tables import TABLES, VIEWS
from tests import loop, questioned, shelf
from tests.reader import Reader
from tests.steady_reader import SteadyReader


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return questioned.build(tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    return SteadyReader(folder)


def note(page: Any) -> str:
    return " ".join(" ".join(page.xpath("//p[@class='columns-note']//text()")).split())


PATHS = [
    *(f"/archive/{table}" for table in sorted({*TABLES, *VIEWS})),
    "/archive?_tables=all",
    "/archive/runs/1",
    "/archive/urls/1",
]


@pytest.fixture(scope="module")
def asked(folder: Path) -> dict[str, tuple[int, list[str]]]:
    """By path: the status of the answer, and the SQL that it took."""

    async def ask() -> dict[str, tuple[int, list[str]]]:
        datasette = Datasette(config_dir=folder)
        await datasette.invoke_startup()
        await datasette.client.get("/archive?_tables=all")
        database = datasette.databases["archive"]
        seen: list[str] = []
        execute = database.execute

        async def noting(sql: str, *arguments: Any, **named: Any) -> Any:
            seen.append(" ".join(sql.split()))
            return await execute(sql, *arguments, **named)

        database.execute = noting
        found = {}
        for path in PATHS:
            seen.clear()
            answer = await datasette.client.get(path)
            found[path] = (answer.status_code, list(seen))
        return found

    return loop.run(ask())


@pytest.mark.parametrize("path", PATHS)
def test_no_page_counts_a_large_table_from_end_to_end(asked: dict[str, tuple[int, list[str]]], path: str) -> None:
    status, statements = asked[path]
    assert status == 200
    for sql in statements:
        for counted in re.findall(r"count\(\*\)(?: as \w+)? from (\[?\"?\w+|\(.*)", sql, re.IGNORECASE):
            bounded = re.match(r"\(SELECT (?:1|\*) FROM \"?\w+\"? +LIMIT \d+\)", counted, re.IGNORECASE)
            read = set(re.findall(r"(?:from )?\b([a-z_]+)\b", counted.partition(" from ")[2] or counted))
            small = not read & LARGE
            assert bounded or small or re.search(r"where \w+=:id", sql), sql


def test_long_columns_and_counts_are_left_out_but_can_be_had(reader: Reader) -> None:
    page = reader.page("/archive/captures")
    columns = page.xpath("//th/@data-column")
    assert "url" in columns and "headers" not in columns
    arguments = page.xpath("//p[@class='columns-note']/a[.='show all columns']/@href")[0]
    assert "headers" in reader.page(f"/archive/captures{arguments}").xpath("//th/@data-column")
    assert "2 rows" in note(page)


def test_rows_are_counted_when_that_is_asked_for(reader: Reader) -> None:
    page = reader.page("/archive/related_links?location=aside")
    counting = page.xpath("//p[@class='columns-note']/a[.='Count the rows']/@href")[0]
    assert "30 rows" in reader.page(f"/archive/related_links{counting}").text_content()


@pytest.mark.parametrize(
    "path, told",
    [
        ("/archive/articles", "30 rows"),
        ("/archive/articles?site=gardennotes.example", "14 rows"),
        ("/archive/articles?site=gardennotes.example&month=2026-02", "5 rows"),
        ("/archive/articles?section=Soup", "5 rows"),
        ("/archive/urls", "33 rows"),
        ("/archive/urls?state=failed", "1 row"),
        ("/archive/urls?site=nowhere.example", "0 rows"),
    ],
)
def test_kept_counts_tell_how_many_rows_there_are(reader: Reader, path: str, told: str) -> None:
    assert note(reader.page(path)).find(f"{told}.") >= 0


def test_facets_of_articles_come_from_kept_counts_and_narrow_the_list(reader: Reader) -> None:
    page = reader.page("/archive/articles")
    links = {link.text_content(): link.get("href") for link in page.xpath("//div[@class='facet-results']//li/a")}
    assert {"gardennotes.example", "Bread", "Wen Li", "2026-03"} <= set(links)
    for value, n in (("gardennotes.example", 14), ("Bread", 5), ("Wen Li", 7), ("2026-03", 9)):
        parts = urlsplit(links[value])
        narrowed = reader.page(f"{parts.path}?{parts.query}")
        assert len(narrowed.xpath("//table[contains(@class, 'rows-and-columns')]/tbody/tr")) == n, value


def test_chosen_facet_can_be_taken_back(reader: Reader) -> None:
    page = reader.page("/archive/articles?site=gardennotes.example&_sort=id")
    (cross,) = page.xpath("//div[@class='facet-results']//a[@class='cross']/@href")
    left = dict(parse_qsl(urlsplit(cross).query))
    assert "site" not in left and left["_sort"] == "id"
    assert "Bread" not in page.xpath("string(//div[@class='facet-results'])"), "sections of another site"


def test_facets_are_gone_where_counts_are_not_kept(reader: Reader) -> None:
    page = reader.page("/archive/articles?language=en&section=Soil&month=2026-02")
    # 1.0 leaves an empty frame where they would stand.
    assert not page.xpath("//div[@class='facet-results']//*") and "rows." not in note(page)


def test_facets_of_the_ledger(reader: Reader) -> None:
    text = reader.page("/archive/urls?state=archived").xpath("//div[@class='facet-results']")[0].text_content()
    assert "state 5 archived · 29" in " ".join(text.split()), "the other states stay to be chosen"
    assert "gardennotes.example 15" in " ".join(text.split())


def test_articles_of_an_author_are_found_by_the_table_of_bylines(reader: Reader) -> None:
    page = reader.page("/archive/articles?_author=Tom%C3%A1s+Rey")
    assert "with Tomás Rey in the byline" in page.text_content()
    assert len(page.xpath("//td[contains(@class, 'col-title')]")) == 8
    assert "author=Tom%C3%A1s+Rey" in page.xpath("//p[@class='columns-note']/a[contains(@href, '/search')]/@href")[0]
    assert not reader.page("/archive/articles?_author='").xpath("//td[contains(@class, 'col-title')]")


def test_a_facet_that_is_asked_for_is_counted(reader: Reader) -> None:
    page = reader.page("/archive/captures")
    arguments = page.xpath("//p[@class='columns-note']/a[.='outcome']/@href")[0]
    facets = reader.page(f"/archive/captures{arguments}").xpath("//div[@class='facet-results']")[0].text_content()
    assert "outcome" in facets and "article" in facets


def test_page_of_the_database_shows_kept_counts(reader: Reader) -> None:
    assert "30 rows" in reader.page("/archive?_tables=all").text_content()


def test_row_of_a_run_leaves_out_what_no_index_finds(reader: Reader) -> None:
    text = reader.page("/archive/runs/1").text_content()
    assert "from run_id in attempts" in text and "from run_id in articles" not in text
    assert "/run/1" in reader.page("/archive/runs/1").xpath("//p[@class='read-this']/a/@href")


def test_rules_of_a_table_are_asked_once_and_hold(tmp_path: Path) -> None:
    async def ask() -> tuple[list[str], int]:
        datasette = Datasette(config_dir=questioned.shelf.build(tmp_path, articles=2))
        if not hasattr(datasette, "_table_permission_allows"):
            return ["articles"], 403
        asked_for: list[str] = []
        original = datasette._table_permission_allows
        datasette._table_permission_allows = lambda database, table: (
            asked_for.append(table) or original(database, table)
        )
        tables = datasette._metadata_local["databases"]["archive"]["tables"]
        tables["urls"]["allow"] = False
        await datasette.invoke_startup()
        for _ in range(3):
            await datasette.client.get("/archive/articles")
        status = (await datasette.client.get("/archive/urls")).status_code
        return [table for table in asked_for if table == "articles"], status

    assert loop.run(ask()) == (["articles"], 403)


# The parts that need no server


def test_arguments_are_completed_only_where_they_say_nothing() -> None:
    assert completed("urls", "_col=url&_nocount=") == "_col=url&_nocount="
    assert completed("related_links", "x=1") == "x=1&_nocount=1"
    assert completed("hosts", "").count("_col=") == 5 and "_nocount" not in completed("hosts", "")


def test_addresses_of_a_state_come_in_the_order_of_an_index() -> None:
    assert "_sort=site" in completed("urls", "state=failed") and "_sort" not in completed("urls", "site=x")
    assert "_sort=reason" in completed("urls", "state=failed&site=x")
    assert "_sort=site" not in completed("urls", "state=failed&_sort_desc=id")


def test_filters_are_told_from_everything_else() -> None:
    assert filters_of([("site", "x"), ("_sort", "id"), ("_facet_size", "max"), ("_col", "url")]) == {"site": "x"}
    assert filters_of([("site__exact", "x")]) == {"site": "x"}
    for other in ([("_search", "x")], [("site__contains", "x")], [("site", "x"), ("site", "y")], [("_where", "1")]):
        assert filters_of(other) is None


def test_what_was_chosen_stays_when_all_columns_are_asked_for() -> None:
    arguments = dict(parse_qsl(listing("urls", "state=failed&_col=url&_nocount=1&_next=7").all_columns))
    assert arguments["state"] == "failed" and "_next" not in arguments and "_nocount" not in arguments


class Urls:
    def path(self, path: str) -> str:
        return f"/base{path}"


class Server:
    urls = Urls()


def cell(value: object, column: str, table: str | None, **row: object) -> str | None:
    shown = shown_cell({column: value, **row}, value, column, table, Server())
    assert shown is None or isinstance(shown, Markup)
    return None if shown is None else str(shown)


@pytest.mark.parametrize(
    "value, column, table, row, link",
    [
        ("A title", "title", "articles", {"id": 3}, "/base/article/3"),
        ("", "title", "articles", {"id": 3}, "/base/article/3"),
        ("A title", "title", None, {"article_id": 3}, "/base/article/3"),
        (7, "article_id", None, {}, "/base/article/7"),
        ({"value": 7, "label": "A title"}, "target_id", "related_links", {}, "/base/article/7"),
        (9, "capture_id", "attempts", {}, "/base/capture/9"),
        ({"value": 2, "label": "2026-03-30"}, "run_id", "captures", {}, "/base/run/2"),
        ("2026-03-30", "started", "runs", {"id": 2}, "/base/run/2"),
        ("http://a.example/?x=1&y", "url", "urls", {}, "/base/why?url=http%3A%2F%2Fa.example%2F%3Fx%3D1%26y"),
        ("http://a.example/", "url", "captures", {"id": 5}, "/base/capture/5"),
        ("a.example:81", "site", "urls", {}, "/base/site/a.example%3A81"),
        ("Ann/Bo", "author", None, {}, "/base/author/Ann%2FBo"),
        ('["Ann \\u003cb>", "Bo"]', "authors", "articles", {}, "/base/author/Ann%20%3Cb%3E"),
    ],
)
def test_cells_lead_to_our_pages(value: Any, column: str, table: str | None, row: dict[str, Any], link: str) -> None:
    shown = cell(value, column, table, **row)
    assert shown is not None and f'href="{link}"' in shown and "<b>" not in shown


@pytest.mark.parametrize(
    "value, shown",
    [
        ('["paywall", "short"]', "paywall, short"),
        ("[]", "&nbsp;"),
        ('["<b>"]', "&lt;b&gt;"),
        ("{", None),
        ('"x"', None),
        ("[" * 10_000, None),
    ],
)
def test_lists_are_shown_in_words(value: str, shown: str | None) -> None:
    assert cell(value, "flags", "articles") == shown


def test_objects_and_nested_lists_are_shown_in_lines() -> None:
    assert cell('{"title": "h1", "<i>": "x"}', "provenance", "articles") == "title: h1<br>&lt;i&gt;: x"
    assert cell('[["failed", "404", 3]]', "reasons", "runs") == "failed · 404 · 3"
    many = cell(str(list(range(40))), "changed", None)
    assert many is not None and many.endswith("… and 28 more")


@pytest.mark.parametrize("value", ["javascript:alert(1)", "http://", "x", "http://a b/"])
def test_what_is_no_address_of_the_web_is_no_link(value: str) -> None:
    assert cell(value, "url", "urls") is None


def test_addresses_of_a_site_with_few_are_found_by_the_index(tmp_path: Path) -> None:
    folder = shelf.build(tmp_path, articles=6)
    reader = Reader(folder)
    found = reader.get("/archive/urls.json?site=gardennotes.example&_extra=query").json()
    assert len(found["rows"]) == 5
    db = Database(folder / "archive.db")
    query = found["query"]
    assert "idx_urls_state" in str(db.execute(f"EXPLAIN QUERY PLAN {query['sql']}", query["params"]).fetchall()), query
    assert not reader.get("/archive/urls.json?site=nowhere.example").json()["rows"]


def test_rows_of_a_table_that_is_hidden_are_no_labels_in_others(tmp_path: Path) -> None:
    folder = shelf.build(tmp_path, articles=4)
    shown = Reader(folder).get("/archive/related_links?_size=3").text
    metadata = yaml.safe_load((folder / "metadata.yaml").read_text("utf-8"))
    metadata["databases"]["archive"]["tables"]["articles"]["allow"] = {"id": "ida"}
    (folder / "metadata.yaml").write_text(yaml.safe_dump(metadata), "utf-8")
    db = Database(folder / "archive.db")
    db.execute("UPDATE related_links SET title = 'x', blurb = 'x'")
    db.conn.commit()
    hidden = Reader(folder).get("/archive/related_links?_size=3")
    assert "worms" in shown and hidden.status_code == 200 and "worms" not in hidden.text
    labelled = Reader(folder).get("/archive/related_links.json?_size=3&_labels=on&_shape=array").text
    assert "worms" not in labelled and "Bread" not in labelled
