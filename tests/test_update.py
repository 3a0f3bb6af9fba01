"""Updates as a scheduled job calls them, against a site on loopback that answers conditional requests."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from miacrawl.errors import ExitCode
from tests.conftest import Run, hurried
from tests.site import FakeSite, article, listing
from tests.test_crawl import ask, ledger, titles

XML = {"Content-Type": "application/xml"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def update(miacrawl: Run) -> Run:
    def run(*arguments: str, **options: object) -> Any:
        return miacrawl("update", "--allow-private", *hurried(), *arguments, **options)

    return run


def tagged(site: FakeSite, body: bytes, headers: dict[str, str] = HTML) -> Callable[[], Any]:
    """A page with an ETag, which answers 304 to who knows it."""
    tag = f'"{hash(body) & 0xFFFFFFFF:x}"'

    def answer() -> Any:
        if site.headers.get("If-None-Match") == tag:
            return 304, {"ETag": tag}, b""
        return 200, {**headers, "ETag": tag}, body

    return answer


def sitemap(site: FakeSite, *paths: str, lastmod: str = "2020-01-01") -> bytes:
    urls = "".join(f"<url><loc>{site.at(path)}</loc><lastmod>{lastmod}</lastmod></url>" for path in paths)
    return f"<urlset>{urls}</urlset>".encode()


def publish(site: FakeSite, *slugs: str) -> None:
    """Put articles on the site: in its sitemap, and under a home page that does not change."""
    site.pages["/"] = tagged(site, b"<title>Home</title><h1>Home</h1>")
    site.pages["/robots.txt"] = (200, {}, f"User-agent: *\nSitemap: {site.at('map.xml')}".encode())
    site.pages["/map.xml"] = tagged(site, sitemap(site, *slugs), XML)
    site.pages |= {f"/{slug}": tagged(site, article(slug.replace("-", " "))) for slug in slugs}


def asked_again(site: FakeSite, run: Callable[[], Any]) -> tuple[Any, list[str]]:
    site.asked.clear()
    return run(), list(site.asked)


def test_second_update_costs_a_handful_of_requests(site: FakeSite, crawl: Run, update: Run, archive: Path) -> None:
    publish(site, *(f"story-of-the-day-{n}" for n in range(12)))
    assert crawl(site.url).returncode == ExitCode.OK
    done, asked = asked_again(site, update)
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    assert sorted(asked) == ["/", "/map.xml"], "robots.txt is kept for a day"
    (run,) = ask(archive, "SELECT * FROM runs ORDER BY id DESC LIMIT 1")
    assert (run["kind"], run["new"], run["not_modified"]) == ("update", 0, 2)


def test_update_finds_what_is_new(site: FakeSite, crawl: Run, update: Run, archive: Path) -> None:
    publish(site, "the-first-long-story")
    crawl(site.url)
    publish(site, "the-first-long-story", "the-second-long-story")
    done, asked = asked_again(site, lambda: update("--json"))
    assert done.returncode == ExitCode.OK and json.loads(done.stdout)["new"] == 1
    assert sorted(asked) == ["/", "/map.xml", "/the-second-long-story"]
    yields = ask(archive, "SELECT source, discovered, archived FROM yields WHERE run_id = 2")
    assert yields == [{"source": "sitemap", "discovered": 1, "archived": 1}]


def test_update_visits_what_a_sitemap_calls_newer(site: FakeSite, crawl: Run, update: Run, archive: Path) -> None:
    publish(site, "the-first-long-story", "the-second-long-story")
    crawl(site.url)
    # As a site does after the crawl: the clock of the test is the archive's, set back.
    with sqlite3.connect(archive / "archive.db") as db:
        db.execute("UPDATE urls SET fetched_at = '2024-01-01T00:00:00Z'")
    site.pages["/map.xml"] = sitemap(site, "the-first-long-story", lastmod="2025-06-01T10:00:00+02:00")
    site.pages["/the-first-long-story"] = article("the first long story", topic="swimming")
    done, asked = asked_again(site, update)
    assert "0 new, 1 changed, 0 unchanged" in done.stdout
    assert sorted(asked) == ["/", "/map.xml", "/the-first-long-story"]


def test_site_whose_dates_are_always_new_is_not_believed_for_long(
    site: FakeSite, crawl: Run, update: Run, archive: Path
) -> None:
    slugs = [f"story-of-the-day-{n}" for n in range(60)]
    publish(site, *slugs)
    crawl(site.url)
    with sqlite3.connect(archive / "archive.db") as db:
        db.execute("UPDATE urls SET fetched_at = '2024-01-01T00:00:00Z'")
    site.pages["/map.xml"] = sitemap(site, *slugs, lastmod="2025-06-01")
    _, asked = asked_again(site, update)
    assert 20 <= len(asked) < 40, "a third is looked at, the rest left to its own time"
    assert ask(archive, "SELECT count(*) AS n FROM urls WHERE due = 1") == [{"n": 0}]


def test_update_visits_what_is_due_and_plans_the_next_visit(
    site: FakeSite, crawl: Run, update: Run, archive: Path
) -> None:
    publish(site, "the-first-long-story", "the-second-long-story")
    crawl(site.url)
    row = ledger(archive)["/the-first-long-story"]
    assert row["next_check"] > row["fetched_at"] and row["etag"]
    with sqlite3.connect(archive / "archive.db") as db:
        db.execute("UPDATE urls SET next_check = '2024-01-01T00:00:00Z' WHERE url LIKE '%first-long%'")
        db.execute("UPDATE articles SET last_seen = '2024-01-01T00:00:00Z'")
    done, asked = asked_again(site, update)
    assert "/the-first-long-story" in asked and "/the-second-long-story" not in asked
    assert "0 new, 0 changed, 1 unchanged" in done.stdout
    later = ledger(archive)["/the-first-long-story"]
    assert (later["state"], later["status"], later["checks_unchanged"]) == ("archived", 304, 1)
    assert later["next_check"] >= row["next_check"]
    seen = {row["title"]: row["last_seen"][:4] for row in ask(archive, "SELECT title, last_seen FROM articles")}
    assert seen == {"the first long story": later["fetched_at"][:4], "the second long story": "2024"}


def test_second_crawl_asks_for_every_page_conditionally(site: FakeSite, crawl: Run, archive: Path) -> None:
    publish(site, "the-first-long-story", "the-second-long-story")
    crawl(site.url)
    done, asked = asked_again(site, lambda: crawl(site.url))
    assert sorted(asked) == ["/", "/map.xml", "/the-first-long-story", "/the-second-long-story"]
    assert "0 new, 0 changed, 2 unchanged" in done.stdout and "4 answered that nothing has changed" in done.stdout


def test_links_of_an_unchanged_page_are_followed(site: FakeSite, crawl: Run, update: Run, archive: Path) -> None:
    """As after a kill: the page is archived, what it links to was never fetched, and the page answers 304."""
    links = '<section><h2>Related articles</h2><div><a href="/the-linked-story">The linked story</a></div></section>'
    site.pages["/"] = tagged(site, listing("/the-first-long-story"))
    site.pages["/the-first-long-story"] = tagged(site, article("The first", links=links))
    site.pages["/the-linked-story"] = article("The linked")
    crawl(site.url, "--limit", "1")
    assert titles(archive) == ["The first"]
    update()
    assert titles(archive) == ["The first", "The linked"]


def test_validators_are_not_sent_where_a_redirect_leads_elsewhere(site: FakeSite, crawl: Run, archive: Path) -> None:
    site.pages["/"] = listing("/the-first-long-story")
    site.pages["/the-first-long-story"] = tagged(site, article("The first"))
    crawl(site.url)
    sent: dict[str, str | None] = {}

    def moved() -> Any:
        sent["old"] = site.headers.get("If-None-Match")
        return 301, {"Location": "/the-new-address-of-it"}, b""

    def new() -> Any:
        sent["new"] = site.headers.get("If-None-Match")
        return 200, HTML, article("The first, moved")

    site.pages |= {"/the-first-long-story": moved, "/the-new-address-of-it": new}
    crawl(site.url)
    assert sent["old"] and sent["new"] is None


def test_update_without_an_archive_says_how_to_begin(update: Run) -> None:
    done = update()
    assert done.returncode == ExitCode.STORAGE and "miacrawl crawl URL" in done.stderr


def test_gone_articles_stay_and_are_looked_for_again_later(
    site: FakeSite, crawl: Run, update: Run, archive: Path
) -> None:
    publish(site, "the-first-long-story", "the-second-long-story")
    crawl(site.url)
    del site.pages["/the-second-long-story"]
    done = crawl(site.url)
    assert done.returncode == ExitCode.OK and "1 gone" in done.stdout
    assert len(titles(archive)) == 2
    row = ledger(archive)["/the-second-long-story"]
    assert row["state"] == "gone" and row["next_check"] > row["fetched_at"] and row["article_id"]
