"""`miacrawl why`: one address, all that became of it, on one screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from miacrawl.account.robots_line import deciding_rule
from miacrawl.cli import group
from miacrawl.exchange import Exchange
from miacrawl.store.captures import Captures
from miacrawl.store.connection import open_database
from miacrawl.store.nearby import nearest
from miacrawl.urls import site_of, url_key
from tests import shelf

HOME = "https://gardennotes.example/"
STORY = f"{HOME}soil/worms-in-spring"
OLD = f"{HOME}old/worms"
BEGAN = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
ROBOTS = "User-agent: *\nDisallow: /private/\nAllow: /private/open\n\nUser-agent: otherbot\nDisallow: /\n"


class Shelf:
    """An archive of one article on a site, to which a test adds what it is about."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.db: Database = open_database(folder / "archive.db")
        self.kept = Captures(self.db, folder, 1)
        with self.db.conn:
            self.db.table("runs").insert({**shelf.run(), "kind": "crawl"})
            self.db.table("hosts").insert(
                {
                    "origin": HOME.rstrip("/"),
                    "robots_txt": ROBOTS,
                    "robots_status": 200,
                    "robots_fetched_at": "2026-03-30T07:59:00Z",
                }
            )
            shelf.add(self.db, 1, url=STORY, url_key=url_key(STORY), canonical_url=STORY, title="Worms in spring")

    def address(self, url: str, **values: Any) -> int:
        """Enter an address; the number of its row."""
        row = {
            "url": url,
            "url_key": url_key(url),
            "site": site_of(url),
            "kind": "page",
            "state": "archived",
            "source": "listing",
            "referrer": HOME,
            "depth": 1,
            "status": 200,
            "attempts": 1,
            "discovered_at": "2026-03-30T08:00:10Z",
            "discovered_run_id": 1,
            "fetched_at": "2026-03-30T08:00:20Z",
        }
        with self.db.conn:
            return int(self.db.table("urls").insert({**row, **values}).last_pk)

    def capture(self, url: str, status: int = 200, minutes: int = 0, body: bytes = b"<p>Worms", head: str = "") -> int:
        began = BEGAN + timedelta(minutes=minutes)
        answer = f"HTTP/1.1 {status} Said\r\nContent-Type: text/html\r\n{head}\r\n".encode()
        capture = self.kept.keep(Exchange(url, began, status, b"GET / HTTP/1.1\r\n\r\n", answer, body))
        self.kept.close()
        assert capture.id is not None
        return capture.id

    def attempt(self, url_id: int, at: str, outcome: str, **values: Any) -> None:
        with self.db.conn:
            self.db.table("attempts").insert({"url_id": url_id, "run_id": 1, "at": at, "outcome": outcome, **values})

    def set(self, table: str, key: int, **values: Any) -> None:
        with self.db.conn:
            self.db.table(table).update(key, values)

    def why(self, url: str, *options: str) -> Any:
        return CliRunner().invoke(group, ["why", url, "--archive", str(self.folder), *options])

    def text(self, url: str, code: int = 0) -> str:
        """The text with its lines joined, white space folded."""
        done = self.why(url)
        assert done.exit_code == code, done.output
        return " ".join(done.stdout.split())


@pytest.fixture
def archive(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "archive")


@pytest.fixture
def full(archive: Shelf) -> Shelf:
    """The article with everything that can be known of it: visits, captures, two versions, a twin, an alias."""
    row = archive.address(STORY, article_id=1, next_check="2099-01-01T00:00:00Z", lastmod="2026-03-29")
    first = archive.capture(STORY, body=b"<p>Worms" * 200)
    last = archive.capture(STORY, minutes=60, body=b"<p>Worms!" * 200)
    archive.attempt(row, "2026-03-30T08:00:20Z", "new", status=200, capture_id=first)
    for number in range(20):
        archive.attempt(row, f"2026-03-30T08:{number + 10}:00Z", "unchanged", status=304, capture_id=first)
    archive.attempt(row, "2026-03-30T09:00:20Z", "changed", status=200, capture_id=last)
    archive.set("articles", 1, version=2, capture_id=last, extractor="0.1.0+abcdef")
    with archive.db.conn:
        archive.db.table("article_versions").insert_all(
            [
                {"article_id": 1, "number": 1, "first_seen": "2026-03-30T08:00:20Z",
                 "last_seen": "2026-03-30T08:40:00Z", "content_hash": "1", "capture_id": first, "changed": "[]"},
                {"article_id": 1, "number": 2, "first_seen": "2026-03-30T09:00:20Z", "last_seen": None,
                 "content_hash": "2", "capture_id": last, "changed": '["title", "body"]'},
            ]
        )  # fmt: skip
        shelf.add(archive.db, 2)
        archive.db.table("duplicates").insert(
            {"article_id": 1, "twin_id": 2, "kind": "near", "similarity": 0.93, "found_at": "2026-03-30T09:00:20Z"}
        )
    archive.address(OLD, article_id=1, reason=f"redirected to {STORY}")
    return archive


def test_article_tells_discovery_visits_capture_rules_and_versions(full: Shelf) -> None:
    text = full.text(STORY)
    for part in (
        "archived as article 1",
        "2026-03-30 08:00:10 in run 1 (crawl), by a link, 1 link from a start page",
        f"on {HOME}",
        "last modified there 2026-03-29",
        "allows it: no rule is against it",
        "2026-03-30 08:00:20 run 1 new HTTP 200",
        "… 14 more …",
        "2026-03-30 09:00:20 run 1 changed HTTP 200",
        "the page names this address",
        f"also at {OLD}",
        "2026-03-30 09:00:00: response HTTP 200, 1,800 bytes",
        "sha256:",
        ".warc.gz at ",
        "Worms in spring, 160 words, published 2026-02-02",
        "title heuristic:h1",
        "2 2026-03-30 09:00:20 to 2026-03-30 08:01:00 changed: title, body",
        "article 2 (near, 0.93)",
        "an update visits it from 2099-01-01 00:00:00 on",
    ):
        assert part in text


def test_it_is_one_screen_of_a_hundred_columns(full: Shelf) -> None:
    lines = full.why(STORY).stdout.splitlines()
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 100


def test_record_is_where_it_says(full: Shelf) -> None:
    from miacrawl.warc.reading import parsed, raw
    from miacrawl.warc.writer import Place

    capture = json.loads(full.why(STORY, "--json").stdout)["capture"]
    place = Place(capture["file"], capture["offset"], capture["length"])
    assert parsed(raw(full.folder / "warc", place), place.file).url == STORY


def test_json_has_all_that_the_text_has(full: Shelf) -> None:
    told = json.loads(full.why(STORY, "--json").stdout)
    assert told["ledger"]["state"] == "archived"
    assert told["attempts"]["count"] == 22
    assert told["robots"]["allowed"] is True
    assert told["versions"]["last"][-1]["changed"] == ["title", "body"]
    assert told["others"]["some"] == [[OLD, f"redirected to {STORY}"]]
    assert told["stranger"] is None


@pytest.mark.parametrize(
    "spelling", [f"{STORY}/?utm_source=x#top", STORY.replace("https://", "http://www."), STORY[8:]]
)
def test_any_spelling_of_an_address_is_that_address(full: Shelf, spelling: str) -> None:
    assert full.why(spelling).stdout == full.why(STORY).stdout


def test_alias_names_the_article_and_why_it_leads_there(full: Shelf) -> None:
    text = full.text(OLD)
    assert "archived as article 1, which stands under another address" in text
    assert f"{STORY} is the address of the article this address: redirected to {STORY}" in text


def test_redirects_are_told_hop_by_hop(full: Shelf) -> None:
    middle = f"{HOME}middle"
    full.capture(OLD, 301, head="Location: /middle\r\n", body=b"")
    full.capture(middle, 302, head=f"location: {STORY}\r\n", body=b"")
    text = full.text(OLD)
    assert f"redirects 301 to {middle} (2026-03-30 08:00:00) 302 to {STORY} (2026-03-30 08:00:00)" in text


def test_redirects_in_a_circle_end(archive: Shelf) -> None:
    archive.address(OLD, state="failed", reason="redirects in a circle", status=None)
    archive.capture(OLD, 301, head="Location: /middle\r\n", body=b"")
    archive.capture(f"{HOME}middle", 301, head="Location: /old/worms\r\n", body=b"")
    assert archive.text(OLD).count("301 to") == 2


def test_address_that_stopped_to_redirect_has_no_hops(archive: Shelf) -> None:
    archive.address(OLD)
    archive.capture(OLD, 301, head="Location: /middle\r\n", body=b"")
    archive.capture(OLD, 200, minutes=5)
    assert "redirects" not in archive.text(OLD)


def test_hop_that_is_no_row_of_the_ledger_is_known_by_its_capture(archive: Shelf) -> None:
    archive.capture(f"{HOME}middle", 301, head="Location: /x\r\n", body=b"")
    assert "not in the ledger, but fetched on the way to another address" in archive.text(f"{HOME}middle")


def test_archive_from_before_captures_says_so(archive: Shelf) -> None:
    archive.address(STORY, article_id=1, attempts=3)
    text = archive.text(STORY)
    assert "3, the last on 2026-03-30 08:00:20: HTTP 200 (visits were not kept one by one then)" in text
    assert "none: it was fetched before captures were kept" in text
    assert "1, from 2026-03-30 08:01:00 to 2026-03-30 08:01:00" in text


def test_forbidden_address_names_the_line_of_robots_txt(archive: Shelf) -> None:
    url = f"{HOME}private/notes"
    archive.address(url, state="skipped", reason="forbidden by robots.txt", status=None)
    text = archive.text(url)
    assert "not archived: forbidden by robots.txt" in text
    assert "forbids it by line 2, 'Disallow: /private/' (of *); read 2026-03-30 07:59:00" in text
    assert "none: it never gave an answer" in text


def test_robots_txt_that_is_not_obeyed_is_told(archive: Shelf) -> None:
    (archive.folder / "miacrawl.yaml").write_text("settings:\n  ROBOTSTXT_OBEY: false\n")
    archive.address(STORY)
    assert "ROBOTSTXT_OBEY is false" in archive.text(STORY)


def test_gone_article_says_since_when(archive: Shelf) -> None:
    archive.address(STORY, article_id=1, state="gone", status=410, reason="HTTP 410 Gone")
    archive.set("articles", 1, gone_since="2026-05-01T00:00:00Z")
    assert "no longer at its address since 2026-05-01 00:00:00: the last good version stays" in archive.text(STORY)


def test_failure_waits_with_its_reason_and_host_that_is_held(archive: Shelf) -> None:
    url = f"{HOME}busy"
    archive.address(url, state="pending", reason="to be tried again: HTTP 503", status=503, due=1, tries=1)
    with archive.db.conn:
        archive.db.execute("UPDATE hosts SET hold_until = '2099-01-01T00:00:00Z', hold_reason = 'Retry-After'")
    text = archive.text(url)
    assert "not fetched yet: to be tried again: HTTP 503" in text
    assert "the host is left alone until 2099-01-01 00:00:00: Retry-After" in text
    assert "it waits to be fetched by the next run of its site" in text


@pytest.mark.parametrize(
    ("reason", "way_out"),
    [
        ("off-site", "miacrawl crawl https://elsewhere.example/a"),
        ("an empty shell that needs JavaScript", "MIACRAWL_RENDER"),
        ("more than 25 links from a start page (DEPTH_LIMIT)", "a higher DEPTH_LIMIT"),
    ],
)
def test_reason_that_something_can_be_done_about_says_what(archive: Shelf, reason: str, way_out: str) -> None:
    url = "https://elsewhere.example/a"
    archive.address(url, state="skipped", reason=reason, status=None, attempts=0)
    text = archive.text(url)
    assert f"not archived: {reason} " in text
    assert way_out in text
    assert "no visit is planned" in text


def test_trap_names_its_family(archive: Shelf) -> None:
    url = f"{HOME}calendar/2031/07"
    archive.address(url, state="skipped", reason="looks like a trap: 200 pages like /calendar/N/N led to nothing new")
    with archive.db.conn:
        archive.db.table("traps").insert(
            {"site": site_of(url), "pattern": "/calendar/N/N", "visits": 200, "found_at": "2026-03-30T08:00:00Z",
             "run_id": 1}
        )  # fmt: skip
    assert "200 pages like /calendar/N/N led to nothing new; found out in run 1" in archive.text(url)


@pytest.mark.parametrize("kind", ["feed", "sitemap", "listing"])
def test_files_and_listings_say_what_they_led_to(archive: Shelf, kind: str) -> None:
    archive.address(f"{HOME}new.xml", kind=kind, state="followed", found=12, last_found_at="2026-03-30T08:00:30Z")
    assert "12 new addresses, the last on 2026-03-30 08:00:30" in archive.text(f"{HOME}new.xml")
    archive.address(f"{HOME}dry.xml", kind=kind, state="followed")
    assert "no new address so far" in archive.text(f"{HOME}dry.xml")


def test_article_without_a_row_in_the_ledger_is_known(archive: Shelf) -> None:
    assert "archived as article 1" in archive.text(STORY)


# --- what the archive never met ---


def test_unknown_address_names_its_neighbours_and_ends_with_5(full: Shelf) -> None:
    text = full.text(f"{HOME}soil/worms-in-sprnig", code=5)
    assert "unknown: this archive has never met this address" in text
    assert "gardennotes.example is in the archive: 2 archived" in text
    assert f"known {STORY} (article 1)" in text
    assert f"to have it miacrawl crawl {HOME}soil/worms-in-sprnig" in text


def test_unknown_address_of_an_unknown_site_names_sites_that_are_like_it(full: Shelf) -> None:
    text = full.text("https://m.gardennotes.example/soil/worms", code=5)
    assert "nothing of m.gardennotes.example is in the archive; it has gardennotes.example" in text


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"{HOME}private/x", "forbidden by robots.txt"),
        (f"{HOME}leaflet.pdf", "not a web page, by its name (.pdf)"),
        (f"{HOME}a/b/a/b/a/b", "its path repeats itself"),
    ],
)
def test_unknown_address_that_no_crawl_would_fetch_says_why(full: Shelf, url: str, reason: str) -> None:
    assert f"a crawl would leave it out: {reason}" in full.text(url, code=5)


def test_profile_says_that_an_unknown_address_is_not_wanted(full: Shelf) -> None:
    (full.folder / "sites").mkdir()
    (full.folder / "sites" / "garden.yaml").write_text(
        "key: garden\nname: Garden Notes\nhosts: [gardennotes.example]\narticle: /soil/[^/]+\nlisting: /topics/.*|\n"
    )
    assert "neither an article nor a listing of Garden Notes" in full.text(f"{HOME}shop", code=5)


def test_unknown_address_as_json_ends_with_5_too(full: Shelf) -> None:
    done = full.why(f"{HOME}soil/other", "--json")
    assert done.exit_code == 5
    assert json.loads(done.stdout)["stranger"]["states"] == {"archived": 2}


@pytest.mark.parametrize("text", ["no address", "12", "https://[x/", "ftp://a.example/", ""])
def test_what_is_no_address_is_one_line_and_ends_with_3(archive: Shelf, text: str) -> None:
    done = archive.why(text)
    assert getattr(done.exception, "exit_code", None) == 3
    assert "is no address" in str(done.exception)


def test_archive_of_an_older_miacrawl_says_how_to_bring_it_up_to_date(archive: Shelf) -> None:
    archive.address(STORY, article_id=1)
    with archive.db.conn:
        archive.db.execute("DROP VIEW versions")
        archive.db.execute("DROP TABLE attempts")
        archive.db.execute("ALTER TABLE articles DROP COLUMN gone_since")
    done = archive.why(STORY)
    assert getattr(done.exception, "exit_code", None) == 7
    assert "miacrawl init" in str(done.exception)


def test_what_pages_say_can_not_reach_the_terminal(archive: Shelf) -> None:
    archive.address(STORY, article_id=1, reason="\x1b[2J\u202eboo", referrer="https://x.example/\x1b]0;x")
    archive.set("articles", 1, title="\x1b[31mred\u202e", provenance='{"title": "css(\x1b[1m)"}', flags='["\x1b"]')
    for options in ((), ("--json",)):
        done = archive.why(STORY, *options)
        assert not set("\x1b\u202e") & set(done.stdout)


def test_broken_columns_are_no_trouble(archive: Shelf) -> None:
    archive.address(STORY, article_id=1)
    archive.set("articles", 1, provenance="[1]", flags="{}", authors="x")
    assert "archived as article 1" in archive.text(STORY)


def test_nothing_is_written(full: Shelf) -> None:
    before = (full.folder / "archive.db").read_bytes()
    full.why(STORY)
    assert (full.folder / "archive.db").read_bytes() == before


# --- robots.txt ---


@pytest.mark.parametrize(
    ("path", "agent", "line"),
    [
        ("/private/x", "miacrawl", 2),
        ("/private/open/x", "miacrawl", 3),
        ("/soil", "miacrawl", None),
        ("/soil", "otherbot", 6),
        ("/private/x", "otherbot", 6),
    ],
)
def test_rule_that_decides_is_the_longest_of_its_agents_group(path: str, agent: str, line: int | None) -> None:
    rule = deciding_rule(ROBOTS, f"https://a.example{path}", agent)
    assert (rule.line if rule else None) == line


@pytest.mark.parametrize(
    "text", ["", "Disallow: /", "User-agent: *\nDisallow:", "\x00\x01", "User-agent: *\nDissalow: /"]
)
def test_rule_that_can_not_be_named_is_left_out(text: str) -> None:
    assert deciding_rule(text, "https://a.example/x", "miacrawl") is None


def test_wildcards_and_ends_are_understood_as_by_the_crawler() -> None:
    text = "User-agent: *\nDisallow: /*.php$\nDisallow: /a*b\n"
    found: Callable[[str], Any] = lambda path: deciding_rule(text, f"https://a.example{path}", "miacrawl")  # noqa: E731
    assert (found("/x.php").line, found("/x.php?y"), found("/aXb").line) == (2, None, 3)


# --- neighbours ---


def test_same_last_part_in_another_folder_is_the_nearest(archive: Shelf) -> None:
    for path in ("news/2024/worms", "soil/wormz", "soil/spades", "tools/forks"):
        archive.address(f"{HOME}{path}")
    found = nearest(archive.db, "gardennotes.example/soil/worms", "gardennotes.example")
    assert [one.url for one in found] == [f"{HOME}news/2024/worms", f"{HOME}soil/wormz"]


def test_neighbours_are_found_among_many(archive: Shelf) -> None:
    with archive.db.conn:
        archive.db.table("urls").insert_all(
            {"url": f"{HOME}a/{number}", "url_key": f"gardennotes.example/a/{number:06}", "site": "gardennotes.example",
             "kind": "page", "state": "archived", "source": "listing", "discovered_at": "x"}
            for number in range(30_000)
        )  # fmt: skip
    archive.address(f"{HOME}z/the-last-of-all")
    (found,) = nearest(archive.db, "gardennotes.example/z/the-last-of-al", "gardennotes.example")
    assert found.url == f"{HOME}z/the-last-of-all"
