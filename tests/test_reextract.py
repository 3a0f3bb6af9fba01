"""`miacrawl reextract`: today's rules over stored captures, told before they are applied."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from miacrawl.article import Article, Evidence, RelatedLink
from miacrawl.errors import ExitCode
from miacrawl.reextract.article_json import dumped, loaded
from miacrawl.reextract.reading import Task, read_all
from miacrawl.store.staging import NAME
from miacrawl.warc.writer import Place
from tests.conftest import Run
from tests.site import FakeSite, article, listing

PROFILE = """
key: walkers
name: Walkers
hosts: ["{host}"]
fields:
  title: p.kicker
"""


def ask(folder: Path, sql: str) -> list[dict[str, Any]]:
    connection = sqlite3.connect(folder / "archive.db")
    connection.row_factory = sqlite3.Row
    found = [dict(row) for row in connection.execute(sql)]
    connection.close()
    return found


def add_profile(folder: Path, site: FakeSite) -> None:
    (folder / "sites").mkdir(exist_ok=True)
    (folder / "sites" / "walkers.yaml").write_text(PROFILE.format(host=site.url.split("/")[2]))


@pytest.fixture
def archive(site: FakeSite, crawl: Run, tmp_path: Path) -> Path:
    """Three articles, each with a kicker that no rule takes for its title, and one of them in two versions."""
    paths = [f"/story-about-walking-{number}" for number in (1, 2, 3)]
    site.pages["/"] = listing(*paths)
    for number, path in enumerate(paths, start=1):
        kicker = f"<p class=kicker>Kicker number {number}</p>"
        site.pages[path] = article(f"Walking is good {number}", topic=f"walking {number}", links=kicker)
    assert crawl(site.url).returncode == ExitCode.OK
    site.pages[paths[0]] = article("Walking is better", topic="walking 1", links="<p class=kicker>Kicker again</p>")
    assert crawl(site.url).returncode == ExitCode.OK
    return tmp_path / "archive"


def test_nothing_changes_where_the_rules_are_those_that_read_it(archive: Path, miacrawl: Run) -> None:
    before = ask(archive, "SELECT * FROM articles")
    shown = json.loads(miacrawl("reextract", "--again", "--yes", "--json").stdout)
    assert shown["states"].get("same") == 4 and not shown["counts"], shown
    assert ask(archive, "SELECT * FROM articles") == before
    assert json.loads(miacrawl("reextract", "--dry-run", "--json").stdout)["states"].get("same", 0) == 0


def test_new_rules_are_told_field_by_field_and_change_nothing_before_they_are_applied(
    archive: Path, site: FakeSite, miacrawl: Run
) -> None:
    before = ask(archive, "SELECT * FROM articles")
    add_profile(archive, site)
    shown = miacrawl("reextract", "--dry-run")
    assert shown.returncode == ExitCode.OK
    assert "4  read otherwise" in shown.stdout and "- Walking is good" in shown.stdout
    assert "+ Kicker number" in shown.stdout
    # Nobody can be asked: then it is not applied either.
    asked = miacrawl("reextract", stdin=subprocess.DEVNULL)
    assert "Nothing was changed" in asked.stderr and asked.returncode == ExitCode.OK
    assert ask(archive, "SELECT * FROM articles") == before


def test_new_rules_reach_articles_and_their_versions_without_a_request(
    archive: Path, site: FakeSite, miacrawl: Run
) -> None:
    add_profile(archive, site)
    asked = len(site.asked)
    done = miacrawl("reextract", "--yes")
    assert done.returncode == ExitCode.OK and "4 articles and versions changed" in done.stdout
    assert len(site.asked) == asked
    titles = {row["title"] for row in ask(archive, "SELECT title FROM articles")}
    assert titles == {"Kicker again", "Kicker number 2", "Kicker number 3"}
    versions = ask(archive, "SELECT number, title, extractor FROM versions WHERE article_id = 1 ORDER BY number")
    assert [row["title"] for row in versions] in (["Kicker number 1", "Kicker again"], ["Kicker number 2"])
    assert all("walkers" in row["extractor"] for row in ask(archive, "SELECT extractor FROM article_versions"))
    assert ask(archive, "SELECT count(*) AS n FROM article_versions") == [{"n": 4}]
    found = ask(archive, "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'kicker'")
    assert len(found) == 3, "search follows"
    (row,) = ask(archive, "SELECT * FROM extractions")
    assert row["finished"] and row["changed"] == 4 and json.loads(row["counts"])["title"] == {"changed": 4}
    assert not (archive / NAME).exists()


def test_a_crawl_by_other_rules_makes_no_version(archive: Path, site: FakeSite, crawl: Run) -> None:
    add_profile(archive, site)
    assert crawl(site.url).returncode in (ExitCode.OK, ExitCode.DRIFT)
    titles = {row["title"] for row in ask(archive, "SELECT title FROM articles")}
    assert titles == {"Kicker again", "Kicker number 2", "Kicker number 3"}
    assert ask(archive, "SELECT count(*) AS n FROM article_versions") == [{"n": 4}]


def test_pages_that_were_taken_for_none_are_archived_when_rules_find_an_article(
    site: FakeSite, crawl: Run, miacrawl: Run, tmp_path: Path
) -> None:
    page = article("x", links="<p class=kicker>A kicker for a title</p>").replace(b"<h1>x</h1>", b"")
    site.pages["/"] = listing("/about-walking-in-rain")
    site.pages["/about-walking-in-rain"] = page.replace(b"<title>x</title>", b"")
    crawl(site.url)
    folder = tmp_path / "archive"
    assert not ask(folder, "SELECT 1 FROM articles")
    add_profile(folder, site)
    done = miacrawl("reextract", "--yes")
    assert "articles where none was seen" in done.stdout, done.stdout + done.stderr
    (row,) = ask(folder, "SELECT a.title, a.first_seen, c.fetched_at, u.state, u.article_id = a.id AS led FROM articles"
                         " a JOIN captures c ON c.id = a.capture_id JOIN urls u ON u.url_key = a.url_key")  # fmt: skip
    assert row == {
        "title": "A kicker for a title", "first_seen": row["fetched_at"], "fetched_at": row["fetched_at"],
        "state": "archived", "led": 1,
    }  # fmt: skip


def test_rules_that_find_next_to_nothing_replace_nothing(archive: Path, site: FakeSite, miacrawl: Run) -> None:
    add_profile(archive, site)
    profile = archive / "sites" / "walkers.yaml"
    profile.write_text(profile.read_text() + "  body: p.kicker\n")
    before = ask(archive, "SELECT body FROM articles")
    done = miacrawl("reextract", "--yes")
    assert "kept: " in done.stdout or ask(archive, "SELECT body FROM articles") == before, done.stdout
    assert ask(archive, "SELECT body FROM articles") == before


def test_a_damaged_capture_is_told_and_costs_no_other_page(archive: Path, site: FakeSite, miacrawl: Run) -> None:
    add_profile(archive, site)
    of = "SELECT capture_id FROM articles WHERE title = 'Walking is good 3'"
    joined = "captures c JOIN warcs w ON w.id = c.warc_id"
    (row,) = ask(archive, f"SELECT w.name, c.offset FROM {joined} WHERE c.id = ({of})")
    path = archive / "warc" / row["name"]
    data = bytearray(path.read_bytes())
    data[row["offset"] + 30] ^= 0xFF
    path.write_bytes(bytes(data))
    done = miacrawl("reextract", "--yes")
    assert done.returncode == ExitCode.PARTIAL and "unread: " in done.stdout and "Traceback" not in done.stderr
    titles = {row["title"] for row in ask(archive, "SELECT title FROM articles")}
    assert "Walking is good 3" in titles and "Kicker number 2" in titles


def test_killed_at_any_moment_it_goes_on(archive: Path, site: FakeSite, miacrawl: Run, tmp_path: Path) -> None:
    add_profile(archive, site)
    command = [sys.executable, "-m", "miacrawl", "reextract", "--yes", "--jobs", "1"]
    for delay in (0.5, 1.0, 1.5):
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    done = miacrawl("reextract", "--yes")
    assert done.returncode == ExitCode.OK, done.stderr
    titles = {row["title"] for row in ask(archive, "SELECT title FROM articles")}
    assert titles == {"Kicker again", "Kicker number 2", "Kicker number 3"}
    assert ask(archive, "SELECT count(*) AS n FROM article_versions") == [{"n": 4}]


@pytest.mark.parametrize(
    ("arguments", "told", "code"),
    [
        (["--site", "nobody.example"], "nothing of nobody.example", ExitCode.CONFIG),
        (["--since", "yesterday"], "is no day", ExitCode.CONFIG),
        (["--archive", "nowhere"], "there is no archive", ExitCode.STORAGE),
    ],
)
def test_bad_input_is_one_line(archive: Path, miacrawl: Run, arguments: list[str], told: str, code: ExitCode) -> None:
    shown = miacrawl("reextract", *arguments)
    assert shown.returncode == code and told in shown.stderr and shown.stderr.count("\n") == 1


def test_an_article_survives_its_way_through_a_file() -> None:
    from datetime import UTC, date, datetime

    one = Article(
        "https://a.org/x", title="\ud800 half", authors=("Ana", "Bo"), published=date(2026, 1, 2),
        modified=datetime(2026, 1, 2, 3, tzinfo=UTC), related=(RelatedLink("https://a.org/y", "Y", position=1),),
        evidence=(Evidence("title", "Z", "meta"),), provenance={"title": "h1"}, confidence={"title": 0.5}, flags=("a",),
    )  # fmt: skip
    assert loaded(dumped(one)) == one


def test_a_missing_file_is_told_as_such(tmp_path: Path) -> None:
    place = Place("none.warc.gz", 0, 10)
    (reading,) = read_all([Task(1, place, place)], tmp_path, tmp_path, 1)
    assert reading.article is None and "none.warc.gz" in reading.trouble
