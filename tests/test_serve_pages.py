"""The archive's pages as Datasette answers them: content, states, permissions, trouble."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml
from sqlite_utils import Database

from miacrawl.serve.configuration import write_configuration
from miacrawl.store.connection import open_database
from tests import shelf
from tests.reader import Reader
from tests.steady_reader import SteadyReader


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of thirty articles, in a path with a space."""
    return shelf.build(tmp_path_factory.mktemp("served") / "my archive")


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    return SteadyReader(folder)


OURS = ["/", "/search", "/search?q=worms", "/article/1", "/article/4"]
CORE = [f"/archive{path}" for path in ("?_tables=all", "/articles", "/articles/1", "/urls", "/most_recommended")]


# Front page


def test_front_page_shows_newest_articles_with_blurb_section_date_and_read_time(reader: Reader) -> None:
    cards = reader.page("/").xpath("//article[contains(@class, 'card')]")
    assert len(cards) == 24
    newest = " ".join(cards[0].text_content().split())
    expected = shelf.row(26)
    for part in (expected["title"], expected["blurb"], expected["section"], "27 March 2026", "3 min read"):
        assert part in newest
    assert cards[0].xpath(".//a/@href") == ["/article/26"]


def test_front_page_counts_articles_sites_span_and_last_run(reader: Reader) -> None:
    text = reader.text("/")
    assert "Articles 30" in text and "Sites 2" in text
    assert "3 January 2026 to 27 March 2026" in text
    assert "30 March 2026, 08:02 UTC" in text and "30 new" in text


def test_front_page_leads_through_all_articles_once(reader: Reader) -> None:
    seen, path = [], "/"
    while path:
        page = reader.page(path)
        seen += page.xpath("//article[contains(@class, 'card')]//a/@href")
        path = next(iter(page.xpath("//a[@rel='next']/@href")), "")
    assert len(seen) == len(set(seen)) == 30
    assert seen[-1] == "/article/29", "the one without a date comes last"


@pytest.mark.parametrize("place", ["x", "_", "2026_", "2026-01-01_9999999999999999999999", "'_1", "%00_1"])
def test_strange_places_in_the_list_are_taken_as_none(reader: Reader, place: str) -> None:
    assert "Newest articles" in reader.text(f"/?older={place}")


def test_end_of_the_list_says_so(reader: Reader) -> None:
    assert "No older articles" in reader.text("/?older=_1")


# Search


def test_search_ranks_titles_above_texts(reader: Reader) -> None:
    links = reader.page("/search?q=rye").xpath("//article[contains(@class, 'card')]//a/@href")
    assert links[0] in ("/article/14", "/article/29")


def test_search_marks_the_words_it_found(reader: Reader) -> None:
    card = reader.page("/search?q=worms").xpath("//article[contains(@class, 'card')]")[0]
    assert {mark.text_content().lower() for mark in card.xpath(".//mark")} == {"worms"}


@pytest.mark.parametrize("typed", ["covid-19", "COVID 19", '"covid-19"', "covid*"])
def test_search_finds_hyphenated_words(reader: Reader, typed: str) -> None:
    assert "taught our allotment" in reader.page(f"/search?q={quote(typed)}").text_content().replace("\n", " ")


@pytest.mark.parametrize(
    "typed", ['"sun', "*", "", "x" * 10_000, "word " * 2000, "NEAR(", "a AND", "title:", "'; DROP", "\x00", "%", "<b>"]
)
def test_search_answers_whatever_is_typed(reader: Reader, typed: str) -> None:
    assert reader.text(f"/search?q={quote(typed)}")


@pytest.mark.parametrize(
    "arguments", ["page=0", "page=-1", "page=x", "page=99999999999", "page=%00", "sort=x", "page=²"]
)
def test_arguments_that_make_no_sense_are_as_usual(reader: Reader, arguments: str) -> None:
    assert reader.text(f"/search?{arguments}")


def test_filters_narrow_and_count(reader: Reader) -> None:
    text = reader.text("/search?site=gardennotes.example&author=Ida+Holm")
    expected = [
        number
        for number in range(1, 31)
        if shelf.row(number)["site"] == "gardennotes.example" and "Ida Holm" in shelf.row(number)["authors"]
    ]
    assert f"{len(expected)} articles" in text


def test_filter_counts_are_what_choosing_them_gives(reader: Reader) -> None:
    page = reader.page("/search?q=bread")
    for link in page.xpath("//aside//li/a"):
        count = link.xpath(".//span[@class='n']")[0].text_content()
        line = reader.page(link.get("href")).xpath("//h2[@id='results']")[0].text_content().strip()
        assert line.split()[0] == count, link.get("href")


def test_chosen_filter_can_be_taken_back(reader: Reader) -> None:
    page = reader.page("/search?q=bread&month=2026-03&sort=date")
    (removal,) = page.xpath("//ul[@class='active']//a/@href")
    assert "month" not in removal and "q=bread" in removal and "sort=date" in removal


def test_form_keeps_filters_and_order(reader: Reader) -> None:
    form = reader.page("/search?q=bread&site=kitchenweekly.example&sort=date").xpath("//form[@role='search']")[0]
    assert dict(form.form_values()) == {"q": "bread", "site": "kitchenweekly.example", "sort": "date"}


def test_order_by_date(reader: Reader) -> None:
    dates = reader.page("/search?q=week&sort=date").xpath("//article//time/@datetime")
    assert dates == sorted(dates, reverse=True) and len(dates) > 5


def test_pages_of_results_hold_everything_once(reader: Reader) -> None:
    first, second = reader.page("/search?q=week"), reader.page("/search?q=week&page=2")
    links = [page.xpath("//article//h3/a/@href") for page in (first, second)]
    assert len(links[0]) == 20 and len(links[1]) == 10 and not set(links[0]) & set(links[1])
    assert "page=2" in first.xpath("//a[@rel='next']/@href")[0]


def test_nothing_found_says_what_to_try(reader: Reader) -> None:
    page = reader.page("/search?q=zebra+worms&site=gardennotes.example")
    hrefs = page.xpath("//main//div[@class='notice']//a/@href")
    assert "/search?q=zebra+OR+worms&site=gardennotes.example" in hrefs and "/search?q=zebra+worms" in hrefs
    assert "/archive/why_is_it_missing" in hrefs


def test_page_beyond_the_last_leads_back(reader: Reader) -> None:
    assert "Back to the first" in reader.text("/search?q=week&page=9")


# Article


def test_article_shows_its_fields(reader: Reader) -> None:
    text = reader.text("/article/5")
    for part in ("Sharpening a spade", "A blunt spade", "Tomás Rey", "2 min read", "Garden Notes", "short"):
        assert part in text
    assert "6 March 2026, 09:30 UTC" in text


def test_estimated_read_time_is_told_from_the_stated_one(reader: Reader) -> None:
    stated, silent = reader.page("/article/5"), reader.page("/article/4")
    assert "(estimated)" not in stated.xpath("//header/p[@class='byline']")[0].text_content()
    assert "about 1 min (estimated)" in silent.xpath("//header/p[@class='byline']")[0].text_content()
    assert "the page states none" in silent.xpath("//dl[@class='facts']")[0].text_content()


def test_blurb_from_metadata_says_so(reader: Reader) -> None:
    assert "comes from the page's metadata" in reader.text("/article/6")
    assert "comes from the page's metadata" not in reader.text("/article/5")


def test_related_links_prefer_the_archived_copy(reader: Reader) -> None:
    first, second, third = reader.page("/article/1").xpath("//section[@class='related']//li")
    assert first.xpath(".//p[@class='headline']/a/@href") == ["/article/3"]
    assert shelf.row(3)["url"] in first.xpath(".//a/@href")
    assert third.xpath(".//p[@class='headline']/a/@href")[0].startswith("https://")
    assert "Not archived" in third.text_content() and "Not archived" not in second.text_content()
    assert "Eleven gardens" in third.text_content()


def test_article_links_to_original_and_to_its_row(reader: Reader) -> None:
    links = {
        link.get("href"): link
        for link in reader.page("/article/1").xpath("//nav[@class='views']//a | //p[@class='actions']/a")
    }
    assert set(links[shelf.row(1)["url"]].get("rel").split()) >= {"noreferrer", "noopener"}
    assert "/archive/articles/1" in links


def test_article_says_where_each_value_came_from(reader: Reader) -> None:
    details = reader.page("/article/1").xpath("//details")[0].text_content()
    assert "heuristic:h1" in details and "Where each value came from" in details


def test_article_shows_what_other_sources_say_instead(reader: Reader) -> None:
    table = reader.page("/article/5").xpath("//details//table")[0]
    rows = {" ".join(" ".join(row.itertext()).split()) for row in table.xpath(".//tr")}
    assert "title elsewhere How to sharpen a spade meta:og:title" in rows
    assert "modified nothing was taken" in rows
    assert "other sources" in table.xpath("./caption")[0].text_content()
    assert "elsewhere" not in reader.page("/article/6").xpath("//details")[0].text_content()


def test_question_where_sources_disagree_sets_both_values_side_by_side(reader: Reader) -> None:
    text = " ".join(reader.page("/archive/where_sources_disagree?field=title").text_content().split())
    assert "Sharpening a spade in ten minutes" in text and "How to sharpen a spade" in text
    assert "Garden Desk" not in text and "Garden Desk" in reader.get("/archive/where_sources_disagree?field=").text


def test_article_shows_how_sure_its_values_are(reader: Reader) -> None:
    table = reader.page("/article/5").xpath("//details//table")[0]
    rows = {" ".join(" ".join(row.itertext()).split()) for row in table.xpath(".//tr")}
    assert {"title heuristic:h1 0.65", "blurb site:standfirst"} <= rows


@pytest.mark.parametrize("arguments, found", [("", 2), ("field=authors", 1), ("at_most=0.5", 1), ("at_most=0.1", 0)])
def test_question_for_the_least_certain_values(reader: Reader, arguments: str, found: int) -> None:
    given = {"field": "", "at_most": "", **dict(pair.split("=") for pair in arguments.split("&") if pair)}
    query = "&".join(f"{name}={value}" for name, value in given.items())
    assert len(reader.page(f"/archive/least_certain?{query}").xpath("//table//tbody/tr")) == found


def test_archive_from_before_evidence_is_read_all_the_same(tmp_path: Path) -> None:
    folder = shelf.build(tmp_path / "older", articles=2)
    db = Database(folder / "archive.db")
    db.execute("DROP TABLE evidence")
    db.execute("DROP TABLE confidence")
    db.conn.close()
    assert "heuristic:h1" in Reader(folder).text("/article/1")


@pytest.mark.parametrize("number", ["999", "0", "abc", "-1", "1.5", "9" * 40, "%00", "1%2F2"])
def test_unknown_article_is_a_helpful_404(reader: Reader, number: str) -> None:
    response = reader.get(f"/article/{number}")
    assert response.status_code == 404
    assert number == "1%2F2" or "No such article" in response.text


# Datasette's own pages


def test_list_of_articles_has_no_bodies_but_can_have(reader: Reader) -> None:
    page = reader.page("/archive/articles")
    columns = page.xpath("//th/@data-column")
    assert "title" in columns and "body" not in columns and "body_html" not in columns
    everything = page.xpath("//p[@class='columns-note']/a[.='show all columns']/@href")[0]
    assert "body_html" in reader.page(f"/archive/articles{everything}").xpath("//th/@data-column")


def test_hiding_a_column_keeps_the_others(reader: Reader) -> None:
    columns = reader.page("/archive/articles?_nocol=blurb").xpath("//th/@data-column")
    assert "blurb" not in columns and "title" in columns and "body" not in columns


def test_json_of_the_list_has_every_column(reader: Reader) -> None:
    (row,) = reader.get("/archive/articles.json?_shape=array&_size=1").json()
    assert row["body"] and row["provenance"]


def test_facets_on_site_section_author_and_month(reader: Reader) -> None:
    page = reader.page("/archive/articles")
    names = {" ".join(name.text_content().split()[:1]) for name in page.xpath("//p[@class='facet-info-name']")}
    assert names == {"site", "section", "authors", "month"}
    assert "Tomás Rey" in page.xpath("//div[contains(@class, 'facet-results')]")[0].text_content()


def test_titles_in_tables_and_rows_lead_to_the_article(reader: Reader) -> None:
    assert "/article/26" in reader.page("/archive/articles").xpath("//td[contains(@class, 'col-title')]/a/@href")
    assert "/article/1" in reader.page("/archive/articles/1").xpath("//p[@class='read-this']/a/@href")


def test_addresses_in_tables_say_nothing_of_where_they_come_from(reader: Reader) -> None:
    for path in CORE:
        for link in reader.page(path).xpath("//td//a[starts-with(@href, 'http')]"):
            assert "noreferrer" in link.get("rel", ""), path


def test_tables_are_described(reader: Reader) -> None:
    page = reader.page("/archive/urls").text_content()
    assert "what became of it" in page and "How discovered: start, sitemap" in page


@pytest.mark.parametrize("path", [*OURS, *CORE, "/article/999", "/-/plugins"])
def test_every_page_has_the_headers_that_hold_crawled_text(reader: Reader, path: str) -> None:
    headers = reader.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors" in headers["content-security-policy"]


@pytest.mark.parametrize("path", [*OURS, "/article/999"])
def test_our_pages_carry_no_script_in_the_page_and_forbid_it(reader: Reader, path: str) -> None:
    response = reader.get(path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy and "unsafe" not in policy
    of_ours = re.compile(r'<script src="[\w/.-]*/-/static-plugins/miacrawl/[\w.-]+\?\w+" defer></script>')
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", of_ours.sub("", response.text))


def test_menu_of_datasettes_pages_leads_back(reader: Reader) -> None:
    links = reader.page("/archive?_tables=all").xpath("//div[@class='nav-menu-inner']//a/@href")
    assert "/" in links and "/search" in links


@pytest.mark.parametrize("path", OURS)
def test_base_url_is_in_every_link(folder: Path, path: str) -> None:
    page = Reader(folder, settings={"base_url": "/health/"}).page(path)
    for address in page.xpath("//a/@href | //link/@href | //form/@action"):
        assert address.startswith(("/health/", "http", "#")), address


def test_base_url_keeps_the_list_short(folder: Path) -> None:
    page = Reader(folder, settings={"base_url": "/health/"}).page("/archive/articles")
    assert "body" not in page.xpath("//th/@data-column")


def test_title_of_the_metadata_is_the_archives_name(tmp_path: Path) -> None:
    shelf.build(tmp_path, articles=2)
    path = tmp_path / "metadata.yaml"
    path.write_text(path.read_text("utf-8").replace("title: Article archive", "title: Beans & <b>"), "utf-8")
    assert Reader(tmp_path).page("/").xpath("//h1")[0].text_content() == "Beans & <b>"


# Permissions


def _allow(folder: Path, **rules: object) -> Reader:
    """A reader of `folder` whose metadata has `rules`: at the top, on the database, or on tables."""
    path = folder / "metadata.yaml"
    metadata = yaml.safe_load(path.read_text("utf-8"))
    database = metadata["databases"]["archive"]
    if "instance" in rules:
        metadata["allow"] = rules["instance"]
    if "database" in rules:
        database["allow"] = rules["database"]
    for table in rules.keys() & database["tables"].keys():
        database["tables"][table]["allow"] = rules[table]
    path.write_text(yaml.safe_dump(metadata), "utf-8")
    return Reader(folder)


@pytest.mark.parametrize("place", ["instance", "database", "articles"])
@pytest.mark.parametrize("path", OURS)
def test_nobody_reads_what_permissions_forbid(tmp_path: Path, place: str, path: str) -> None:
    reader = _allow(shelf.build(tmp_path, articles=4), **{place: {"id": "ida"}})
    refused = reader.get(path)
    assert refused.status_code == 403 and "worms" not in refused.text.replace("q=worms", "")
    assert reader.get(path, signed_in=True).status_code == 200


def test_related_links_and_runs_are_hidden_where_forbidden(tmp_path: Path) -> None:
    reader = _allow(shelf.build(tmp_path, articles=4), related_links=False, runs=False)
    assert "Read next" not in reader.text("/article/1")
    assert "Last run" not in reader.text("/") and "Related links" not in reader.text("/")


# Trouble


def test_missing_database_says_how_to_make_one_and_is_found_when_made(tmp_path: Path) -> None:
    write_configuration(tmp_path)
    reader = Reader(tmp_path)
    for path in OURS:
        assert "miacrawl crawl" in reader.text(path, 503)
    shelf.build(tmp_path, articles=3)
    assert "Articles 3" in reader.text("/")


def test_empty_archive_says_how_to_fill_it(tmp_path: Path) -> None:
    write_configuration(tmp_path)
    open_database(tmp_path / "archive.db").conn.close()
    reader = Reader(tmp_path)
    assert "Nothing is archived yet" in reader.text("/")
    assert "Nothing found" in reader.text("/search") and "Nothing found" in reader.text("/search?q=x")


def _database(folder: Path, change: str) -> Reader:
    shelf.build(folder, articles=3)
    db = sqlite3.connect(folder / "archive.db")
    db.executescript(change)
    db.close()
    return Reader(folder)


def test_archive_without_what_a_page_needs_says_which_version(tmp_path: Path) -> None:
    reader = _database(tmp_path, "ALTER TABLE articles RENAME COLUMN blurb TO standfirst")
    assert "another version of miacrawl" in reader.text("/", 503)
    assert "miacrawl init" in reader.text("/", 503)


def test_database_that_is_no_archive_at_all(tmp_path: Path) -> None:
    write_configuration(tmp_path)
    Database(tmp_path / "archive.db")["other"].insert({"x": 1})
    for path in OURS:
        assert "no such table" in Reader(tmp_path).text(path, 503)


def test_newer_archive_with_more_columns_reads_as_ever(tmp_path: Path) -> None:
    reader = _database(tmp_path, "ALTER TABLE articles ADD COLUMN mood TEXT; CREATE TABLE moods (id INTEGER)")
    for path in [*OURS[:3], "/article/1", "/archive/articles"]:
        assert reader.get(path).status_code == 200


def test_values_of_strange_kinds_are_shown(tmp_path: Path) -> None:
    reader = _database(
        tmp_path,
        "UPDATE articles SET authors = '{', flags = 'x', provenance = '[1]', published = 'soon', month = '?', "
        "title = NULL, url = 'javascript:x', read_minutes = 'two', language = '\"><b>' WHERE id = 1",
    )
    assert "Untitled article" in reader.text("/article/1")
    assert not reader.page("/article/1").xpath("//a[starts-with(@href, 'javascript')]")
    for path in ("/", "/search", "/search?q=mistake", "/archive/articles/1"):
        assert reader.get(path).status_code == 200


def test_archive_that_is_being_written_is_read(tmp_path: Path) -> None:
    shelf.build(tmp_path, articles=3)
    writer = sqlite3.connect(tmp_path / "archive.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE articles SET title = 'not yet'")
    text = Reader(tmp_path).text("/")
    writer.execute("ROLLBACK")
    writer.close()
    assert "worms" in text and "not yet" not in text


def test_another_datasette_keeps_its_own_front_page(tmp_path: Path) -> None:
    Database(tmp_path / "other.db")["things"].insert({"x": 1})
    reader = Reader(tmp_path)
    assert "things" in reader.get("/").text and reader.get("/search").status_code == 404
    assert "content-security-policy" not in reader.get("/").headers


def test_archive_without_configuration_has_the_same_pages(tmp_path: Path) -> None:
    shelf.build(tmp_path, articles=3)
    (tmp_path / "metadata.yaml").unlink()
    (tmp_path / "datasette.yaml").unlink()
    assert "Articles 3" in Reader(tmp_path).text("/")
