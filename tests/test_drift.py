"""Drift as a scheduled job meets it: a site with a history changes, and runs say so until it is accepted or over."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from miacrawl.errors import ExitCode
from tests.conftest import Run, hurried
from tests.site import FakeSite, article
from tests.test_crawl import ask, stored

HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml"}
WALL = (
    b"<!doctype html><title>Before you go on</title><h1>We value your privacy</h1><p>Accept all cookies to go on.</p>"
)


def with_blurb(title: str, blurb: str | None) -> bytes:
    standfirst = f'<p class="standfirst">{blurb}</p>' if blurb else ""
    return article(title).replace(b"</h1>", f"</h1>{standfirst}".encode())


class Paper:
    """A site that publishes stories, each with a blurb, until it is told otherwise."""

    def __init__(self, site: FakeSite) -> None:
        self.site = site
        self.slugs: list[str] = []
        site.pages["/robots.txt"] = (200, {}, f"User-agent: *\nSitemap: {site.at('map.xml')}".encode())
        site.pages["/"] = b"<title>Home</title><h1>Home</h1>"

    def publish(self, count: int, page: Callable[[int], Any] | None = None) -> None:
        for _ in range(count):
            number = len(self.slugs)
            self.slugs.append(f"story-number-{number}")
            self.site.pages[f"/{self.slugs[-1]}"] = page(number) if page else self.story(number)
        places = "".join(f"<url><loc>{self.site.at(slug)}</loc></url>" for slug in self.slugs)
        self.site.pages["/map.xml"] = (200, XML, f"<urlset>{places}</urlset>".encode())

    @staticmethod
    def story(number: int) -> bytes:
        told = f"What the {number} people who kept at it for a year have to say about it, and what it cost them."
        return with_blurb(f"Story of day {number}", told)

    @staticmethod
    def bare(number: int) -> bytes:
        return with_blurb(f"Story of day {number}", None)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def update(miacrawl: Run) -> Run:
    def run(*arguments: str, **options: object) -> Any:
        return miacrawl("update", "--allow-private", *hurried(), *arguments, **options)

    return run


@pytest.fixture
def paper(site: FakeSite) -> Paper:
    return Paper(site)


@dataclass
class Grown:
    """A paper that was crawled once, and updated three times with ten new stories each, as it was then."""

    paper: Paper
    slugs: list[str]
    pages: dict[str, Any]
    archive: Path


@pytest.fixture(scope="module")
def grown_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grown]:
    folder = tmp_path_factory.mktemp("grown")
    with FakeSite() as site:
        paper = Paper(site)
        paper.publish(3)
        for command in ("crawl", "update", "update", "update"):
            if command == "update":
                paper.publish(10)
            line = [sys.executable, "-m", "miacrawl", command, site.url, "--allow-private", *hurried()]
            done = subprocess.run(line, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
            assert done.returncode == ExitCode.OK, done.stdout + done.stderr
        yield Grown(paper, list(paper.slugs), dict(site.pages), folder / "archive")


@pytest.fixture
def grown(grown_once: Grown, archive: Path) -> Paper:
    shutil.copytree(grown_once.archive, archive)
    grown_once.paper.slugs = list(grown_once.slugs)
    grown_once.paper.site.pages = dict(grown_once.pages)
    return grown_once.paper


def open_keys(folder: Path) -> list[tuple[str, str]]:
    found = ask(folder, "SELECT kind, measure FROM alarms WHERE resolved IS NULL AND accepted IS NULL ORDER BY id")
    return [(row["kind"], row["measure"]) for row in found]


def test_lost_blurb_raises_an_alarm_until_it_is_accepted(
    grown: Paper,
    update: Run,
    miacrawl: Run,
    archive: Path,
) -> None:
    grown.publish(10, grown.bare)
    done = update()
    assert done.returncode == ExitCode.DRIFT, done.stdout + done.stderr
    assert open_keys(archive) == [("field", "blurb")]
    (alarm,) = ask(archive, "SELECT * FROM alarms")
    host = grown.site.url.split("/")[2]
    assert alarm["explanation"] == f"{host}: 10 of 10 new articles have no blurb; earlier 30 of 30 (in 3 runs) had."
    assert (alarm["expected"], alarm["observed"], alarm["run_id"], alarm["last_seen_run"]) == (0, 1, 5, 5)
    urls = json.loads(alarm["samples"])
    assert 2 <= len(urls) <= 5 and all(url.startswith(grown.site.url + "story-number-3") for url in urls)
    assert alarm["explanation"] in done.stdout and urls[0] in done.stdout and "miacrawl alarms accept" in done.stdout
    assert ask(archive, "SELECT reason, exit_code FROM runs ORDER BY id DESC LIMIT 1") == [
        {"reason": "finished; 1 drift alarm is open", "exit_code": 8}
    ]

    grown.publish(10, grown.bare)
    again = update("--json")
    assert again.returncode == ExitCode.DRIFT
    told = json.loads(again.stdout)["alarms"]
    assert [(one["id"], one["run_id"], one["last_seen_run"]) for one in told] == [(1, 5, 6)], "it goes on"
    assert update().returncode == ExitCode.DRIFT, "nothing new came: nothing says that it is over"

    listed = miacrawl("alarms", "--json")
    assert listed.returncode == ExitCode.OK and [one["id"] for one in json.loads(listed.stdout)] == [1]
    accepted = miacrawl("alarms", "accept", "all", "--note", "new layout")
    assert accepted.returncode == ExitCode.OK and "Accepted 1" in accepted.stdout
    assert miacrawl("alarms").stdout == "No alarm is open.\n"
    assert "new layout" in miacrawl("alarms", "--all").stdout
    grown.publish(10, grown.bare)
    done = update()
    assert done.returncode == ExitCode.OK, done.stdout
    assert len(ask(archive, "SELECT id FROM alarms")) == 1


def test_alarm_that_is_over_is_resolved(grown: Paper, update: Run, archive: Path) -> None:
    grown.publish(10, grown.bare)
    assert update().returncode == ExitCode.DRIFT
    grown.publish(10)
    done = update()
    assert done.returncode == ExitCode.OK, done.stdout
    assert ask(archive, "SELECT resolved IS NOT NULL AS over, last_seen_run FROM alarms") == [
        {"over": 1, "last_seen_run": 5}
    ]


def test_consent_wall_is_an_alarm(grown: Paper, update: Run, archive: Path) -> None:
    grown.publish(10, lambda _: WALL)
    done = update()
    assert done.returncode == ExitCode.DRIFT, done.stdout
    assert open_keys(archive) == [("page", "consent-wall")]
    assert "10 of 10 new addresses ask for consent in place of their text; earlier 0 of 30" in done.stdout


def test_soft_404s_in_place_of_archived_articles_are_an_alarm(
    grown: Paper,
    crawl: Run,
    archive: Path,
) -> None:
    """The pages of the archive itself are what they are compared with."""
    lost = b"<!doctype html><title>Page not found</title><h1>Page not found</h1><p>Sorry.</p>"
    grown.site.pages |= {f"/{slug}": lost for slug in grown.slugs}
    done = crawl(grown.site.url)
    assert done.returncode == ExitCode.DRIFT, done.stdout
    assert open_keys(archive) == [("page", "soft-404")]
    assert "33 of 33 addresses of articles archived before say that nothing was found" in done.stdout


def test_layout_change_shows_in_articles_read_again(grown: Paper, crawl: Run, archive: Path) -> None:
    grown.site.pages |= {f"/{slug}": grown.bare(number) for number, slug in enumerate(grown.slugs)}
    done = crawl(grown.site.url)
    assert done.returncode == ExitCode.DRIFT, done.stdout
    assert open_keys(archive) == [("field", "blurb")]
    assert "33 of 33 articles read again that had a blurb have none any more" in done.stdout


def test_noise_is_no_alarm(grown: Paper, update: Run, archive: Path) -> None:
    grown.publish(10, lambda number: grown.bare(number) if number % 10 < 3 else grown.story(number))
    done = update()
    assert done.returncode == ExitCode.OK, done.stdout
    grown.publish(2, grown.bare)
    assert update().returncode == ExitCode.OK, "two articles say little"
    assert ask(archive, "SELECT * FROM alarms") == []


def test_whole_past_of_a_site_is_no_base_line_for_what_is_new(
    paper: Paper,
    crawl: Run,
    update: Run,
    archive: Path,
) -> None:
    paper.publish(40)
    assert crawl(paper.site.url).returncode == ExitCode.OK
    paper.publish(10, paper.bare)
    assert update().returncode == ExitCode.OK
    found = ask(
        archive, "SELECT run_id, cohort, positive, observed FROM coverage WHERE measure = 'blurb' ORDER BY run_id"
    )
    assert [tuple(row.values()) for row in found] == [(1, "first", 40, 40), (2, "new", 0, 10)]


def test_watch_can_be_switched_off(grown: Paper, update: Run, archive: Path) -> None:
    grown.publish(10, grown.bare)
    assert update("-s", "MIACRAWL_DRIFT=0").returncode == ExitCode.OK
    assert not ask(archive, "SELECT * FROM coverage WHERE run_id = 5")


def test_a_site_can_have_limits_of_its_own(grown: Paper, update: Run, archive: Path) -> None:
    said = f"sites:\n  - url: {grown.site.url}\n    settings:\n      MIACRAWL_DRIFT_LEAST: 30\n"
    (archive / "miacrawl.yaml").write_text(said)
    grown.publish(10, grown.bare)
    assert update().returncode == ExitCode.OK


def test_killed_run_is_no_base_line_and_its_resumption_no_alarm(
    grown: Paper,
    update: Run,
    tmp_path: Path,
    archive: Path,
) -> None:
    killed, given = threading.Event(), itertools.count()

    def slow(number: int) -> Callable[[], Any]:
        def answer() -> Any:
            # Some are withheld until it is killed, or it may have ended before.
            killed.wait(0.1 if next(given) < 20 else 120)
            return 200, HTML, grown.story(number)

        return answer

    grown.publish(30, slow)
    command = [sys.executable, "-m", "miacrawl", "update", "--allow-private", *hurried()]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        deadline = time.monotonic() + 120
        while stored(archive) < 40 and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(running.pid, signal.SIGKILL)
        killed.set()
    assert ask(archive, "SELECT * FROM coverage WHERE run_id = 5") == [], "what was seen is kept at the end alone"
    done = update()
    assert done.returncode == ExitCode.OK, done.stdout
    assert stored(archive) == 63


def test_run_that_left_work_undone_is_kept_apart(grown: Paper, update: Run, archive: Path) -> None:
    grown.publish(12, grown.bare)
    done = update("--limit", "10")
    assert done.returncode == ExitCode.OK, done.stdout
    found = ask(archive, "SELECT DISTINCT partial FROM coverage WHERE run_id = 5")
    assert found == [{"partial": 1}]


def age(folder: Path, days: float) -> None:
    """As if all that is in the archive had happened so many days earlier."""
    with sqlite3.connect(folder / "archive.db") as db:
        for table, columns in {
            "runs": ("started", "finished"),
            "urls": ("discovered_at", "fetched_at", "last_found_at", "next_check"),
            "articles": ("first_seen", "last_seen", "changed_at"),
        }.items():
            for column in columns:
                moved = f"strftime('%Y-%m-%dT%H:%M:%SZ', {column}, ?)"
                db.execute(f"UPDATE {table} SET {column} = {moved} WHERE {column} IS NOT NULL", [f"-{days} days"])
    db.close()


def test_quiet_source_is_told_by_time_not_by_runs(
    paper: Paper,
    crawl: Run,
    update: Run,
    miacrawl: Run,
    archive: Path,
) -> None:
    paper.publish(3)
    crawl(paper.site.url)
    for _ in range(6):
        age(archive, 1)
        paper.publish(5)
        assert update().returncode == ExitCode.OK
    for _ in range(2):
        assert update().returncode == ExitCode.OK, "minutes later nothing new is to be expected"
    age(archive, 1.5)
    assert update().returncode == ExitCode.OK, "it was silent for a day before"
    age(archive, 3.2)
    done = update()
    assert done.returncode == ExitCode.DRIFT, done.stdout
    assert open_keys(archive) == [("source", "sitemap")]
    assert "by sitemaps no new address has come for 5 days" in done.stdout and paper.site.at("map.xml") in done.stdout
    assert update().returncode == ExitCode.DRIFT
    paper.publish(1)
    assert update().returncode == ExitCode.OK, "it speaks again"
    age(archive, 12)
    assert update().returncode == ExitCode.DRIFT
    assert miacrawl("alarms", "accept", "2").returncode == ExitCode.OK
    assert update().returncode == ExitCode.OK
    age(archive, 30)
    assert update().returncode == ExitCode.OK, "silence is the base line now"


def test_sitemap_that_is_gone_is_an_alarm_until_it_is_back(
    grown: Paper,
    update: Run,
    archive: Path,
) -> None:
    kept = grown.site.pages.pop("/map.xml")
    done = update()
    assert done.returncode == ExitCode.DRIFT, done.stdout
    assert open_keys(archive) == [("file", grown.site.at("map.xml"))]
    assert "can't be read any more: HTTP 404 Not Found" in done.stdout
    grown.site.pages["/map.xml"] = kept
    with sqlite3.connect(archive / "archive.db") as db:
        db.execute("UPDATE urls SET next_check = '2024-01-01T00:00:00Z' WHERE kind = 'sitemap'")
    assert update().returncode == ExitCode.OK


def test_sitemap_that_fails_once_is_no_alarm(grown: Paper, update: Run, archive: Path) -> None:
    grown.site.pages["/map.xml"] = (503, {}, b"")
    assert update().returncode == ExitCode.OK
    with sqlite3.connect(archive / "archive.db") as db:
        db.execute("UPDATE urls SET next_check = '2024-01-01T00:00:00Z' WHERE kind = 'sitemap'")
    assert update().returncode == ExitCode.DRIFT
    assert open_keys(archive) == [("file", grown.site.at("map.xml"))]


def test_accepting_what_is_no_alarm_is_told(miacrawl: Run, archive: Path) -> None:
    assert miacrawl("alarms").returncode == ExitCode.STORAGE
    miacrawl("init", "archive")
    done = miacrawl("alarms", "accept", "7")
    assert done.returncode == ExitCode.CONFIG and "7 is no open alarm of this archive (open: none)" in done.stderr
    assert miacrawl("alarms", "accept", "seven").returncode == ExitCode.USAGE
    assert miacrawl("alarms", "accept", "all").returncode == ExitCode.OK
