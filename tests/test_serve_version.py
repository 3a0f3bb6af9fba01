"""The article page shows the version that a permalink names, and says which that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from miacrawl.citation.cited import Cited
from miacrawl.store.connection import open_database
from tests import shelf
from tests.reader import Reader
from tests.steady_reader import SteadyReader


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    folder: Path = shelf.build(tmp_path_factory.mktemp("served") / "archive", articles=6)
    db = open_database(folder / "archive.db")
    with db.conn:
        db.table("article_versions").insert(
            {"article_id": 5, "number": 1, "first_seen": "2026-03-01T00:00:00Z", "last_seen": "2026-03-20T00:00:00Z",
             "content_hash": "1" * 64, "title": "A file and a vice", "blurb": "It was shorter then.", "authors": "[]",
             "body": "Only this.", "body_html": "<p>Only <script>x</script>this.</p>", "word_count": 2,
             "provenance": '{"title": "old:rule"}'}
        )  # fmt: skip
        db.table("article_versions").insert(
            {"article_id": 5, "number": 2, "first_seen": "2026-03-25T00:00:00Z", "content_hash": "2" * 64}
        )
        db.execute("UPDATE articles SET version = 2 WHERE id = 5")
    db.conn.close()
    return SteadyReader(folder)


def permalink(version: int) -> str:
    """As a citation has it, without the host."""
    cited = Cited(5, version, "u", "s", None, None, (), None, None, "t", "h").published_at("https://a.example/")
    return (cited.permalink or "").removeprefix("https://a.example")


def test_older_version_is_shown_as_it_was(reader: Reader) -> None:
    text = reader.text(permalink(1))
    for part in ("A file and a vice", "It was shorter then.", "Only this.", "old:rule"):
        assert part in text
    assert "Version 1 of 2, an older one, seen from 1 March 2026, 00:00 UTC to 20 March 2026, 00:00 UTC" in text
    assert shelf.TITLES[4][0] not in text


def test_what_is_kept_of_the_current_version_alone_is_left_out(reader: Reader) -> None:
    text = reader.text(permalink(1))
    assert "Read next" not in text
    assert "How to sharpen a spade" not in text


def test_older_version_leads_to_the_current_one(reader: Reader) -> None:
    assert "/article/5" in reader.page(permalink(1)).xpath("//p[@class='standing']/a/@href")


def test_current_version_is_the_article_itself(reader: Reader) -> None:
    assert reader.text(permalink(2)) == reader.text("/article/5")
    assert "an older one" not in reader.text("/article/5")


@pytest.mark.parametrize("version", ["9", "x", "-1", "9" * 30, "1' OR 1"])
def test_version_that_is_not_there_is_said_to_be_missing(reader: Reader, version: str) -> None:
    assert "No such version" in reader.text(f"/article/5?version={version}", status=404)
