"""The pages of runs: the list, one run, what is told of those that are under way or were killed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from miacrawl.serve import quantity
from miacrawl.serve.ending import ending
from miacrawl.serve.pages.runs import SIZE
from miacrawl.store.connection import open_database
from tests import ailing, shelf
from tests.reader import Reader
from tests.steady_reader import SteadyReader

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return SteadyReader(ailing.build(tmp_path_factory.mktemp("runs") / "archive"))


# How a run ended


def row(**changes: Any) -> dict[str, Any]:
    usual = {"id": 5, "started": "2026-11-28T10:00:00Z", "finished": "2026-11-28T10:02:05Z", "reason": "finished"}
    return {**usual, "exit_code": 0, **changes}


def test_run_that_ended_well_says_how_long_it_took() -> None:
    end = ending(row(), 5, None, NOW)
    assert (end.grade, end.seconds) == ("well", 125)


@pytest.mark.parametrize(
    ("code", "words"),
    [(5, "it found no article"), (6, "it left work undone"), (7, "could not be written"), (8, "a site has changed"),
     (130, "it was interrupted"), (1, "it ended with an error"), (99, "it ended with an error")],
)  # fmt: skip
def test_exit_codes_are_told_in_words(code: int, words: str) -> None:
    end = ending(row(exit_code=code, reason="why it did"), 5, None, NOW)
    assert end.grade == "look"
    assert f"exit code {code}" in end.words and words in end.words and "why it did" in end.words


def test_killed_run_does_not_claim_a_duration() -> None:
    end = ending(row(exit_code=None, reason="killed: its process did not close it"), 6, None, NOW)
    assert (end.grade, end.seconds) == ("killed", None)


def test_open_run_that_a_newer_one_followed_was_killed() -> None:
    assert ending(row(finished=None, exit_code=None, reason=None), 6, "2026-11-28T11:59:00Z", NOW).grade == "killed"


@pytest.mark.parametrize(
    ("silence", "grade"),
    [(timedelta(seconds=20), "running"), (timedelta(minutes=40), "silent"), (timedelta(hours=5), "killed")],
)
def test_open_run_is_told_by_what_was_heard_of_it_last(silence: timedelta, grade: str) -> None:
    run = row(finished=None, exit_code=None, reason=None, started="2026-11-27T10:00:00Z")
    end = ending(run, 5, ailing.at(NOW - silence), NOW)
    assert end.grade == grade
    assert "ago" in end.words or "just now" in end.words


def test_run_with_times_that_are_none_is_no_trouble() -> None:
    assert ending(row(started="x", finished="y"), 5, None, NOW).seconds is None
    assert ending(row(started="x", finished=None), 5, "z", NOW).grade == "killed"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (0, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3_660, "1 h 1 min"), (90_000, "1 d 1 h")],
)
def test_durations_in_words(seconds: int | None, words: str) -> None:
    assert quantity.duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "just now"), (60, "1 minute ago"), (7_300, "2 hours ago"), (90_000, "25 hours ago"), (180_000, "2 days ago"),
     (-5, "in the future")],
)  # fmt: skip
def test_times_gone_by_in_words(seconds: int, words: str) -> None:
    assert quantity.ago(ailing.at(NOW - timedelta(seconds=seconds)), NOW) == words


@pytest.mark.parametrize(("count", "words"), [(0, "0 bytes"), (999, "999 bytes"), (3_400_000, "3.4 MB"), (None, "")])
def test_bytes_in_words(count: int | None, words: str) -> None:
    assert quantity.size(count) == words


# The list


def test_list_tells_running_killed_and_ended_apart(reader: Reader) -> None:
    rows = reader.page("/runs").xpath("//main//table[contains(@class, 'numbers')]/tbody/tr")
    told = {row.xpath("string(th/a)"): " ".join(" ".join(row.itertext()).split()) for row in rows}
    assert "under way" in told[str(ailing.OPEN)]
    assert "killed" in told[str(ailing.KILLED)] and "not known" in told[str(ailing.KILLED)]
    assert "left work undone" in told[str(ailing.FAILED)]
    assert "ended well 12 min 5 s 8 2 20 0" in told["8"]


def test_chart_goes_by_run_or_by_week(reader: Reader) -> None:
    by_run, by_week = reader.page("/runs"), reader.page("/runs?by=week")
    assert "run 9: 149 (new: 9, failed: 140)" in by_run.xpath("//*[local-name()='title']/text()")
    assert "2026-03-30" in by_week.xpath("string(//*[local-name()='svg'])")


def test_list_is_paged_to_its_beginning(tmp_path: Path) -> None:
    folder = shelf.build(tmp_path / "archive", articles=1)
    db = open_database(folder / "archive.db")
    with db.conn:
        db.table("runs").insert_all({**shelf.run(), "id": number} for number in range(2, SIZE + 11))
    db.conn.close()
    reader = Reader(folder)
    first = reader.page("/runs")
    (older,) = first.xpath("//a[@rel='next']/@href")
    rest = reader.page(older)
    ids = [int(text) for page in (first, rest) for text in page.xpath("//main//tbody/tr/th[a]/a/text()")]
    assert ids == list(range(SIZE + 10, 0, -1))
    assert not rest.xpath("//a[@rel='next']")
    assert reader.get("/runs?before=1").status_code == 404
    told = json.loads(reader.get("/runs.json").text)
    assert told["older"] == ids[SIZE - 1] and len(told["runs"]) == SIZE


@pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 30, "%00", "1e3"])
def test_strange_places_are_taken_as_none(reader: Reader, before: str) -> None:
    assert len(json.loads(reader.get(f"/runs.json?before={before}").text)["runs"]) == ailing.OPEN


def test_archive_without_runs_says_how_to_begin(tmp_path: Path) -> None:
    folder = shelf.build(tmp_path / "archive", articles=1)
    db = open_database(folder / "archive.db")
    with db.conn:
        db.execute("UPDATE articles SET run_id = NULL")
        db.execute("DELETE FROM runs")
    db.conn.close()
    assert "miacrawl crawl" in Reader(folder).text("/runs")
    assert "Nothing was crawled yet" in Reader(folder).text("/health")


# One run


def test_run_tells_counts_reasons_held_hosts_alarms_and_failures(reader: Reader) -> None:
    text = reader.text(f"/run/{ailing.FAILED}")
    for part in (
        "ended with exit code 6: it left work undone (most pages failed)",
        "40 failed HTTP 503",
        "gardennotes.example : it failed 20 times in a row",
        "Could not be had: 140",
        "https://gardennotes.example/busy/11 503 HTTP 503",
        "18 of 20 new articles have no blurb",
        "miacrawl alarms accept 3",
        "10 % 2 of 20",
    ):
        assert part in text


def test_run_tells_what_it_found_by_source_and_its_files(reader: Reader) -> None:
    page = reader.page(f"/run/{ailing.CHANGED}")
    text = " ".join(" ".join(page.itertext()).split())
    assert "gardennotes.example sitemap 12 9" in text and "kitchenweekly.example feed 3 1" in text
    assert "warc/run-10.warc.gz 12 KB" in text
    assert "/article/1" in page.xpath("//section[@aria-labelledby='new']//a/@href")
    changed = page.xpath("//section[@aria-labelledby='changed']//a/@href")
    assert {"/article/2", "/article/2/diff?from=1&to=2", "/capture/2"} <= set(changed)


def test_all_visits_of_an_outcome_are_paged(reader: Reader) -> None:
    path, seen = f"/run/{ailing.FAILED}?outcome=failed", []
    while path:
        page = reader.page(path)
        seen += page.xpath("//main//tbody/tr/td[2]/text()")
        path = next(iter(page.xpath("//a[@rel='next']/@href")), "")
    assert len({text.strip() for text in seen}) == 140


def test_json_of_a_run_has_the_same(reader: Reader) -> None:
    told = json.loads(reader.get(f"/run/{ailing.FAILED}.json").text)
    assert told["run"]["ending"]["grade"] == "look"
    assert [reason["count"] for reason in told["run"]["reasons"]] == [40, 2]
    assert told["run"]["held"] == {"gardennotes.example": "it failed 20 times in a row"}
    assert len(told["visits"]["failed"]) == 12 and told["alarms"][0]["id"] == 3
    assert {row["measure"] for row in told["coverage"]} >= {"blurb", "page"}


@pytest.mark.parametrize("number", ["0", "999", "x", "-1", "9" * 40, "%00"])
def test_no_such_run_is_a_page_and_json_with_404(reader: Reader, number: str) -> None:
    assert "No such run" in reader.text(f"/run/{number}", 404)
    response = reader.get(f"/run/{number}.json")
    assert (response.status_code, response.json()["error"]) == (404, "No such run")


def test_what_runs_keep_of_strangers_is_escaped(reader: Reader) -> None:
    page = reader.page(f"/run/{ailing.FAILED}")
    assert not page.xpath("//main//script")
    assert not [href for href in page.xpath("//main//a/@href") if href.startswith("javascript")]
    assert ailing.HOSTILE[:25] in page.text_content()


def test_archive_without_attempts_tells_failures_from_the_ledger(tmp_path: Path) -> None:
    folder = ailing.build(tmp_path / "archive")
    db = open_database(folder / "archive.db")
    with db.conn:
        db.execute("DROP TABLE attempts")
    db.conn.close()
    assert "https://gardennotes.example/busy/3" in Reader(folder).text(f"/run/{ailing.FAILED}")


def test_titles_of_articles_are_not_told_to_whom_they_are_hidden(tmp_path: Path) -> None:
    folder = ailing.build(tmp_path / "archive")
    db = open_database(folder / "archive.db")
    run, title = db.execute(
        "SELECT t.run_id, a.title FROM attempts t JOIN urls u ON u.id = t.url_id JOIN articles a ON a.id = u.article_id"
        " WHERE t.outcome = 'new' AND a.title <> '' LIMIT 1"
    ).fetchone()
    db.conn.close()
    paths = [f"/run/{run}", f"/run/{run}.json", f"/run/{run}?outcome=new"]
    assert all(title in answer.text for answer in Reader(folder).each(paths).values())
    metadata = yaml.safe_load((folder / "metadata.yaml").read_text("utf-8"))
    metadata["databases"]["archive"]["tables"]["articles"]["allow"] = {"id": "ida"}
    (folder / "metadata.yaml").write_text(yaml.safe_dump(metadata), "utf-8")
    for path, answer in Reader(folder).each(paths).items():
        assert answer.status_code == 200 and title not in answer.text, path


def test_numbers_of_versions_that_may_not_be_read_are_left_out(tmp_path: Path) -> None:
    folder = ailing.build(tmp_path / "archive")

    def numbers() -> set[Any]:
        pages = Reader(folder).each(["/run/10.json", "/run/10.json?outcome=changed"]).values()
        return {visit["version"] for page in pages for visit in page.json()["visits"]["changed"]}

    assert numbers() == {2}
    metadata = yaml.safe_load((folder / "metadata.yaml").read_text("utf-8"))
    metadata["databases"]["archive"]["tables"]["article_versions"]["allow"] = {"id": "ida"}
    (folder / "metadata.yaml").write_text(yaml.safe_dump(metadata), "utf-8")
    assert numbers() == {None}
