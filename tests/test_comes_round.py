"""Nothing is frozen for good: what a run saw once, wrongly or in passing, is looked at again."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from miacrawl.errors import ExitCode
from tests.conftest import Run, hurried
from tests.site import FakeSite, article, listing
from tests.test_crawl import ask, ledger, titles

FIRST, SECOND = "/the-first-long-story", "/the-second-long-story"
GONE: Any = (410, {}, b"gone")
BUSY: Any = (503, {}, b"busy")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def update(miacrawl: Run) -> Run:
    def run(*arguments: str, **options: object) -> Any:
        return miacrawl("update", "--allow-private", *hurried(), *arguments, **options)

    return run


@pytest.fixture
def two_stories(site: FakeSite) -> FakeSite:
    site.pages |= {"/": listing(FIRST, SECOND), FIRST: article("First"), SECOND: article("Second", topic="tea")}
    return site


def sent_to(address: str, status: int = 302) -> Any:
    return status, {"Location": address}, b""


def months_go_by(archive: Path) -> None:
    """The archive's clock set so that everything that is to come round at all is due."""
    with sqlite3.connect(archive / "archive.db") as db:
        db.execute("UPDATE urls SET next_check = '2020-01-01T00:00:00Z' WHERE next_check IS NOT NULL")
        db.execute("UPDATE urls SET fetched_at = '2019-12-01T00:00:00Z' WHERE state = 'gone'")


def first_then(first: Any, later: Any) -> Callable[[], Any]:
    """An answer that changes after it was given once."""
    answers = [first]
    return lambda: answers.pop() if answers else later


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_where_a_redirect_leads_is_visited_again(site: FakeSite, crawl: Run, update: Run, archive: Path) -> None:
    site.pages |= {"/": listing("/?p=1"), "/?p=1": sent_to(FIRST, 301), FIRST: article("First")}
    crawl(site.url)
    site.pages[FIRST] = article("First, corrected", topic="tea")
    months_go_by(archive)
    update()
    assert titles(archive) == ["First, corrected"]


def test_a_page_sent_home_once_is_archived_later(two_stories: FakeSite, crawl: Run, archive: Path) -> None:
    page = two_stories.pages[FIRST]
    two_stories.pages[FIRST] = sent_to("/")
    crawl(two_stories.url)
    assert titles(archive) == ["Second"]
    two_stories.pages[FIRST] = page
    crawl(two_stories.url)
    assert titles(archive) == ["First", "Second"]


def test_a_notice_in_place_of_articles_leaves_them_and_passes(
    two_stories: FakeSite, crawl: Run, update: Run, archive: Path
) -> None:
    crawl(two_stories.url)
    pages = dict(two_stories.pages)
    two_stories.pages |= {FIRST: sent_to("/notice"), SECOND: sent_to("/notice")}
    two_stories.pages["/notice"] = article("We are being repaired", topic="maintenance")
    crawl(two_stories.url)
    assert {"First", "Second"} <= set(titles(archive))
    two_stories.pages |= pages | {FIRST: article("First, corrected"), "/notice": GONE}
    months_go_by(archive)
    update()
    assert {"First, corrected", "Second"} <= set(titles(archive))


def test_pages_that_showed_one_text_at_first_become_articles(
    two_stories: FakeSite, crawl: Run, update: Run, archive: Path
) -> None:
    wait = article("Please wait", topic="checking your browser")
    pages = dict(two_stories.pages)
    two_stories.pages |= {FIRST: wait, SECOND: wait}
    crawl(two_stories.url)
    assert titles(archive) == ["Please wait"]
    two_stories.pages |= pages
    months_go_by(archive)
    update()
    assert titles(archive) == ["First", "Second"]


def test_a_canonical_address_that_is_dead_does_not_freeze_the_article(
    site: FakeSite, crawl: Run, update: Run, archive: Path
) -> None:
    dead = site.at("/the-dead-address-of-it")
    site.pages |= {"/": listing(FIRST), FIRST: article("First", canonical=dead)}
    crawl(site.url)
    site.pages[FIRST] = article("First, corrected", canonical=dead)
    months_go_by(archive)
    update()
    assert titles(archive) == ["First, corrected"]


def test_an_article_that_moved_is_followed_to_its_new_address(
    two_stories: FakeSite, crawl: Run, update: Run, archive: Path
) -> None:
    crawl(two_stories.url)
    page = two_stories.pages[FIRST]
    two_stories.pages |= {"/": listing("/moved-to-here", SECOND), FIRST: GONE, "/moved-to-here": page}
    months_go_by(archive)
    update()
    assert titles(archive) == ["First", "Second"], "one article, wherever it stands"
    two_stories.pages["/moved-to-here"] = article("First, corrected", topic="swimming")
    months_go_by(archive)
    update()
    assert titles(archive) == ["First, corrected", "Second"]


def test_a_page_that_was_gone_is_found_when_it_comes_back(
    two_stories: FakeSite, crawl: Run, update: Run, archive: Path
) -> None:
    page = two_stories.pages[FIRST]
    two_stories.pages[FIRST] = GONE
    crawl(two_stories.url)
    two_stories.pages[FIRST] = page
    months_go_by(archive)
    update()
    assert titles(archive) == ["First", "Second"]


def test_a_page_skipped_by_a_setting_is_read_anew_without_it(site: FakeSite, crawl: Run, archive: Path) -> None:
    body = article("First").replace(b"<head>", b"<head><meta name=robots content=noindex>")

    def page() -> Any:
        if site.headers.get("If-None-Match") == '"x"':
            return 304, {"ETag": '"x"'}, b""
        return 200, {"Content-Type": "text/html", "ETag": '"x"'}, body

    site.pages |= {"/": listing(FIRST), FIRST: page}
    crawl(site.url, "-s", "MIACRAWL_HONOUR=noindex")
    assert ledger(archive)[FIRST]["state"] == "skipped"
    crawl(site.url)
    assert titles(archive) == ["First"], "its 304 would have said nothing about the page that nobody kept"


def test_the_next_post_of_a_page_is_no_list(site: FakeSite, crawl: Run, archive: Path) -> None:
    photo = b'<!doctype html><title>Photo</title><h1>Photo</h1><a rel="next" href="%s">Next post</a>' % FIRST.encode()
    site.pages |= {"/": listing("/a-photo-of-it"), "/a-photo-of-it": photo, FIRST: article("First")}
    crawl(site.url)
    assert titles(archive) == ["First"]


def test_a_sitemap_that_was_busy_once_is_asked_again(site: FakeSite, crawl: Run, archive: Path) -> None:
    found = f"<urlset><url><loc>{site.at(SECOND)}</loc></url></urlset>".encode()
    site.pages |= {"/": listing(FIRST), FIRST: article("First"), SECOND: article("Second", topic="tea")}
    site.pages["/sitemap.xml"] = first_then(BUSY, (200, {"Content-Type": "application/xml"}, found))
    crawl(site.url)
    assert titles(archive) == ["First", "Second"]


def test_dates_that_are_always_new_cost_little_where_nothing_is_archived(
    site: FakeSite, crawl: Run, update: Run, archive: Path
) -> None:
    shelf = [f"/page-of-the-shop-{number}" for number in range(60)]

    def sitemap() -> Any:
        urls = "".join(f"<url><loc>{site.at(path)}</loc><lastmod>2098-01-01</lastmod></url>" for path in shelf)
        return 200, {"Content-Type": "application/xml"}, f"<urlset>{urls}</urlset>".encode()

    site.pages |= {"/": listing(FIRST), FIRST: article("First"), "/sitemap.xml": sitemap}
    site.pages |= {path: b"<!doctype html><title>Shop</title><p>Buy" + path.encode() for path in shelf}
    crawl(site.url)
    site.asked.clear()
    update()
    assert len([path for path in site.asked if path in shelf]) < len(shelf) / 2


def test_a_dead_site_does_not_hold_up_another(site: FakeSite, crawl: Run, archive: Path) -> None:
    site.pages |= {"/": listing(FIRST), FIRST: first_then(BUSY, article("First"))}
    done = crawl(site.url, f"http://127.0.0.1:{closed_port()}/")
    assert done.returncode == ExitCode.PARTIAL and titles(archive) == ["First"]


def test_a_redirect_to_a_host_that_was_given_up_waits_for_the_next_run(
    site: FakeSite, crawl: Run, archive: Path
) -> None:
    with FakeSite() as busy:
        busy.pages["/"] = (503, {"Retry-After": "3600"}, b"busy")

        def later() -> Any:
            until = monotonic() + 120
            while "/" not in busy.asked and monotonic() < until:
                sleep(0.05)
            sleep(1)  # it says so, and is heard
            return sent_to(busy.at("/moved"), 301)

        site.pages |= {"/": listing("/moved-to-there"), "/moved-to-there": later}
        done = crawl(site.url, busy.url)
        assert busy.asked.count("/moved") == 0 and site.asked.count("/moved-to-there") <= 2
    assert done.returncode != ExitCode.OK
    assert ledger(archive)["/moved-to-there"]["state"] == "pending"


def test_work_left_undone_is_told(two_stories: FakeSite, crawl: Run, archive: Path) -> None:
    two_stories.pages[FIRST] = first_then(BUSY, article("First"))
    waits = ("-s", "MIACRAWL_PATIENCE_SECONDS=2", "-s", "MIACRAWL_RETRY_SECONDS=60")
    done = crawl(two_stories.url, *waits)
    assert done.returncode == ExitCode.PARTIAL, done.stdout
    assert ask(archive, "SELECT pending FROM runs") == [{"pending": 1}]
    crawl(two_stories.url, *waits)


def test_an_article_lifts_a_trap(site: FakeSite, crawl: Run, archive: Path) -> None:
    bounded = ("-s", "MIACRAWL_TRAP_LIMIT=20")
    shown = [f"/a/{number}" for number in range(90)]
    stories = {path: article(f"Title {path}", topic=f"topic {path}") for path in shown}
    site.pages |= {"/": listing(*shown[:40])} | dict.fromkeys(shown[:40], b"<!doctype html><title>Wait</title><p>Wait")
    crawl(site.url, *bounded)
    assert ask(archive, "SELECT count(*) AS n FROM traps") == [{"n": 1}]
    site.pages |= {"/": listing(*shown)} | stories
    for _ in range(2):
        crawl(site.url, *bounded)
    assert len(titles(archive)) == len(shown)


def test_what_robots_txt_forbade_is_no_trap(site: FakeSite, crawl: Run, archive: Path) -> None:
    bounded = ("-s", "MIACRAWL_TRAP_LIMIT=20")
    shown = [f"/a/{number}" for number in range(40)]
    site.pages |= {"/": listing(*shown), "/robots.txt": (200, {}, b"User-agent: *\nDisallow: /a/")}
    crawl(site.url, *bounded)
    assert not ask(archive, "SELECT * FROM traps")
