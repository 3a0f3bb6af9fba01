"""Crawls as a user runs them, against a site on loopback."""

from __future__ import annotations

import itertools
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from miacrawl.errors import ExitCode
from tests.conftest import Run
from tests.site import FakeSite, article, listing

XML = {"Content-Type": "application/xml"}


def ask(folder: Path, sql: str) -> list[dict[str, Any]]:
    connection = sqlite3.connect(folder / "archive.db")
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(sql)]
    finally:
        connection.close()


def ledger(folder: Path) -> dict[str, dict[str, Any]]:
    """Ledger rows by path."""
    return {"/" + row["url"].split("/", 3)[3]: row for row in ask(folder, "SELECT * FROM urls")}


def stored(folder: Path) -> int:
    """Articles in the archive so far; 0 before there is one."""
    try:
        return len(titles(folder))
    except sqlite3.OperationalError:
        return 0


def titles(folder: Path) -> list[str]:
    return [row["title"] for row in ask(folder, "SELECT title FROM articles ORDER BY title")]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def test_articles_are_found_by_every_road(site: FakeSite, crawl: Run, archive: Path) -> None:
    card = '<div><a href="/by-related-link-only">By a related link only</a></div>'
    related = f"<section><h2>Related articles</h2>{card}</section>"
    feed = b'<link rel=alternate type="application/rss+xml" href="/feed.xml">'
    nested = f"<sitemapindex><sitemap><loc>{site.at('map.xml')}</loc></sitemap></sitemapindex>"
    site.pages |= {
        "/": feed + listing("/on-the-home-page", "/section/"),
        "/robots.txt": (200, {}, f"User-agent: *\nDisallow: /private/\nSitemap: {site.at('maps.xml')}".encode()),
        "/maps.xml": (200, XML, nested.encode()),
        "/map.xml": (200, XML, b"<urlset><url><loc>/by-sitemap-only</loc></url></urlset>"),
        "/feed.xml": (200, XML, b"<rss><channel><item><link>/by-feed-only</link></item></channel></rss>"),
        "/section/": listing("/on-page-one", "/section/?page=2"),
        "/section/?page=2": listing("/on-page-two", "/private/secret-story"),
        "/on-the-home-page": article("On the home page", links=related),
        **{f"/{slug}": article(slug.replace("-", " ").capitalize()) for slug in (
            "by-sitemap-only", "by-feed-only", "on-page-one", "on-page-two", "by-related-link-only"
        )},
    }  # fmt: skip
    done = crawl(site.url)
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    assert titles(archive) == [
        "By feed only",
        "By related link only",
        "By sitemap only",
        "On page one",
        "On page two",
        "On the home page",
    ]
    sources = {path: row["source"] for path, row in ledger(archive).items()}
    assert sources["/by-sitemap-only"] == "sitemap" and sources["/by-feed-only"] == "feed"
    assert sources["/by-related-link-only"] == "related" and sources["/on-page-two"] == "listing"
    assert ledger(archive)["/private/secret-story"]["reason"] == "forbidden by robots.txt"
    assert not [path for path in site.asked if path.startswith("/private/")]
    assert len(site.asked) == len(set(site.asked)), "an address was asked for twice"


def test_every_address_ends_with_a_reason(site: FakeSite, crawl: Run, archive: Path) -> None:
    site.pages |= {
        "/": listing(
            "/a-good-story-here", "/gone-story", "/broken", "/paper.pdf", "/paper", "/nothing", "/about", "/loop",
            "/a-good-story-here?utm_source=x", "https://other.example/", "/old-story-address", "/headline-without-text",
            "/away", "/elsewhere",
        ),
        "/a-good-story-here": article("A good story here"),
        "/broken": (500, {}, b"oops"),
        "/paper": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7 ..."),
        "/nothing": b"",
        "/about": b"<title>About</title><h1>About us</h1><p>Mail us.</p>",
        "/loop": (302, {"Location": "/loop"}, b""),
        "/old-story-address": (301, {"Location": "/a-good-story-here"}, b""),
        "/headline-without-text": b"<title>Headline</title><article><h1>A headline without any text</h1></article>",
        "/away": (302, {"Location": "https://other.example/story"}, b""),
        "/elsewhere": (302, {"Location": "http://127.0.0.1:9/admin"}, b""),
    }  # fmt: skip
    done = crawl(site.url)
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    found = {path: (row["state"], row["reason"]) for path, row in ledger(archive).items()}
    assert found["/a-good-story-here"] == ("archived", None)
    assert found["/gone-story"] == ("gone", "HTTP 404 Not Found")
    assert found["/broken"] == ("failed", "HTTP 500 Internal Server Error")
    assert found["/paper.pdf"] == ("skipped", "not a web page, by its name (.pdf)")
    assert found["/paper"] == ("skipped", "not a web page (application/pdf)")
    assert found["/nothing"] == ("failed", "an empty answer")
    assert found["/loop"] == ("failed", "redirects in a circle (max redirections reached)")
    assert found["/old-story-address"] == ("archived", f"redirected to {site.at('a-good-story-here')}")
    assert found["/away"] == ("skipped", "redirects off-site: https://other.example/story")
    assert found["/elsewhere"][0] == "skipped" and "refused: " in found["/elsewhere"][1]
    assert found["/about"][0] == found["/headline-without-text"][0] == "skipped"
    assert all(state != "pending" and (reason or state == "archived") for state, reason in found.values())
    assert titles(archive) == ["A good story here"]


def test_second_crawl_adds_nothing_twice_and_sees_what_changed(site: FakeSite, crawl: Run, archive: Path) -> None:
    site.pages |= {
        "/": listing("/the-first-long-story", "/the-second-long-story", "/the-third-long-story"),
        **{f"/the-{n}-long-story": article(f"The {n} long story") for n in ("first", "second", "third")},
    }
    assert crawl(site.url).returncode == ExitCode.OK
    site.pages["/the-second-long-story"] = article("The second long story", topic="swimming")
    del site.pages["/the-third-long-story"]
    again = crawl(site.url)
    assert again.returncode == ExitCode.OK and "0 new, 1 changed, 1 unchanged" in again.stdout
    assert len(titles(archive)) == 3, "what is gone from the site stays in the archive"
    assert ledger(archive)["/the-third-long-story"]["reason"] == "HTTP 404 Not Found"
    swimming = ask(archive, "SELECT count(*) AS n FROM articles_fts WHERE articles_fts MATCH 'swimming'")
    assert swimming == [{"n": 1}]


def test_limit_is_kept_exactly_and_the_rest_waits(site: FakeSite, crawl: Run, archive: Path) -> None:
    site.pages |= {"/": listing(*(f"/story-of-the-day-{n}" for n in range(12)))}
    site.pages |= {f"/story-of-the-day-{n}": article(f"Story of day {n}") for n in range(12)}
    first = crawl(site.url, "--limit", "5")
    assert first.returncode == ExitCode.OK and "limit of 5 articles" in first.stdout
    assert len(titles(archive)) == 5
    states = {row["state"] for path, row in ledger(archive).items() if path.startswith("/story")}
    assert states == {"archived", "pending"}
    crawl(site.url)
    assert len(titles(archive)) == 12


def test_one_article_by_its_address(site: FakeSite, crawl: Run, archive: Path) -> None:
    site.pages |= {
        "/": listing("/x-y-z-story"),
        "/x-y-z-story": article("X"),
        "/just-this-one-story": article("Just this"),
    }
    assert crawl(site.at("just-this-one-story"), "--limit", "1").returncode == ExitCode.OK
    assert titles(archive) == ["Just this"]


def test_start_that_fails_is_told_though_its_site_is_archived(site: FakeSite, crawl: Run, archive: Path) -> None:
    site.pages |= {"/": listing("/a-story-to-read"), "/a-story-to-read": article("A story")}
    done = crawl(site.at("no-such-story"))
    assert done.returncode == ExitCode.PARTIAL
    assert f"{site.at('no-such-story')} (HTTP 404 Not Found)" in done.stdout
    assert titles(archive) == ["A story"]


def test_unreachable_robots_txt_means_no_fetching(site: FakeSite, crawl: Run, archive: Path) -> None:
    site.pages |= {
        "/robots.txt": (503, {}, b""),
        "/": listing("/a-story-to-read"),
        "/a-story-to-read": article("A story"),
    }
    done = crawl(site.url)
    assert done.returncode == ExitCode.NOTHING
    assert set(site.asked) == {"/robots.txt"}
    assert "robots.txt can't be had: HTTP 503" in done.stdout


def test_nothing_is_asked_before_robots_txt_has_answered(site: FakeSite, crawl: Run, archive: Path) -> None:
    def slow() -> Any:
        time.sleep(0.5)
        return 200, {}, b"User-agent: *\nDisallow: /"

    site.pages |= {"/robots.txt": slow, **{f"/story-number-{n}": article(f"Story {n}") for n in range(4)}}
    done = crawl(*(site.at(f"story-number-{n}") for n in range(4)))
    assert done.returncode == ExitCode.NOTHING
    assert site.asked == ["/robots.txt"]


def test_start_on_this_machine_is_refused_without_leave(site: FakeSite, miacrawl: Run, archive: Path) -> None:
    done = miacrawl("crawl", site.url)
    assert done.returncode == ExitCode.CONFIG
    assert "loopback" in done.stderr and "--allow-private" in done.stderr and not site.asked


def test_name_that_leads_to_this_machine_is_refused(site: FakeSite, miacrawl: Run, archive: Path) -> None:
    port = site.url.rsplit(":", 1)[1]
    done = miacrawl("crawl", f"http://2130706433:{port}")
    assert done.returncode in (ExitCode.CONFIG, ExitCode.NOTHING) and not site.asked
    assert "Traceback" not in done.stderr


def test_unknown_host_is_a_failure_that_says_why(miacrawl: Run, archive: Path) -> None:
    done = miacrawl("crawl", "https://no-such-host.invalid/", "-s", "RETRY_TIMES=0")
    assert done.returncode == ExitCode.NOTHING
    assert "unknown host" in done.stdout and "Traceback" not in done.stderr
    row = ledger(archive)["/"]
    assert row["state"] == "pending" and "unknown host" in row["reason"]


def test_connection_refused_is_a_failure_that_says_why(crawl: Run, archive: Path) -> None:
    done = crawl("http://127.0.0.1:9/")
    assert done.returncode == ExitCode.NOTHING and "connection refused" in done.stdout


def test_wrong_charset_keeps_its_letters(site: FakeSite, crawl: Run, archive: Path) -> None:
    page = article("Café “naïve” story").decode().replace("charset=utf-8", "charset=utf-8").encode("cp1252")
    site.pages |= {"/": listing("/a-cafe-of-note"), "/a-cafe-of-note": (200, {"Content-Type": "text/html"}, page)}
    crawl(site.url)
    assert titles(archive) == ["Café “naïve” story"]


def test_kill_loses_nothing(site: FakeSite, crawl: Run, tmp_path: Path, archive: Path) -> None:
    count, killed, given = 30, threading.Event(), itertools.count()
    site.pages |= {"/": listing(*(f"/story-of-the-day-{n}" for n in range(count)))}

    def page(n: int) -> Any:
        def answer() -> Any:
            # Some are withheld until it is killed, or it may have ended before.
            killed.wait(0.03 if next(given) < 20 else 120)
            return article(f"Story of day {n}")

        return answer

    site.pages |= {f"/story-of-the-day-{n}": page(n) for n in range(count)}
    command = [sys.executable, "-m", "miacrawl", "crawl", site.url, "--allow-private"]
    command += ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        deadline = time.monotonic() + 120
        while stored(archive) < 5 and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(running.pid, signal.SIGKILL)
        killed.set()
    before = len(titles(archive))
    assert 0 < before < count
    assert ask(archive, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert crawl(site.url).returncode == ExitCode.OK
    assert len(titles(archive)) == count
    assert ask(archive, "SELECT reason FROM runs WHERE id = 1")[0]["reason"].startswith("killed")


def test_storage_that_fails_ends_the_run_with_its_code(
    site: FakeSite, crawl: Run, miacrawl: Run, archive: Path
) -> None:
    site.pages |= {"/": listing("/a-story-to-read"), "/a-story-to-read": article("A story")}
    miacrawl("init", "archive")
    connection = sqlite3.connect(archive / "archive.db")
    connection.execute("CREATE TRIGGER full BEFORE INSERT ON articles BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    connection.close()
    done = crawl(site.url)
    assert done.returncode == ExitCode.STORAGE and "no space" in done.stderr and "Traceback" not in done.stderr
    assert ledger(archive)["/a-story-to-read"]["due"] == 1, "what could not be stored is fetched again"


def test_database_that_is_none_is_left_alone(miacrawl: Run, archive: Path) -> None:
    archive.mkdir()
    (archive / "archive.db").write_text("my notes, not a database at all")
    done = miacrawl("crawl", "https://example.org/")
    assert done.returncode == ExitCode.STORAGE and "Traceback" not in done.stderr
    assert (archive / "archive.db").read_text() == "my notes, not a database at all"


def test_scrapy_users_feel_at_home(site: FakeSite, tmp_path: Path, archive: Path) -> None:
    scrapy = [sys.executable, "-m", "scrapy"]
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = miacrawl.settings\n")
    listed = subprocess.run([*scrapy, "list"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert listed.stdout.split() == ["articles", "miafeed"]
    site.pages |= {"/": listing("/a-story-to-read"), "/a-story-to-read": article("A story")}
    command = [*scrapy, "crawl", "articles", "-a", f"url={site.url}", "-s", "MIACRAWL_ALLOW_PRIVATE=1", "-L", "INFO"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "'miacrawl/new': 1" in done.stderr
    assert titles(archive) == ["A story"]


def test_user_agent_is_honest_and_has_the_contact(site: FakeSite, crawl: Run) -> None:
    agents: list[str] = []

    def home() -> bytes:
        agents.append(site.headers["User-Agent"])
        return listing()

    site.pages["/"] = home
    crawl(site.url, "-s", "MIACRAWL_CONTACT=mailto:me@example.edu")
    assert agents and all(agent.startswith("miacrawl/") and "mailto:me@example.edu" in agent for agent in agents)


def test_a_page_fetched_by_hand_names_the_contact_too(site: FakeSite, miacrawl: Run) -> None:
    agents: list[str] = []

    def story() -> bytes:
        agents.append(site.headers["User-Agent"])
        return article("A story")

    site.pages["/a-story"] = story
    contact = {**os.environ, "MIACRAWL_CONTACT": "mailto:me@example.edu"}
    assert miacrawl("extract", site.at("/a-story"), "--allow-private", env=contact).returncode == 0
    assert agents and "mailto:me@example.edu" in agents[0]


def test_a_page_that_breaks_off_is_asked_for_again(site: FakeSite, crawl: Run, archive: Path) -> None:
    whole = article("A story that was sent in full")
    answers = [whole[: len(whole) // 2]]
    site.pages |= {
        "/": listing("/a-story-in-full", "/a-story-in-part", "/one-more-story"),
        "/one-more-story": article("One more"),
        "/a-story-in-full": lambda: answers.pop() if answers else whole,
        "/a-story-in-part": article("Never sent in full").partition(b"</main>")[0],
    }
    assert crawl(site.url).returncode == 0
    found = {
        row["title"]: (row["flags"], row["body"]) for row in ask(archive, "SELECT title, flags, body FROM articles")
    }
    assert "Paragraph 6" in found["A story that was sent in full"][1]
    assert "cut-off" not in found["A story that was sent in full"][0]
    assert "cut-off" in found["Never sent in full"][0]
    assert site.asked.count("/a-story-in-full") == site.asked.count("/a-story-in-part") == 2


def test_a_site_that_leaves_end_tags_out_is_read_as_it_is(site: FakeSite, crawl: Run, archive: Path) -> None:
    """HTML lets them be left out: only the first page is asked for twice."""
    paths = [f"/a-story-number-{number}" for number in range(6)]
    site.pages["/"] = listing(*paths)
    site.pages |= {path: article(f"Story {path}").replace(b"</body></html>", b"") for path in paths}
    assert crawl(site.url).returncode == 0
    assert len(titles(archive)) == 6 and sum(path in paths for path in site.asked) <= 8
    assert not any("cut-off" in row["flags"] for row in ask(archive, "SELECT flags FROM articles"))
