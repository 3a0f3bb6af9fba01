"""Search beyond words: filters, orders, bounds, and the same as JSON, CSV and Atom."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from datasette.app import Datasette
from lxml import etree

from miacrawl.serve import answer
from miacrawl.serve.over_time import timeline
from miacrawl.serve.pages.search_twins import COLUMNS
from miacrawl.serve.queries import search as queries
from miacrawl.serve.state import state_of
from miacrawl.store.connection import open_database
from tests import shelf
from tests.reader import Reader


class Steady(Reader):
    """A reader who stays: one Datasette for all questions, which is a hundred times as fast."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._loop, self._served = asyncio.new_event_loop(), None
        self._thread = ThreadPoolExecutor(1)

    def get(self, path: str, *, signed_in: bool = False, **headers: str) -> Any:
        """The response to `path`, or to an absolute address of this server."""
        return self._thread.submit(self._loop.run_until_complete, self._asked(path, headers)).result()

    def close(self) -> None:
        """Let the loop go."""
        self._thread.submit(self._loop.close).result()
        self._thread.shutdown()

    async def _asked(self, path: str, headers: dict[str, str]) -> Any:
        if self._served is None:
            self._served = Datasette(config_dir=self.folder)
            await self._served.invoke_startup()
        path = path.removeprefix("http://localhost")
        return await self._served.client.get(path, headers={name.replace("_", "-"): headers[name] for name in headers})


ROWS = [shelf.row(number) for number in range(1, 31)]
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Steady]:
    steady = Steady(shelf.build(tmp_path_factory.mktemp("searched")))
    yield steady
    steady.close()


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if thirty articles were a million."""
    for module in (answer, queries):
        monkeypatch.setattr(module, "MAX_FOUND", 8)
    monkeypatch.setattr(queries, "MAX_COMMON", 5)
    monkeypatch.setattr(queries, "MAX_HEADS", 3)
    monkeypatch.setattr(queries, "MAX_UNDER_FILTERS", 12)
    monkeypatch.setattr(queries, "MAX_LOOKED_THROUGH", 26)


def found(reader: Reader, arguments: str) -> dict[str, Any]:
    response = reader.get(f"/search.json?{arguments}")
    assert response.status_code == 200, response.text
    value = response.json()
    assert isinstance(value, dict)
    return value


def ids(answered: dict[str, Any]) -> list[int]:
    return [article["id"] for article in answered["articles"]]


# Filters and orders


@pytest.mark.parametrize("words", ["", "q=week&"])
@pytest.mark.parametrize(
    ("arguments", "fits"),
    [
        ("site=gardennotes.example", lambda row: row["site"] == "gardennotes.example"),
        ("section=Soil", lambda row: row["section"] == "Soil"),
        ("month=2026-02", lambda row: row["month"] == "2026-02"),
        ("author=Ida+Holm", lambda row: "Ida Holm" in row["authors"]),
        ("language=en", lambda row: True),
        ("language=de", lambda row: False),
        ("minutes=2", lambda row: (row["read_minutes"] or 1) <= 2),
        ("minutes=3-5", lambda row: 3 <= (row["read_minutes"] or 1) <= 5),
        ("minutes=6-10", lambda row: (row["read_minutes"] or 1) == 6),
        ("minutes=11", lambda row: False),
        ("from=2026-02-10", lambda row: (row["published"] or "") >= "2026-02-10"),
        ("to=2026-02-10", lambda row: "" < (row["published"] or "") < "2026-02-11"),
        ("from=2026-02-02&to=2026-02-02", lambda row: (row["published"] or "")[:10] == "2026-02-02"),
        (
            "site=kitchenweekly.example&section=Bread&minutes=3-5&language=en&from=2026-01-02",
            lambda row: row["section"] == "Bread" and 3 <= (row["read_minutes"] or 1) <= 5 and row["published"],
        ),
    ],
)
def test_filters_leave_what_fits(reader: Steady, words: str, arguments: str, fits: Any) -> None:
    expected = {row["id"] for row in ROWS if fits(row)}
    answered = found(reader, words + arguments)
    assert answered["total"] == len(expected) and answered["total_is_exact"]
    assert set(ids(answered)) <= expected and len(ids(answered)) == min(20, len(expected))


def test_filters_that_make_no_sense_are_as_usual(reader: Steady) -> None:
    for arguments in ("from=yesterday", "to=2026-13-40", "minutes=7", "minutes=%00", "sort=up", "from=", "language="):
        assert found(reader, arguments)["total"] == 30
    assert found(reader, "to=9999-12-31")["total"] == 29, "all that have a date"


@pytest.mark.parametrize("words", ["", "q=week&"])
def test_oldest_first_is_newest_first_turned_round_and_those_without_date_come_last(reader: Steady, words: str) -> None:
    def all_of(sort: str) -> list[int]:
        return [number for page in (1, 2) for number in ids(found(reader, f"{words}sort={sort}&page={page}"))]

    newest, oldest = all_of("date"), all_of("oldest")
    assert newest[-1] == oldest[-1] == 29
    assert newest[:-1] == oldest[-2::-1] and len(newest) == 30


def test_counts_beside_filters_are_what_choosing_them_gives(reader: Steady) -> None:
    for arguments in ("", "section=Soil", "q=week+-bread&site=gardennotes.example&minutes=3-5", "author=Wen+Li"):
        for name, values in found(reader, arguments)["facets"].items():
            for one in values:
                if not one["chosen"]:
                    toggled = reader.get(one["toggle"]).json()
                    assert toggled["total"] == one["count"], (arguments, name, one)


def test_form_narrows_without_script_and_keeps_the_rest(reader: Steady) -> None:
    page = reader.page("/search?q=week&site=gardennotes.example&sort=oldest&from=2026-01-05&minutes=3-5")
    (form,) = page.xpath("//form[@class='narrow']")
    assert dict(form.form_values()) == {
        **{"q": "week", "site": "gardennotes.example", "sort": "oldest"},
        **{"from": "2026-01-05", "to": "", "language": "", "minutes": "3-5"},
    }
    said = [option.text_content().strip() for option in form.xpath(".//select[@name='minutes']/option")]
    assert said[0] == "any" and "3 to 5 minutes (" in said[2]


def test_address_holds_the_whole_state() -> None:
    given = {
        **{"q": "a b", "site": "x:8", "section": "S/T", "author": "Ä", "month": "2026-01", "language": "pt-BR"},
        **{"minutes": "11", "from": "2026-01-01", "to": "2026-01-31", "sort": "oldest", "page": "3"},
    }
    assert state_of(given).arguments == given
    assert state_of({}).query_string == ""


def test_chart_shows_matches_over_time(reader: Steady) -> None:
    chart = reader.page("/search?q=week").xpath("//aside//figure")[0]
    rows = {" ".join(row.text_content().split()) for row in chart.xpath(".//tbody/tr")}
    assert len(rows) == 3 and any(row.startswith("March 2026") for row in rows)
    assert not reader.page("/search?q=zebra").xpath("//aside//figure")


def test_chart_has_gaps_and_goes_by_years_where_there_are_many_months() -> None:
    bars = timeline([("2026-03", 2), ("2026-01", 1), ("?", 4), ("2026-13", 1)])
    assert bars and bars.labels == ("January 2026", "February 2026", "March 2026")
    assert bars.series[0].values == (1, 0, 2)
    years = timeline([("2026-03", 2), ("2019-01", 1), ("2019-02", 1)])
    assert years and years.labels[0] == "2019" and years.series[0].values[0] == 2 and len(years.labels) == 8
    assert timeline([("2026-03", 2)]) is None and timeline([]) is None


@pytest.mark.parametrize(
    ("typed", "remark"),
    [
        ('"worms', "no partner"),
        ("worms OR", "nothing on one of its sides"),
        ("-worms", "nothing to leave words out of"),
    ],
)
def test_what_is_made_of_strange_words_is_said(reader: Steady, typed: str, remark: str) -> None:
    assert remark in reader.text(f"/search?q={quote(typed)}")
    answered = found(reader, f"q={quote(typed)}")
    assert answered["total"] == 2 and remark in answered["remarks"][0] and answered["understood"] == '"worms"'


# More than can be listed


@pytest.mark.usefixtures("small_bounds")
def test_common_words_are_found_in_titles_first_and_that_is_said(reader: Steady) -> None:
    answered = found(reader, "q=a")
    assert answered["total"] == 8 and not answered["total_is_exact"] and answered["listed"] <= 8
    assert "too many to rank" in answered["remarks"][0]
    heads = [number for number in range(30, 0, -1) if " a " in f" {ROWS[number - 1]['title']} "]
    assert set(ids(answered)[:3]) == set(heads[:3])
    page = reader.text("/search?q=a")
    assert "More than 8 articles" in page and "too many to rank" in page


@pytest.mark.usefixtures("small_bounds")
def test_titles_need_not_have_words_that_every_article_has(reader: Steady, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "EVERYWHERE", 0.9)
    monkeypatch.setattr(queries, "_SAMPLE", 30)
    answered = found(reader, "q=week+the+a")
    assert "too many to rank" in answered["remarks"][0]
    first = ROWS[ids(answered)[0] - 1]
    assert {"week", "the", "a"} <= set(re.findall(r"\w+", " ".join(map(str, first.values())).lower()))
    assert len(set(ids(answered))) == len(ids(answered))


@pytest.mark.usefixtures("small_bounds")
@pytest.mark.parametrize("order", ["date", "oldest"])
def test_common_words_by_date_are_the_newest_or_the_oldest(reader: Steady, order: str) -> None:
    dated = sorted((row for row in ROWS if row["published"]), key=lambda row: (row["published"], row["id"]))
    expected = [row["id"] for row in (dated if order == "oldest" else dated[::-1])]
    answered = found(reader, f"q=week&sort={order}")
    assert set(ids(answered)) <= set(expected[:12]) and not answered["total_is_exact"]
    assert "were looked" not in answered["remarks"][0] and "too many to look through" in answered["remarks"][0]


@pytest.mark.usefixtures("small_bounds")
def test_common_words_under_a_narrow_filter_are_all_found(reader: Steady) -> None:
    answered = found(reader, "q=week&section=Soil")
    expected = {row["id"] for row in ROWS if row["section"] == "Soil"}
    assert set(ids(answered)) == expected and answered["total"] == len(expected) == 5
    assert answered["total_is_exact"] and not answered["remarks"]


@pytest.mark.usefixtures("small_bounds")
def test_common_beginnings_are_listed_newest_first(reader: Steady) -> None:
    answered = found(reader, "q=wee*")
    assert answered["listed"] == 5 and not answered["total_is_exact"]
    assert set(ids(answered)) == {30, 29, 28, 27, 26}
    assert found(reader, "q=worm*")["total"] == 2
    assert set(ids(found(reader, "q=the+worm*"))) == set(ids(found(reader, "q=worm*+-zebra+%22the+fir%22*"))) == {1, 16}


@pytest.mark.usefixtures("small_bounds")
def test_words_that_are_everywhere_do_not_hide_the_rare_one(reader: Steady) -> None:
    answered = found(reader, "q=the+worms")
    assert set(ids(answered)) == {1, 16} and answered["total_is_exact"]


@pytest.mark.usefixtures("small_bounds")
def test_more_articles_under_filters_than_are_listed_are_counted_all_the_same(reader: Steady) -> None:
    answered = found(reader, "language=en")
    assert answered["total"] == 30 and answered["total_is_exact"] and answered["listed"] == 8
    assert "are listed" in answered["remarks"][0]
    spanned = found(reader, "from=2026-01-01")
    assert spanned["total"] == 8 and not spanned["total_is_exact"]


@pytest.mark.parametrize("arguments", ["", "q=week", "site=gardennotes.example", "language=en"])
def test_no_page_is_too_deep_to_be_asked_for(reader: Steady, arguments: str) -> None:
    for page in (2, 3, 250, 251, 99_999_999):
        assert reader.get(f"/search?{arguments}&page={page}").status_code == 200
        assert found(reader, f"{arguments}&page={page}")["next"] is None


def test_every_query_that_looks_at_articles_is_answered_from_an_index(reader: Steady) -> None:
    db = open_database(Path(reader.folder) / "archive.db")
    for arguments in ({}, {"site": "x"}, {"section": "x"}, {"author": "x"}, {"month": "2026-01"}, {"sort": "oldest"}):
        state = state_of(arguments)
        way = queries._way(state, queries.Ways(9, dict.fromkeys(state.filters, 1)))
        plan = db.execute(f"EXPLAIN QUERY PLAN {way.ordered('a.id', state, 20)}", way.parameters).fetchall()
        steps = [step[3] for step in plan if " a" in step[3]]
        assert steps and all("COVERING INDEX" in step for step in steps), (arguments, plan)
        assert not any("TEMP B-TREE" in step[3] for step in plan), (arguments, plan)
    db.conn.close()


# JSON


def test_json_has_what_the_page_has(reader: Steady) -> None:
    answered = found(reader, "q=week")
    assert answered["asked"] == {"q": "week"} and answered["total"] == 30 and answered["pages"] == 2
    on_page = reader.page("/search?q=week").xpath("//article//h3/a/@href")
    assert [urlsplit(article["archived_url"]).path for article in answered["articles"]] == on_page
    assert all(article["archived_url"].startswith("http://localhost/") for article in answered["articles"])
    second = reader.get(answered["next"]).json()
    assert second["next"] is None and len(second["articles"]) == 10
    assert reader.get(second["previous"]).json()["articles"] == answered["articles"]


def test_json_says_where_the_words_stand_without_markup(reader: Steady) -> None:
    (first, *_) = found(reader, "q=worms")["articles"]
    for name, places in first["found"].items():
        for start, end in places:
            assert first[name][start:end].lower() == "worms"
    assert set(first["found"]) >= {"title", "blurb"} and "\x02" not in json.dumps(first)


def test_json_of_an_archive_that_is_not_there_is_json(tmp_path: Path) -> None:
    shelf.write_configuration(tmp_path)
    response = Reader(tmp_path).get("/search.json")
    assert response.status_code == 503 and "no archive" in response.json()["error"] and not response.json()["ok"]
    for form in ("csv", "atom"):
        assert "miacrawl crawl" in Reader(tmp_path).text(f"/search.{form}", 503)


# CSV


def table(reader: Reader, arguments: str) -> list[dict[str, str]]:
    response = reader.get(f"/search.csv?{arguments}")
    assert response.status_code == 200 and response.headers["content-type"].startswith("text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(response.text)))


def test_csv_holds_all_pages_in_the_order_of_the_page(reader: Steady, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("miacrawl.serve.pages.search_twins._BATCH", 7)
    for arguments in ("q=week&sort=date", "sort=date"):
        rows = table(reader, f"{arguments}&page=2")
        assert list(rows[0]) == list(COLUMNS)
        expected = [number for page in (1, 2) for number in ids(found(reader, f"{arguments}&page={page}"))]
        assert [int(row["id"]) for row in rows] == expected and len(rows) == 30
    bread = next(row for row in rows if row["id"] == "1")
    assert bread["authors"] == "Tomás Rey; Ida Holm" and bread["archived_url"] == "http://localhost/article/1"


def test_csv_runs_no_formula(tmp_path: Path) -> None:
    shelf.build(tmp_path, articles=2)
    db = open_database(tmp_path / "archive.db")
    with db.conn:
        changes = {"title": "=1+1", "blurb": " @SUM(A1)", "authors": '["A", "-cmd"]', "section": "+x", "url": "\t=x"}
        db.table("articles").update(1, changes)
    db.conn.close()
    row = next(row for row in table(Reader(tmp_path), "") if row["id"] == "1")
    assert row["title"] == "'=1+1" and row["blurb"] == "' @SUM(A1)" and row["section"] == "'+x"
    assert row["authors"] == "A; '-cmd" and row["url"].startswith("'\t")


# Atom


@pytest.fixture(scope="module")
def feed(reader: Steady) -> Iterator[etree._Element]:
    response = reader.get("/search.atom?q=week")
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    yield etree.fromstring(response.content)


def one(node: etree._Element, path: str) -> str:
    """The text at `path`, which must be there once."""
    (value,) = node.xpath(path, namespaces=ATOM)
    return str(value)


def test_feed_has_what_rfc_4287_asks_for(feed: etree._Element) -> None:
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    entries = feed.xpath("a:entry", namespaces=ATOM)
    assert len(entries) == 20
    for node in (feed, *entries):
        assert urlsplit(one(node, "a:id/text()")).scheme in ("http", "urn")
        assert one(node, "a:title/text()")
        assert datetime.fromisoformat(one(node, "a:updated/text()")).tzinfo
        assert one(node, "a:link[@rel='alternate']/@href").startswith("http://localhost/")
    for entry in entries:
        assert one(entry, "a:summary/text()")
        for published in entry.xpath("a:published/text()", namespaces=ATOM):
            assert datetime.fromisoformat(published).tzinfo
        assert one(entry, "a:link[@rel='via']/@href").startswith("https://")
    names = [one(entry, "a:id/text()") for entry in entries]
    assert len(set(names)) == 20 and all(name.startswith("urn:uuid:") for name in names)
    assert one(feed, "a:author/a:name/text()") == "Article archive"
    assert one(feed, "a:link[@rel='self']/@href") == one(feed, "a:id/text()") == "http://localhost/search.atom?q=week"


def test_feed_is_newest_first_and_goes_on(reader: Steady, feed: etree._Element) -> None:
    dates = feed.xpath("a:entry/a:published/text()", namespaces=ATOM)
    assert dates == sorted(dates, reverse=True)
    following = etree.fromstring(reader.get(one(feed, "a:link[@rel='next']/@href")).content)
    both = feed.xpath("a:entry/a:id/text()", namespaces=ATOM) + following.xpath("a:entry/a:id/text()", namespaces=ATOM)
    assert len(set(both)) == 30
    assert one(following, "a:id/text()") == one(feed, "a:id/text()"), "pages of one feed"


def test_entries_keep_their_ids_whatever_changes(tmp_path: Path) -> None:
    def entry() -> tuple[str, str, str]:
        root = etree.fromstring(Reader(tmp_path).get("/search.atom?section=Seeds").content)
        return tuple(one(root, f"a:entry/a:{name}/text()") for name in ("id", "title", "updated"))  # type: ignore[return-value]

    shelf.build(tmp_path, articles=2)
    before = entry()
    db = open_database(tmp_path / "archive.db")
    with db.conn:
        db.table("articles").update(1, {"title": "Other\x0b words <b>", "changed_at": "2026-04-01T00:00:00+00:00"})
    db.conn.close()
    assert entry() == (before[0], "Other words <b>", "2026-04-01T00:00:00Z")


def test_feed_that_has_not_changed_is_not_sent_again(reader: Steady) -> None:
    first = reader.get("/search.atom")
    second = reader.get("/search.atom", if_none_match=first.headers["etag"])
    assert first.status_code == 200 and first.headers["last-modified"] == "Mon, 30 Mar 2026 08:01:00 GMT"
    assert second.status_code == 304 and not second.content


def test_page_leads_to_its_twins_and_to_feeds_of_site_and_section(reader: Steady) -> None:
    page = reader.page("/search?q=week&site=gardennotes.example&section=Soil&sort=oldest")
    links = page.xpath("//p[@class='twins']/a/@href")
    assert links == [
        "/search.json?q=week&site=gardennotes.example&section=Soil&sort=oldest",
        "/search.csv?q=week&site=gardennotes.example&section=Soil&sort=oldest",
        "/search.atom?q=week&site=gardennotes.example&section=Soil",
        "/search.atom?site=gardennotes.example",
        "/search.atom?site=gardennotes.example&section=Soil",
    ]
    assert page.xpath("//link[@rel='alternate']/@href") == links
    for link in links:
        assert reader.get(link).status_code == 200


@pytest.mark.parametrize("form", ["json", "csv", "atom"])
def test_twins_answer_whatever_is_typed(reader: Steady, form: str) -> None:
    for typed in ('"sun', "", "a b* c", '"a b"* OR -c', "x" * 10_000, "title:", "\x00", "<b>", "\u2028", "a OR (b"):
        response = reader.get(f"/search.{form}?q={quote(typed)}&section={quote(typed)}&page=7")
        assert response.status_code == 200
        if form == "atom":
            etree.fromstring(response.content)


@pytest.mark.parametrize("form", ["json", "csv", "atom"])
def test_twins_are_for_those_who_may_read_articles(tmp_path: Path, form: str) -> None:
    shelf.build(tmp_path, articles=2)
    path = tmp_path / "metadata.yaml"
    path.write_text(path.read_text("utf-8").replace("plugins:", "allow: {id: ida}\nplugins:", 1), "utf-8")
    refused = Reader(tmp_path).get(f"/search.{form}?q=worms")
    assert refused.status_code == 403 and "compost" not in refused.text
    assert Reader(tmp_path).get(f"/search.{form}?q=worms", signed_in=True).status_code == 200
