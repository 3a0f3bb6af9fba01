"""The judge finds what it is there to find: each kind of fault, put before it by hand."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from miacrawl.store.archive import open_archive
from tests.stress.judge import Rules, judge_archive, judge_ledger, judge_requests, short_stretches
from tests.stress.logbook import Asked
from tests.stress.plan import FAULTS, Truth, plan_of, truth

HOST = "127.0.0.1:8000"
TRUTH = Truth({"/a": "A title"}, {"/a": "the end."}, {"/a": "listing"}, {})


def asked(path: str = "/a", t: float = 0.0, **more: object) -> Asked:
    return Asked(**{"t": t, "path": path, "host": HOST, "end": t + 0.01, "status": 200, "whole": True, **more})  # type: ignore[arg-type]


def kinds(*requests: Asked, **rules: float) -> list[str]:
    return [finding.kind for finding in judge_requests(requests, TRUTH, Rules(HOST, **rules))]  # type: ignore[arg-type]


def test_sound_requests_give_no_findings() -> None:
    assert kinds(asked(), asked("/b", 1.0)) == []


@pytest.mark.parametrize(
    "request_made",
    [asked("/private/x"), asked(host="localhost:8000"), asked("(a connection to the other port)", host="other port")],
)
def test_forbidden_paths_hosts_and_ports_are_found(request_made: Asked) -> None:
    assert kinds(request_made) == ["forbidden"]


def test_more_at_a_time_than_allowed_is_found() -> None:
    together = [asked(f"/{number}", 0.001 * number) for number in range(3)]
    assert kinds(*together[:2]) == [] and kinds(*together) == ["concurrency"]


def test_a_request_that_was_given_up_ends_before_the_site_learns_of_it() -> None:
    given_up = asked(end=4.0, whole=False)
    assert kinds(given_up, asked("/b", 3.0, end=5.0, whole=True), asked("/c", 3.95, end=5.0, whole=True)) == []


def test_request_while_the_host_asked_for_rest_is_found() -> None:
    held = asked(status=503, retry_after=2.0)
    assert kinds(held, asked("/b", 1.0)) == ["retry-after"]
    assert kinds(held, asked("/b", 2.05)) == [], "the time was over"
    assert kinds(held, asked("/b", 0.1)) == [], "it was on its way already"


def test_requests_too_close_to_each_other_are_found() -> None:
    assert short_stretches([n * 0.1 for n in range(60)], 0.1) == []
    assert short_stretches([n * 0.09 for n in range(60)], 0.1)


def test_trap_that_costs_too_much_is_found() -> None:
    assert kinds(*(asked(f"/calendar/{n}/1/", float(n)) for n in range(5)), trap_requests=4) == ["trap"]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive with the one article that it must have."""
    open_archive(tmp_path).conn.close()
    change(tmp_path, "INSERT INTO runs (id, spider, start_urls, started, reason, version, new, discovered)"
                     " VALUES (1, 'articles', '[]', '2026', 'finished', '1', 1, 1)")  # fmt: skip
    change(tmp_path, "INSERT INTO yields VALUES (1, 'x', 'listing', 1, 1)")
    add(tmp_path, 1, "/a", "A title")
    change(tmp_path, "INSERT INTO urls (id, url, url_key, site, kind, state, source, discovered_at, discovered_run_id,"
                     " article_id)"
                     " VALUES (1, 'http://x/a', 'x/a', 'x', 'page', 'archived', 'listing', '2026', 1, 1)")  # fmt: skip
    return tmp_path


def change(archive: Path, sql: str) -> None:
    connection = sqlite3.connect(archive / "archive.db")
    connection.execute(sql)
    connection.commit()
    connection.close()


def add(archive: Path, number: int, path: str, title: str) -> None:
    change(archive, "INSERT INTO articles (id, url, url_key, fetched_url, site, title, body, content_hash, first_seen,"
                    f" last_seen, changed_at) VALUES ({number}, 'http://x{path}', 'x{path}', '', 'x', '{title}',"
                    " 'Up to the end.', '', '', '', '')")  # fmt: skip


def found(archive: Path) -> list[str]:
    return [finding.kind for finding in (*judge_archive(archive, TRUTH), *judge_ledger(archive))]


def test_sound_archive_gives_no_findings(archive: Path) -> None:
    assert found(archive) == []


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("DELETE FROM articles", "lost"),
        ("UPDATE articles SET title = 'Another'", "wrong content"),
        ("UPDATE articles SET body = 'Up to the'", "cut off"),
        ("UPDATE urls SET due = 1", "unsettled"),
        ("UPDATE urls SET state = 'pending'", "unsettled"),
        ("UPDATE urls SET state = 'skipped'", "no reason"),
        ("DELETE FROM urls", "no ledger row"),
        ("UPDATE runs SET new = 2", "sums"),
        ("UPDATE runs SET discovered = 2", "sums"),
    ],
)
def test_damage_is_found(archive: Path, damage: str, finding: str) -> None:
    change(archive, damage)
    assert finding in found(archive)


def test_second_address_of_an_article_is_a_duplicate(archive: Path) -> None:
    add(archive, 2, "/a?print=1", "A title")
    assert found(archive).count("duplicate") == 2, "by its address and by its title"


def test_truth_is_the_same_for_the_same_seed_and_tells_of_all_articles() -> None:
    assert truth(1, 300) == truth(1, 300) != truth(2, 300)
    told = truth(1, 300)
    assert len(told.articles) == len(set(told.articles.values())) == 300
    assert {*told.roads.values()} == {"listing", "sitemap", "listing+sitemap", "feed", "related", "moved"}


def test_every_hidden_story_hangs_on_a_chain_that_begins_in_the_open() -> None:
    plan = plan_of(1, 300, FAULTS)
    led = [number for story in plan.stories for number in story.leads_to]
    hidden = [story.number for story in plan.on_road("related")]
    assert sorted(led) == sorted(hidden), "each is led to once"
