"""What pages and sites wish is recorded with each article, and honoured where the run is told to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from miacrawl.errors import ExitCode
from tests.conftest import Run
from tests.site import FakeSite, article, listing
from tests.test_crawl import ask, ledger, titles

HTML = {"Content-Type": "text/html; charset=utf-8"}
ASKING = ("-s", "MIACRAWL_RESERVATIONS=1")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def with_meta(title: str, meta: str) -> bytes:
    return article(title).replace(b"</head>", f"{meta}</head>".encode())


def said(archive: Path) -> dict[str, Any]:
    return {
        row["title"]: json.loads(row["directives"]) for row in ask(archive, "SELECT title, directives FROM articles")
    }


@pytest.fixture
def wishing(site: FakeSite) -> FakeSite:
    paths = ("/plain-story-today", "/noindex-story-today", "/header-story-today", "/mined/reserved-story-today")
    site.pages["/"] = listing(*paths)
    site.pages["/plain-story-today"] = article("Plain")
    site.pages["/noindex-story-today"] = with_meta("Shy", '<meta name="robots" content="NOINDEX, max-snippet:50">')
    tags = {"X-Robots-Tag": "noarchive, nosnippet", "tdm-reservation": "1", "tdm-policy": "/terms.json"}
    site.pages["/header-story-today"] = (200, HTML | tags, article("Header"))
    site.pages["/mined/reserved-story-today"] = article("Reserved")
    rules = [{"location": "/mined/*", "tdm-reservation": 1, "tdm-policy": "https://example.org/policy"}]
    site.pages["/.well-known/tdmrep.json"] = (200, {}, json.dumps(rules).encode())
    site.pages["/ai.txt"] = (200, {"Content-Type": "text/plain"}, b"User-Agent: *\nDisallow: /plain\nAllow: /\n")
    return site


def test_wishes_are_recorded_and_pages_archived(wishing: FakeSite, crawl: Run, archive: Path) -> None:
    done = crawl(wishing.url, *ASKING)
    assert done.returncode == ExitCode.OK, done.stderr
    assert said(archive) == {
        "Plain": {"tdm_reserved": True, "sources": ["ai.txt"]},
        "Shy": {"robots": ["noindex", "max-snippet:50"], "tdm_reserved": False, "sources": ["meta", "ai.txt"]},
        "Header": {
            "robots": ["noarchive", "nosnippet"],
            "tdm_reserved": True,
            "tdm_policy": wishing.at("/terms.json"),
            "sources": ["header", "ai.txt"],
        },
        "Reserved": {
            "tdm_reserved": True,
            "tdm_policy": "https://example.org/policy",
            "sources": ["tdmrep.json", "ai.txt"],
        },
    }
    row = ask(archive, "SELECT tdmrep, ai_txt FROM hosts")[0]
    assert "/mined/" in row["tdmrep"] and "Disallow" in row["ai_txt"]


def test_the_files_are_asked_once_before_the_pages_and_not_by_the_next_run(wishing: FakeSite, crawl: Run) -> None:
    crawl(wishing.url, *ASKING)
    files = ["/robots.txt", "/.well-known/tdmrep.json", "/ai.txt"]
    assert sorted(wishing.asked[:3]) == sorted(files) and wishing.asked[0] == "/robots.txt"
    assert sum(path in files for path in wishing.asked) == 3
    wishing.asked.clear()
    crawl(wishing.url, *ASKING)
    assert not set(files) & set(wishing.asked)


def test_robots_txt_holds_for_the_files_too(wishing: FakeSite, crawl: Run, archive: Path) -> None:
    wishing.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /ai.txt\nDisallow: /.well-known/")
    crawl(wishing.url, *ASKING)
    assert "/ai.txt" not in wishing.asked and len(titles(archive)) == 4
    assert said(archive)["Plain"] == {}


@pytest.mark.parametrize(
    ("honour", "left"),
    [
        ("noindex", {"Plain", "Header", "Reserved"}),
        ("noarchive,nosnippet", {"Plain", "Shy", "Reserved"}),
        ("tdm", {"Shy"}),
    ],
)
def test_what_is_to_be_honoured_is(wishing: FakeSite, crawl: Run, archive: Path, honour: str, left: set[str]) -> None:
    done = crawl(wishing.url, *ASKING, "-s", f"MIACRAWL_HONOUR={honour}")
    assert done.returncode == ExitCode.OK, done.stderr
    assert set(titles(archive)) == left
    reasons = [row["reason"] for row in ledger(archive).values() if row["state"] == "skipped" and row["attempts"]]
    assert any("asks not to be" in reason or "is reserved" in reason for reason in reasons)


def test_an_unknown_wish_is_an_error(wishing: FakeSite, crawl: Run) -> None:
    done = crawl(wishing.url, "-s", "MIACRAWL_HONOUR=noindx")
    assert done.returncode == ExitCode.CONFIG and "'noindx' is none of" in done.stderr
    assert not wishing.asked


def test_a_site_that_fails_on_the_files_is_crawled(wishing: FakeSite, crawl: Run, archive: Path) -> None:
    wishing.pages["/ai.txt"] = (500, {}, b"")
    wishing.pages["/.well-known/tdmrep.json"] = (200, {}, b"\x00" * 300_000)
    done = crawl(wishing.url, *ASKING)
    assert done.returncode == ExitCode.OK and len(titles(archive)) == 4
