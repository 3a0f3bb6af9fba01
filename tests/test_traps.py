"""Endless families of addresses: a run tries some, and goes on with what leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from miacrawl.errors import ExitCode
from miacrawl.store.traps import _Family
from tests.conftest import Run, hurried
from tests.site import FakeSite, article, listing
from tests.test_crawl import ask, titles

LIMIT = 20


class EndlessSite(dict[str, Any]):
    """Pages made up as they are asked for: `rules` are patterns of paths with what makes their answers."""

    def __init__(self, rules: dict[str, Any]) -> None:
        super().__init__()
        self.rules = rules

    def get(self, path: str, default: Any = None) -> Any:
        if path in self:
            return self[path]
        for pattern, make in self.rules.items():
            if match := re.fullmatch(pattern, path):
                return make(match)
        return default


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def asked(site: FakeSite, pattern: str) -> int:
    return sum(bool(re.match(pattern, path)) for path in site.asked)


def crawl_bounded(crawl: Run, site: FakeSite, *more: str) -> None:
    done = crawl(site.url, "-s", f"MIACRAWL_TRAP_LIMIT={LIMIT}", "-s", "DEPTH_LIMIT=0", *more)
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr


def calendar(match: re.Match[str]) -> bytes:
    month = int(match.group(1))
    return listing(f"/calendar/{month + 1}", f"/calendar/{month + 2}", "/a-story-to-read")


def test_a_calendar_without_end_ends(site: FakeSite, crawl: Run, archive: Path) -> None:
    site.pages = EndlessSite({r"/calendar/(\d+)": calendar})
    site.pages |= {"/": listing("/calendar/1", "/a-story-to-read"), "/a-story-to-read": article("A story")}
    crawl_bounded(crawl, site)
    assert LIMIT <= asked(site, "/calendar") <= LIMIT * 2
    assert titles(archive) == ["A story"]
    row = ask(archive, "SELECT pattern, visits FROM traps")
    assert row == [{"pattern": "/calendar/N", "visits": LIMIT}]
    reason = ask(archive, "SELECT reason FROM urls WHERE state = 'skipped' AND attempts = 0 LIMIT 1")[0]["reason"]
    assert reason.startswith(f"looks like a trap: {LIMIT} pages like /calendar/N led to nothing new")
    # The next run knows, the one after with a higher limit looks again.
    site.asked.clear()
    crawl_bounded(crawl, site)
    assert asked(site, "/calendar") <= LIMIT * 2
    before = len({path for path in site.asked if "calendar" in path})
    crawl(site.url, "-s", f"MIACRAWL_TRAP_LIMIT={LIMIT * 3}", "-s", "DEPTH_LIMIT=0")
    assert len({path for path in site.asked if "calendar" in path}) > before


def test_a_calendar_of_months_and_days_ends(site: FakeSite, crawl: Run) -> None:
    site.pages = EndlessSite(
        {
            r"/cal/(\d+)": lambda match: listing(f"/cal/{int(match[1]) + 1}", f"/cal/{match[1]}/1", "/feed.xml"),
            r"/cal/(\d+)/(\d+)": lambda match: listing(f"/cal/{int(match[1]) + 1}/{int(match[2]) % 28 + 1}"),
        }
    )
    site.pages |= {"/": listing("/cal/1", "/a-story-to-read"), "/a-story-to-read": article("A story")}
    crawl_bounded(crawl, site)
    assert asked(site, "/cal/") <= LIMIT * 8


def test_made_up_words_end_too(site: FakeSite, crawl: Run) -> None:
    def words(match: re.Match[str]) -> bytes:
        return listing(*(f"/tags/{match[1]}{letter}" for letter in "abc"))

    site.pages = EndlessSite({r"/tags/([a-z]*)": words})
    site.pages |= {"/": listing("/tags/x", "/a-story-to-read"), "/a-story-to-read": article("A story")}
    crawl_bounded(crawl, site)
    assert asked(site, "/tags/") <= LIMIT * 5 * 2


def test_pages_of_a_long_list_are_no_trap(site: FakeSite, crawl: Run, archive: Path) -> None:
    pages = LIMIT * 3
    site.pages["/"] = listing("/page/1")
    for number in range(1, pages + 1):
        site.pages[f"/page/{number}"] = listing(f"/read/{number}00", f"/page/{number + 1}" if number < pages else "/")
        site.pages[f"/read/{number}00"] = article(f"Story {number}")
    crawl_bounded(crawl, site)
    assert len(titles(archive)) == pages and not ask(archive, "SELECT * FROM traps")


def test_a_long_list_of_what_the_sitemap_named_is_no_trap(site: FakeSite, crawl: Run, archive: Path) -> None:
    """The last pages of the list name what the sitemap does not."""
    pages = LIMIT * 3
    urls = "".join(f"<url><loc>{site.at(f'/read/{number}00')}</loc></url>" for number in range(1, pages))
    xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    site.pages["/sitemap.xml"] = (200, {"Content-Type": "application/xml"}, xml.encode())
    site.pages["/"] = listing("/page/1")
    for number in range(1, pages + 1):
        site.pages[f"/page/{number}"] = listing(f"/read/{number}00", f"/page/{number + 1}" if number < pages else "/")
        site.pages[f"/read/{number}00"] = article(f"Story {number}")
    crawl_bounded(crawl, site)
    assert len(titles(archive)) == pages


def test_one_text_under_endless_addresses_is_one_article(site: FakeSite, crawl: Run, archive: Path) -> None:
    def copy(match: re.Match[str]) -> bytes:
        link = f'<a href="/a-story-to-read?visit={int(match[1]) + 1}">again</a>'
        return article("A story", links=f"<aside><h2>Related</h2>{link}</aside>")

    site.pages = EndlessSite({r"/a-story-to-read\?visit=(\d+)": copy})
    site.pages |= {"/": listing(*(f"/a-story-to-read?visit={number}" for number in range(LIMIT * 3)))}
    crawl_bounded(crawl, site)
    assert titles(archive) == ["A story"]
    assert asked(site, "/a-story") <= LIMIT * 2
    told = ask(archive, "SELECT reason FROM urls WHERE reason LIKE 'same article as%'")
    assert len(told) >= LIMIT - 1


def test_without_a_limit_all_is_read(site: FakeSite, miacrawl: Run) -> None:
    site.pages = EndlessSite({r"/calendar/(\d+)": calendar})
    site.pages |= {"/": listing("/calendar/1"), "/calendar/60": article("The end of time")}
    options = ("-s", "MIACRAWL_TRAP_LIMIT=0", "-s", "DEPTH_LIMIT=58")
    done = miacrawl("crawl", site.url, "--allow-private", *hurried(), *options)
    assert done.returncode == ExitCode.OK and asked(site, "/calendar") > 50


def test_a_family_with_articles_keeps_nothing_of_what_its_pages_lead_to() -> None:
    family = _Family()
    family.lead_to({1, 2}, {"/a/N", "/b/N"})
    assert (family.seen, family.leads, family.fresh) == ({1, 2}, {"/a/N", "/b/N"}, 1)
    family.articles += 1
    family.lead_to({3}, {"/c/N"})
    assert not family.seen and not family.leads
