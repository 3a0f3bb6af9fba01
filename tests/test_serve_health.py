"""The page of the archive's health: the verdict, alarms, coverage, reasons; and that of one site."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from miacrawl.serve.completeness import Point, Sighted, by_cohort, series
from miacrawl.serve.ending import Ending
from miacrawl.serve.verdict import Facts, verdict
from miacrawl.store.connection import open_database
from tests import ailing, shelf
from tests.reader import Reader
from tests.steady_reader import SteadyReader

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
WELL = Ending("well", "ended well", "ended well", 60)
KILLED = Ending("killed", "killed", "was killed before it could end", None)
RUNNING = Ending("running", "under way", "is under way; its last visit was just now", 60)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return SteadyReader(ailing.build(tmp_path_factory.mktemp("health") / "archive"))


# The verdict


def facts(**changes: object) -> Facts:
    usual = {"alarms": 0, "ending": WELL, "last": WELL, "ended_at": "2026-11-28T09:00:00Z", "waiting": 1204, "late": 0}
    return Facts(**{**usual, "held": 0, **changes})  # type: ignore[arg-type]


def said(given: Facts) -> str:
    found = verdict(given, NOW, may_see_runs=True)
    return " ".join([found.grade, *(text for text, _ in found.sentences)])


def test_all_well_is_said_in_numbers() -> None:
    told = (
        "No alarm is open. The last run ended well 3 hours ago. 1,204 addresses wait to be fetched for the first time."
    )
    assert said(facts()) == f"well {told}"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"alarms": 2}, "2 alarms are open."),
        ({"ending": KILLED, "last": KILLED}, "The last run was killed before it could end."),
        ({"ending": RUNNING, "last": KILLED}, "The run before it was killed before it could end."),
        ({"ended_at": "2026-11-01T00:00:00Z"}, "That is long ago: is it scheduled?"),
        ({"late": 1}, "1 revisit is more than a week late"),
        (
            {"last": (end := Ending("look", "x", "ended with exit code 6: it left work undone", 1)), "ending": end},
            "The last run ended 3 hours ago, with exit code 6: it left work undone.",
        ),
    ],
)
def test_whatever_somebody_should_look_at_is_said(changes: dict[str, object], words: str) -> None:
    told = said(facts(**changes))
    assert told.startswith("look") and words in told


def test_run_under_way_is_told_beside_the_one_before_it() -> None:
    told = said(facts(ending=RUNNING))
    assert told.startswith("well")
    assert "A run is under way; its last visit was just now. The run before it ended well 3 hours ago." in told


def test_what_a_reader_may_not_know_is_not_said() -> None:
    found = verdict(Facts(None, None, None, None, None, None, None), NOW, may_see_runs=False)
    assert (found.grade, found.sentences) == ("well", ())


# Coverage


def test_field_that_fell_by_a_fifth_is_marked() -> None:
    points = [Point(run, 20, 19, partial=False) for run in range(1, 5)]
    assert not Sighted("blurb", (*points, Point(5, 20, 16, partial=False))).fallen
    assert Sighted("blurb", (*points, Point(5, 20, 15, partial=False))).fallen


def test_series_without_pages_has_no_share() -> None:
    one = Sighted("blurb", (Point(1, 0, 0, partial=False),))
    assert (one.grade, one.words, one.fallen) == ("", "nothing was seen", False)
    assert "<svg" in one.svg


def test_series_are_in_the_order_of_runs_whatever_the_rows() -> None:
    usual = {"site": "a", "cohort": "new", "measure": "blurb", "partial": 0, "observed": 2, "positive": 1}
    found = series([{**usual, "run_id": 9}, {**usual, "run_id": 2}, {**usual, "positive": None, "run_id": 3}])
    assert [point.run_id for point in found["a", "new"]["blurb"].points] == [2, 9]
    assert by_cohort([]) == []


# The page


def test_page_says_whether_the_archive_is_well_and_why(reader: Reader) -> None:
    text = reader.text("/health")
    for part in (
        "3 things to look at",
        "1 alarm is open.",
        "A run is under way; its last visit was",
        "The run before it was killed before it could end",
        "140 revisits are more than a week late",
        "18 of 20 new articles have no blurb; earlier 133 of 140 had.",
        'miacrawl alarms accept 3 --note "why" --archive DIR',
        "10 % ↓",
        "120 HTTP 503 gardennotes.example",
        "https://kitchenweekly.example is left alone until",
        "/calendar/N/N : 200 pages were tried",
        "blurb 30, title 4",
    ):
        assert part in text
    assert "past.example" not in text, "a hold that is over holds nobody"


def test_settled_alarms_say_what_became_of_them(reader: Reader) -> None:
    text = reader.text("/health")
    assert "new look" in text and "gone by itself" in text


def test_coverage_is_a_chart_with_words_for_each_field(reader: Reader) -> None:
    page = reader.page("/health")
    row = page.xpath("//table[contains(@class, 'heat')]/tbody/tr")[0]
    assert len(row.xpath("td")) == 8
    (label,) = row.xpath("td[2]//*[local-name()='svg']/@aria-label")
    assert label == "10 % (2 of 20) in run 10; from 10 to 95 % in 8 runs before"
    assert "fallen" in row.xpath("td[2]/@class")[0] and "fallen" not in row.xpath("td[3]/@class")[0]
    assert "first" in page.xpath("string(//table[contains(@class, 'heat')]/tbody/tr[2]/th)")


def test_site_is_told_in_detail(reader: Reader) -> None:
    page = reader.page("/health?site=gardennotes.example")
    text = " ".join(" ".join(page.itertext()).split())
    for part in (
        "What the site publishes now".lower(),
        "330 in run 10; from 322 to 330",
        "heuristic:h1 100 %",
        "site:headline 80 %",
        "20 unknown host",
        "Articles read again",
    ):
        assert part.lower() in text.lower()
    assert "run 10: 24 (article: 20, consent-wall: 4)" in page.xpath("//*[local-name()='title']/text()")


@pytest.mark.parametrize("site", ["nowhere.example", "%3Cscript%3E", "a" * 5000, "%00"])
def test_unknown_site_is_a_page_with_404(reader: Reader, site: str) -> None:
    assert "No such site" in reader.text(f"/health?site={site}", 404)
    assert reader.get(f"/health.json?site={site}").status_code == 404


def test_json_has_the_verdict_and_the_rows(reader: Reader) -> None:
    told = json.loads(reader.get("/health.json").text)
    assert told["verdict"]["grade"] == "look"
    assert [alarm["id"] for alarm in told["alarms"]] == [3]
    assert told["states"]["failed"] == 141
    assert told["reasons"]["failed"][0] | {"url": ""} == {
        "site": "gardennotes.example", "reason": "HTTP 503", "n": 120, "url": ""
    }  # fmt: skip
    assert told["runs"][0]["ending"]["grade"] == "running"
    assert told["late"] == [{"site": "gardennotes.example", "n": 140}]


def test_what_strangers_wrote_is_text(reader: Reader) -> None:
    for path in ("/health", "/health?site=gardennotes.example"):
        page = reader.page(path)
        assert not page.xpath("//main//script") and ailing.HOSTILE[:25] in page.text_content()
        assert not page.xpath("//main//@style")


def test_parts_that_may_not_be_seen_are_left_out(tmp_path: Path) -> None:
    folder = ailing.build(tmp_path / "archive")
    path = folder / "metadata.yaml"
    metadata = yaml.safe_load(path.read_text("utf-8"))
    for table in ("alarms", "hosts", "coverage", "urls", "runs"):
        metadata["databases"]["archive"]["tables"][table]["allow"] = {"id": "ida"}
    path.write_text(yaml.safe_dump(metadata), "utf-8")
    reader = Reader(folder)
    text = reader.text("/health")
    for hidden in ("no blurb", "left alone", "busy", "under way", "late", "alarm is open"):
        assert hidden not in text
    told = json.loads(reader.get("/health.json").text)
    assert not {"alarms", "held", "coverage", "runs", "states"} & told.keys()
    assert {reader.get(path).status_code for path in ("/runs", "/run/9", "/runs.json", "/why?url=a.example")} == {403}
    assert reader.get("/runs", signed_in=True).status_code == 200


def test_archive_that_is_well_says_so(tmp_path: Path) -> None:
    folder = shelf.build(tmp_path / "archive")
    db = open_database(folder / "archive.db")
    with db.conn:
        db.table("runs").update(1, {"finished": ailing.at(datetime.now(UTC)), "exit_code": 0})
    db.conn.close()
    text = Reader(folder).text("/health")
    assert "The archive is well" in text and "The last run ended well just now." in text
    assert "No run has noted yet what it saw" in text


def test_older_archive_is_told_how_to_be_brought_up_to_date(tmp_path: Path) -> None:
    folder = shelf.build(tmp_path / "archive", articles=2)
    db = open_database(folder / "archive.db")
    with db.conn:
        db.execute("DROP TABLE coverage")
    db.conn.close()
    assert "miacrawl init" in Reader(folder).text("/health", 503)
    assert "another version" in Reader(folder).get("/health.json").json()["error"]
