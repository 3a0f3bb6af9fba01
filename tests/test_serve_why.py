"""Why is this address missing? The page says what `miacrawl why` says, and finds addresses by how they begin."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml
from click.testing import CliRunner

from miacrawl.cli import group
from miacrawl.cli.why_account import account_in
from miacrawl.store.connection import open_database
from miacrawl.urls import url_key
from tests import ailing, shelf
from tests.reader import Reader
from tests.steady_reader import SteadyReader

HOME = "https://gardennotes.example/"
STORY = f"{HOME}soil/worms"
BUSY = f"{HOME}busy/1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ailing archive with an article of two versions, visited in two runs, and a robots.txt."""
    made = ailing.build(tmp_path_factory.mktemp("why") / "archive")
    db = open_database(made / "archive.db")
    with db.conn:
        robots = "User-agent: *\nDisallow: /private/\n"
        db.table("hosts").insert(
            {"origin": HOME.rstrip("/"), "robots_txt": robots, "robots_status": 200, "robots_fetched_at": "2026-03-30"}
        )
        shelf.add(db, 40, url=STORY, url_key=url_key(STORY), title="Worms in spring", version=2, capture_id=2)
        db.table("urls").insert(
            {"id": 5000, "url": STORY, "url_key": url_key(STORY), "site": "gardennotes.example", "kind": "page",
             "state": "archived", "source": "listing", "referrer": HOME, "depth": 1, "status": 200, "attempts": 2,
             "article_id": 40, "discovered_at": "2026-03-30T08:00:10Z", "discovered_run_id": 1,
             "next_check": "2099-01-01T00:00:00Z"}
        )  # fmt: skip
        for capture, outcome in ((1, "new"), (2, "changed")):
            visit = {"url_id": 5000, "run_id": capture, "at": "2026-03-30T08:00:20Z", "outcome": outcome}
            db.table("attempts").insert({**visit, "status": 200, "capture_id": capture})
        for number in (1, 2):
            db.table("article_versions").insert(
                {"article_id": 40, "number": number, "first_seen": "2026-03-30T08:00:20Z", "content_hash": str(number),
                 "changed": '["title"]' if number == 2 else "[]"}
            )  # fmt: skip
    db.conn.close()
    return made


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    return SteadyReader(folder)


def asked(url: str, twin: str = "") -> str:
    return f"/why{twin}?url={quote(url, safe='')}"


def test_article_tells_its_story_with_links(reader: Reader) -> None:
    page = reader.page(asked(STORY))
    text = " ".join(" ".join(page.itertext()).split())
    for part in (
        "Archived as article 40",
        "2026-03-30 08:00:10 in run 1 (crawl), by a link, 1 link from a start page",
        "allows it: no rule is against it",
        "Visits: 2",
        "an update visits it from 2099-01-01 00:00:00 on",
        "title heuristic:h1",
        "changed: title",
    ):
        assert part in text
    links = set(page.xpath("//main//a/@href"))
    assert {"/article/40", "/article/40/versions", "/capture/1", "/capture/2", "/run/1", "/run/2"} <= links
    assert asked(HOME) in links, "what led to it can be asked about, too"


@pytest.mark.parametrize(
    "spelling", [f"{STORY}/?utm_source=x#top", STORY.replace("https://", "http://www."), STORY[8:], f"  {STORY} "]
)
def test_any_spelling_of_an_address_is_that_address(reader: Reader, spelling: str) -> None:
    assert "Archived as article 40" in reader.text(asked(spelling))


def test_page_and_command_line_say_the_same(reader: Reader, folder: Path) -> None:
    for url in (STORY, BUSY, f"{HOME}private/x"):
        told = CliRunner().invoke(group, ["why", url, "--archive", str(folder)]).stdout
        outcome = " ".join(told.splitlines()[1].partition(" ")[2].split())
        assert outcome.lower() in reader.text(asked(url)).lower()


def test_json_is_the_account_of_the_command_line(reader: Reader, folder: Path) -> None:
    told = json.loads(reader.get(asked(STORY, ".json")).text)
    line = json.loads(CliRunner().invoke(group, ["why", STORY, "--archive", str(folder), "--json"]).stdout)
    assert {**told["account"], "at": ""} == {**line, "at": ""}
    assert told["outcome"] == "archived as article 40"


def test_failure_says_what_went_wrong_and_when_it_is_tried_again(reader: Reader) -> None:
    text = reader.text(asked(BUSY))
    assert "Not archived: it could not be had (HTTP 503)" in text
    assert "due since 2026-01-01 00:00:00" in text and "run 9 failed 503" in text


def test_unknown_address_says_so_and_what_to_do(reader: Reader) -> None:
    text = reader.text(asked(f"{HOME}soil/wrms"))
    assert "Unknown: this archive has never met this address" in text
    assert f"miacrawl crawl {HOME}soil/wrms --archive DIR" in text
    assert f"{STORY} article 40" in text


def test_unknown_address_that_no_crawl_would_fetch_says_why(reader: Reader) -> None:
    assert "a crawl would leave it out: forbidden by robots.txt" in reader.text(asked(f"{HOME}private/x"))


def test_unknown_site_names_sites_that_are_like_it(reader: Reader) -> None:
    assert "it has gardennotes.example" in reader.text(asked("https://m.gardennotes.example/x"))


@pytest.mark.parametrize("text", ["gardennotes.example/bus", "HTTPS://www.Gardennotes.example/bus", "/bus"])
def test_beginning_of_an_address_finds_those_that_begin_so(reader: Reader, text: str) -> None:
    links = reader.page(asked(text)).xpath("//main//ul[contains(@class, 'plain')]//a/@href")
    assert asked(f"{HOME}busy/10") in links


def test_list_by_beginning_is_bounded(reader: Reader) -> None:
    told = json.loads(reader.get(asked("gardennotes.example/b", ".json")).text)
    assert len(told["beginning"]) == 20


@pytest.mark.parametrize("text", ["worms", "12", "https://[x/", "ftp://a.example/", "\x00\x00", "%", "a" * 9000, "<b>"])
def test_what_is_no_address_offers_a_search(reader: Reader, text: str) -> None:
    page = reader.page(asked(text))
    if text.strip("\x00"):
        assert any(href.startswith("/search?q=") for href in page.xpath("//main//a/@href"))
    assert not page.xpath("//main//b[contains(., 'script')]")


def test_box_alone_explains_itself(reader: Reader) -> None:
    page = reader.page("/why")
    assert page.xpath("//main//form//input[@name='url']/@id") == page.xpath("//main//form//label/@for")
    assert "Nothing is fetched" in page.text_content()
    response = reader.get("/why.json")
    assert (response.status_code, response.json()["error"]) == (400, "Which address?")


def test_what_strangers_wrote_is_text_and_leads_nowhere(folder: Path, reader: Reader) -> None:
    db = open_database(folder / "archive.db")
    evil = "javascript:alert(1)//"
    with db.conn:
        db.table("urls").insert(
            {"url": f"{HOME}evil", "url_key": url_key(f"{HOME}evil"), "site": "gardennotes.example", "kind": "page",
             "state": "failed", "reason": ailing.HOSTILE, "source": ailing.HOSTILE, "referrer": evil,
             "discovered_at": ailing.HOSTILE}
        )  # fmt: skip
    db.conn.close()
    page = reader.page(asked(f"{HOME}evil"))
    assert not page.xpath("//main//script")
    assert not [href for href in page.xpath("//main//a/@href") if href.startswith("javascript")]
    assert ailing.HOSTILE[:25] in page.text_content()


def test_parts_of_tables_that_may_not_be_seen_are_left_out(tmp_path: Path, folder: Path) -> None:
    import shutil

    copy = tmp_path / "archive"
    shutil.copytree(folder, copy)
    path = copy / "metadata.yaml"
    metadata = yaml.safe_load(path.read_text("utf-8"))
    for table in ("attempts", "captures", "hosts", "article_versions", "runs"):
        metadata["databases"]["archive"]["tables"][table]["allow"] = {"id": "ida"}
    path.write_text(yaml.safe_dump(metadata), "utf-8")
    reader = Reader(copy)
    page = reader.page(asked(STORY))
    assert "Archived as article 40" in page.text_content()
    assert not [href for href in page.xpath("//main//a/@href") if href.startswith(("/capture/", "/run/2"))]
    told = json.loads(reader.get(asked(STORY, ".json")).text)["account"]
    assert told["attempts"]["count"] == 0 and told["capture"] is None and told["robots"]["allowed"] is None
    assert told["ledger"]["discovered_run_kind"] is None


def test_profiles_of_the_archive_say_what_is_not_wanted(tmp_path: Path) -> None:
    made = shelf.build(tmp_path / "archive", articles=3)
    (made / "sites").mkdir()
    (made / "sites" / "garden.yaml").write_text(
        "key: garden\nname: Garden Notes\nhosts: [gardennotes.example]\narticle: /soil/[^/]+\nlisting: /topics/.*|\n"
    )
    assert "neither an article nor a listing of Garden Notes" in Reader(made).text(asked(f"{HOME}shop"))
    (made / "sites" / "garden.yaml").write_text("key: [")
    assert "Unknown" in Reader(made).text(asked(f"{HOME}shop"))


def test_base_url_is_in_every_link(folder: Path) -> None:
    reader = Reader(folder, settings={"base_url": "/news/"})
    for path in (
        "/runs",
        "/run/9",
        "/run/10",
        "/health",
        "/health?site=gardennotes.example",
        asked(STORY),
        asked("b.x"),
    ):
        links = reader.page(path).xpath("//main//a/@href | //main//form/@action")
        ours = [link for link in links if not link.startswith(("http", "#", "?"))]
        assert ours and all(link.startswith("/news/") for link in ours), path


def test_robots_txt_is_asked_for_whom_the_crawl_asks(folder: Path, reader: Reader) -> None:
    config = folder / "miacrawl.yaml"
    assert "(asked for miacrawl)" in reader.text(asked(STORY))
    db = open_database(folder / "archive.db")
    robots = db.execute("SELECT robots_txt FROM hosts WHERE origin = ?", [HOME.rstrip("/")]).fetchone()[0]
    ours = f"{robots}\nUser-agent: Letters\nAllow: /\n"
    db.execute("UPDATE hosts SET robots_txt = ? WHERE origin = ?", [ours, HOME.rstrip("/")])
    db.conn.commit()
    try:
        for said, agent, allowed, obeyed in (
            ("ROBOTSTXT_USER_AGENT: Letters/2.0 (+me)", "Letters", True, True),
            ("ROBOTSTXT_USER_AGENT: null\n  USER_AGENT: letters/1", "letters", True, True),
            ("ROBOTSTXT_OBEY: no", "miacrawl", False, False),
            ("ROBOTSTXT_OBEY: maybe", "miacrawl", False, True),
        ):
            config.write_text(f"settings:\n  {said}\n", "utf-8")
            told = json.loads(reader.get(asked(f"{HOME}private/x", ".json")).text)["account"]["robots"]
            assert (told["agent"], told["allowed"], told["obeyed"]) == (agent, allowed, obeyed)
            if said.startswith("ROBOTSTXT_OBEY: maybe"):
                continue  # the command refuses such a file
            assert asdict(account_in(folder, f"{HOME}private/x"))["robots"] == told, "as `miacrawl why` says"
    finally:
        config.unlink()
        db.execute("UPDATE hosts SET robots_txt = ? WHERE origin = ?", [robots, HOME.rstrip("/")])
        db.conn.commit()
        db.conn.close()
