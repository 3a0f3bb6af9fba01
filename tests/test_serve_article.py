"""The article page: what it says of the text, the copy and the original, how to cite it, and where else to look."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from miacrawl.extract.flags import FLAGS
from miacrawl.serve import access
from miacrawl.serve.body import safe_body
from miacrawl.serve.language import direction
from miacrawl.serve.said import directives_in_words, flags_in_words, places_in_words
from miacrawl.store.citations import cited
from miacrawl.store.connection import open_database
from tests import loop, shelf, versioned
from tests.reader import Reader
from tests.steady_reader import SteadyReader


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return versioned.build(tmp_path_factory.mktemp("served") / "archive")


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    return SteadyReader(folder)


def forbidding(tmp_path: Path, *tables: str) -> Reader:
    """A reader of an archive in which nobody may see these tables."""
    folder = versioned.build(tmp_path / "archive")
    path = folder / "metadata.yaml"
    metadata = yaml.safe_load(path.read_text("utf-8"))
    for table in tables:
        metadata["databases"]["archive"]["tables"][table]["allow"] = False
    path.write_text(yaml.safe_dump(metadata), "utf-8")
    return SteadyReader(folder)


def views(page: html.HtmlElement) -> dict[str, str]:
    links = page.xpath("//nav[@class='views']//a")
    return {" ".join(link.text_content().split()): link.get("href") for link in links}


# Where to look


def test_strip_leads_to_every_view_of_the_article(reader: Reader) -> None:
    assert views(reader.page("/article/1")) == {
        "Read": "/article/1",
        "Versions (3)": "/article/1/versions",
        "Capture": "/capture/3",
        "Related": "/article/1/related",
        "Original ↗": shelf.row(1)["url"],
    }
    assert views(reader.page("/article/1?version=1"))["Capture"] == "/capture/1"
    assert "Capture" not in views(reader.page("/article/2")), "it has none"


def test_authors_and_site_have_pages_and_the_section_a_search(reader: Reader) -> None:
    links = reader.page("/article/1").xpath("//article[@class='text']/header//a/@href")
    assert {"/site/gardennotes.example", "/author/Ida%20Holm", "/search?section=Seeds"} <= set(links)
    assert "/author/Tomás Rey" in map(unquote, links)


def test_both_read_times_are_told_and_told_apart(reader: Reader) -> None:
    (byline,) = reader.page("/article/5").xpath("//header/p[@class='byline']")
    assert "2 min read (about 1 by our count)" in " ".join(byline.text_content().split())


# What a reader should know


def test_flags_are_explained_in_words(reader: Reader) -> None:
    (flags,) = reader.page("/article/1").xpath("//ul[@class='known']")
    items = [" ".join(item.text_content().split()) for item in flags.xpath("./li")]
    assert items == [f"paywall {FLAGS['paywall']}.", "strange"]


def test_page_that_is_gone_says_since_when(reader: Reader) -> None:
    assert "Its address says since 2 April 2026 that it is no longer there" in reader.text("/article/1")
    assert "no longer there" not in reader.text("/article/2")


def test_same_text_elsewhere_is_told_in_both_directions(reader: Reader) -> None:
    (twins,) = reader.page("/article/1").xpath("//div[@class='twins']")
    text = " ".join(twins.text_content().split())
    assert "The same text, or nearly, also at" in text and "the same text" in text and "82 % in common" in text
    assert twins.xpath(".//a/@href") == ["/article/3", "/article/5"], "the same before what is near"
    assert reader.page("/article/5").xpath("//div[@class='twins']//a/@href") == ["/article/1"]
    assert not reader.page("/article/2").xpath("//div[@class='twins']")


def test_directives_are_told_in_words_with_their_places(reader: Reader) -> None:
    page = reader.page("/article/1")
    (said,) = page.xpath("//ul[@class='said']")
    text = " ".join(said.text_content().split())
    assert "noarchive: search engines are asked to offer no copy of it" in text
    assert "max-snippet:50: search engines are asked to quote at most 50 characters of it" in text
    assert "rights to text and data mining are reserved" in text
    assert said.xpath(".//a/@href") == ["https://gardennotes.example/terms"]
    assert "Said in the page's metadata and the site's ai.txt." in page.text_content()
    assert not reader.page("/article/2").xpath("//ul[@class='said']")


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("{}", []),
        ('{"robots": ["unavailable_after: 1 may 2026"]}', ["search engines are asked not to list it after 1 may 2026"]),
        ('{"robots": ["max-snippet:0"]}', ["search engines are asked to quote nothing of it"]),
        ('{"robots": ["max-snippet:-1"]}', ["max-snippet has no limit"]),
        ('{"robots": ["strange"], "tdm_reserved": false}', ["", "text and data mining is not reserved"]),
        ('{"robots": 5, "sources": {}}', []),
        ("[1]", []),
    ],
)
def test_directives_have_a_meaning(stored: str, expected: list[str]) -> None:
    assert [said.meaning for said in directives_in_words(stored)] == expected


@given(st.text(max_size=60))
def test_nothing_that_is_stored_is_too_strange_for_words(text: str) -> None:
    for stored in (text, json.dumps([text]), json.dumps({"robots": [text], "sources": [text], "tdm_policy": text})):
        directives_in_words(stored)
        places_in_words(stored)
        flags_in_words(stored)
        direction(text)


def test_every_flag_has_a_meaning() -> None:
    assert all(said.meaning for said in flags_in_words(json.dumps(list(FLAGS))))


def test_paper_says_where_the_text_is_from_and_when_it_was_archived(reader: Reader) -> None:
    (imprint,) = reader.page("/article/1").xpath("//p[@class='imprint']")
    text = " ".join(imprint.text_content().split())
    assert text == f"From {shelf.row(1)['url']}, archived 3 March 2026, 11:22 UTC, as article 1, version 3."


# The text


def test_table_is_scrolled_in_a_box_that_the_keyboard_reaches() -> None:
    shown = html.fromstring(
        f"<div>{safe_body('<p>a</p><table><tr><td>1<table><tr><td>2</table></table><pre>x</pre>', '', 'https://a.example')}</div>"
    )
    (box,) = shown.xpath("//div[@role='region']")
    assert (box.get("tabindex"), box.get("aria-label")) == ("0", "Table") and len(box.xpath(".//table")) == 2
    assert shown.xpath("//pre/@tabindex") == ["0"]


def test_crawled_boxes_say_nothing_of_themselves() -> None:
    shown = safe_body(
        '<div class="notice" role="alert" tabindex="3" aria-label="x">y</div><pre class=z>q</pre>', "", ""
    )
    assert "notice" not in shown and "alert" not in shown and 'tabindex="3"' not in shown and "class" not in shown


@pytest.mark.parametrize(
    ("language", "expected"), [("ar", "rtl"), ("he-IL", "rtl"), ("ug-Latn", ""), ("en", ""), (None, "")]
)
def test_scripts_from_the_right_are_set_from_the_right(language: str | None, expected: str) -> None:
    assert direction(language) == expected


# Citations


@pytest.mark.parametrize("ending", ["txt", "bib", "ris", "json"])
def test_citation_on_the_page_is_the_one_that_is_saved(reader: Reader, ending: str) -> None:
    page = reader.page("/article/1")
    (shown,) = page.xpath(f"//pre[@aria-labelledby='cite-{ending}']")
    (link,) = page.xpath(f"//a[contains(@href, 'cite.{ending}')]/@href")
    saved = reader.get(link)
    assert saved.text == shown.text_content() + "\n"
    assert f'filename="article-1-version-3.{ending}"' in saved.headers["content-disposition"]
    assert saved.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("version", [1, 2, 3])
def test_citation_is_that_of_the_command(folder: Path, version: int) -> None:
    from miacrawl.citation.formats import written

    found = Reader(folder).get(f"/article/1/cite.json?version={version}").text
    assert found == written(cited(folder, ["1"], version), "csl-json") + "\n"


def test_permalink_is_that_of_miacrawl_cite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = shelf.build(tmp_path, articles=1)
    config = archive / "miacrawl.yaml"
    config.write_text("settings:\n  MIACRAWL_PERMALINK: https://news.example.edu/files\n", "utf-8")
    assert "https://news.example.edu/files/article/1?version=1" in Reader(archive).get("/article/1/cite.txt").text
    config.write_text("settings: [not a table\n", "utf-8")
    assert "news.example.edu" not in Reader(archive).get("/article/1/cite.txt").text, "the file has changed"
    monkeypatch.setenv("MIACRAWL_PERMALINK", "https://elsewhere.example.edu")
    assert "https://elsewhere.example.edu/article/1?version=1" in Reader(archive).get("/article/1/cite.bib").text


def test_permalink_is_where_the_archive_is_published(tmp_path: Path) -> None:
    folder = versioned.build(tmp_path)
    assert "archive_location" not in Reader(folder).get("/article/1/cite.json").text, "this machine is nowhere"
    path = folder / "metadata.yaml"
    metadata: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    metadata["plugins"]["miacrawl"] = {"permalink": "https://news.example.edu/archive"}
    path.write_text(yaml.safe_dump(metadata), "utf-8")
    (item,) = Reader(folder).get("/article/1/cite.json").json()
    assert item["archive_location"] == "https://news.example.edu/archive/article/1?version=3"
    metadata["plugins"]["miacrawl"] = {"permalink": "javascript:x"}
    path.write_text(yaml.safe_dump(metadata), "utf-8")
    assert "archive_location" not in Reader(folder).get("/article/1/cite.json").text


@pytest.mark.parametrize("path", ["/article/99/cite.bib", "/article/1/cite.bib?version=9", "/article/x/cite.txt"])
def test_what_is_not_there_is_not_cited(reader: Reader, path: str) -> None:
    assert "No such" in reader.text(path, 404)


# Permissions, and other archives


@pytest.mark.parametrize(
    ("table", "hidden"),
    [
        ("duplicates", "The same text, or nearly"),
        ("article_versions", "Versions (3)"),
        ("versions", "Versions (3)"),
        ("captures", "Capture"),
        ("related_links", "Read next"),
    ],
)
def test_what_may_not_be_seen_is_left_out(tmp_path: Path, table: str, hidden: str) -> None:
    page = forbidding(tmp_path, table).page("/article/1")
    text = " ".join(" ".join(page.xpath("//main")[0].itertext()).split())
    assert hidden not in text and "two metres high" in text


def test_moment_of_a_capture_is_not_told_to_whom_captures_are_forbidden(tmp_path: Path) -> None:
    assert "11:22" not in forbidding(tmp_path, "captures").get("/article/1").text


def test_answers_on_permissions_are_asked_for_again_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time
    from types import SimpleNamespace

    from datasette.app import Datasette

    from miacrawl.serve import kept

    folder = shelf.build(tmp_path, articles=1)

    async def ask() -> list[bool]:
        datasette = Datasette(config_dir=folder)
        await datasette.invoke_startup()
        answers = iter([True, False])

        async def asked(*_: object) -> bool:
            return next(answers)

        monkeypatch.setattr(access, "_may_view", asked)
        first = [await access.may_view(datasette, None, "articles") for _ in range(3)]
        later = time.monotonic() + access.KEPT_SECONDS + 0.1
        monkeypatch.setattr(kept, "time", SimpleNamespace(monotonic=lambda: later))
        return [*first, await access.may_view(datasette, None, "articles")]

    assert loop.run(ask()) == [True, True, True, False]


def test_answer_for_one_reader_is_not_that_for_another(tmp_path: Path) -> None:

    from datasette.app import Datasette

    folder = shelf.build(tmp_path, articles=1)
    path = folder / "metadata.yaml"
    metadata = yaml.safe_load(path.read_text("utf-8"))
    metadata["databases"]["archive"]["tables"]["articles"]["allow"] = {"id": "ida"}
    path.write_text(yaml.safe_dump(metadata), "utf-8")

    async def ask() -> list[bool]:
        datasette = Datasette(config_dir=folder)
        await datasette.invoke_startup()
        readers: list[dict[str, Any] | None] = [{"id": "ida"}, None, {"id": "wen"}, {"id": "ida"}]
        return [await access.may_view(datasette, reader, "articles") for reader in readers]

    assert loop.run(ask()) == [True, False, False, True]


def test_archive_from_before_versions_and_duplicates_is_read_all_the_same(tmp_path: Path) -> None:
    folder = shelf.build(tmp_path / "older", articles=2)
    db = open_database(folder / "archive.db")
    db.execute("DROP VIEW versions")
    for table in ("article_versions", "duplicates", "evidence", "confidence"):
        db.execute(f"DROP TABLE {table}")
    db.conn.close()
    page = Reader(folder).page("/article/1")
    assert "Versions" not in page.text_content() and "Cite this article" in page.text_content()


@pytest.mark.parametrize("url", ["https://[", "javascript:x", "", "https://a.example/\x00 {}\\", "http://\ud83d.x"[:7]])
def test_address_that_is_none_spoils_nothing(tmp_path: Path, url: str) -> None:
    folder = shelf.build(tmp_path, articles=2)
    db = open_database(folder / "archive.db")
    with db.conn:
        db.execute(
            "UPDATE articles SET url = ?, authors = '[\"\\ud800\"]', directives = '[', flags = '{' WHERE id = 1", [url]
        )
    db.conn.close()
    assert Reader(folder).get("/article/1").status_code == 200
    assert Reader(folder).get("/article/1/cite.bib").status_code in (200, 404)
