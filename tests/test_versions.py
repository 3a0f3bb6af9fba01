"""Each content that an article's page had is a version, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from miacrawl.article import Article
from miacrawl.exchange import Exchange
from miacrawl.extract import extractor
from miacrawl.extract.extractor import read_page
from miacrawl.page import Page
from miacrawl.store import articles as storing
from miacrawl.store import session as sessions
from miacrawl.store.articles import save
from miacrawl.store.connection import rows
from miacrawl.store.session import Session
from miacrawl.store.versions import Sighting
from miacrawl.urls import url_key
from miacrawl.visit import Discovery, Entry, Visit
from tests.kept import exchange

URL = "https://a.example/news/a-story-of-bread"
BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
LINES = [
    f"Sentence {number} of the story tells how {number * 7} loaves of bread were baked, sold and eaten in a week, and "
    f"why the baker was not surprised by it: people had asked for more of them for months."
    for number in range(1, 7)
]


def markup(
    lines: list[str] = LINES,
    *,
    title: str = "A story of bread",
    blurb: str = "What a town eats when nobody is looking at it.",
    author: str = "Ida Holm",
    related: tuple[str, ...] = ("one", "two", "three"),
    advert: str = "Buy soap",
    minutes: int = 4,
) -> bytes:
    """A page of the story, usual but for what is given."""
    links = "".join(
        f'<li><a href="/news/a-story-of-{name}">A story of {name} that others liked</a></li>' for name in related
    )
    text = "".join(f"<p>{line}</p>" for line in lines)
    told = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "author": {"name": author}}
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>"
        f'<meta name=description content="{blurb}"><meta name=author content="{author}">'
        f'<script type="application/ld+json">{json.dumps(told)}</script></head><body><main><article><h1>{title}</h1>'
        f"<p class=byline>By {author}</p><p class=standfirst>{blurb}</p><p>{minutes} min read</p>"
        f"<div class=advert><a href='/ad?{advert}'>{advert}</a></div>{text}</article>"
        f"<aside><h2>Read next</h2><ul>{links}</ul></aside></main></body></html>"
    ).encode()


class Archive:
    """An archive that is told of visits, a run each, a day after the one before."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.day = 0

    def sees(self, body: bytes, *, status: int = 200, flags: tuple[str, ...] = (), kept: bool = True) -> str:
        """What the session says to a visit whose answer is `body`; `flags`: what is seen in it besides."""
        found = read_page(Page(body, URL, "text/html; charset=utf-8"), None)
        return self.visits(replace(found, flags=(*found.flags, *flags)), body, status=status, kept=kept)

    def visits(
        self, article: Article | None, body: bytes = b"", *, status: int = 200, kept: bool = True, **told: Any
    ) -> str:
        self.next_run()
        state = "archived" if article is not None else "skipped"
        exchanges = (self.exchange(body, status),) if kept else ()
        visit = Visit(self.entry(), state, None, URL, status, article, exchanges=exchanges)
        return self.session.record(replace(visit, **told))

    def exchange(self, body: bytes, status: int = 200) -> Exchange:
        head = b"HTTP/1.1 %d X\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" % status
        return exchange(URL, body, head, status=status, began=BEGAN + timedelta(days=self.day))

    def next_run(self) -> None:
        self.day += 1
        self.session.run_id += 1
        self.session.ledger.run_id = self.session.captures.run_id = self.session.run_id
        self.session.db.execute("INSERT INTO runs (spider, started, version) VALUES ('articles', 'x', 'x')")

    def entry(self, url: str = URL) -> Entry:
        self.session.discover([Discovery(url)])
        columns = "id, url, url_key, site, kind, source, depth, priority, state"
        return Entry(**rows(self.session.db, f"SELECT {columns} FROM urls WHERE url_key = ?", [url_key(url)])[0])

    def versions(self) -> list[dict[str, Any]]:
        return rows(self.session.db, "SELECT * FROM versions ORDER BY first_seen, number")

    def article(self) -> dict[str, Any]:
        (row,) = rows(self.session.db, "SELECT * FROM articles")
        return row

    def ledger(self) -> dict[str, Any]:
        (row,) = rows(self.session.db, "SELECT * FROM urls WHERE url_key = ?", [url_key(URL)])
        return row

    def outcomes(self) -> list[str | None]:
        return [row[0] for row in self.session.db.execute("SELECT outcome FROM captures ORDER BY id").fetchall()]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Session.open(tmp_path / "archive", "articles", ["https://a.example/"])
    yield Archive(opened)
    opened.db.conn.close()


@pytest.mark.parametrize(
    "body",
    [
        markup(advert="Buy two soaps, get a towel"),
        markup(related=("three", "one", "two")),
        markup(related=("four", "five")),
        markup(minutes=5),
        markup([line.replace("bread", "bre&shy;ad").replace(" of ", "&nbsp;of\n ") for line in LINES]),
        markup([line.replace("people had", "“people” had") for line in LINES]),
    ],
    ids=["advert", "order of related links", "other related links", "read time", "white space", "quotes"],
)
def test_what_is_not_the_article_makes_no_version(archive: Archive, body: bytes) -> None:
    quoted = [line.replace("people had", '"people" had') for line in LINES]
    assert archive.sees(markup(quoted if "“".encode() in body else LINES)) == "new"
    assert archive.sees(body) == "unchanged"
    (version,) = archive.versions()
    assert version["number"] == 1 and version["last_seen"] > version["first_seen"]
    assert json.loads(archive.article()["flags"]) == json.loads(version["flags"])


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (markup([LINES[0].replace("7 loaves", "8 loaves"), *LINES[1:]]), ["body"]),
        (markup(LINES[:-1]), ["body"]),
        (markup([*LINES, "And a sentence that the editor put behind all others on the day after."]), ["body"]),
        (markup(title="Another story of bread"), ["title"]),
        (markup(blurb="What a town eats when everybody looks at it."), ["blurb"]),
        (markup(author="Wen Li"), ["authors"]),
    ],
    ids=["figure", "paragraph less", "paragraph more", "title", "blurb", "author"],
)
def test_an_edit_is_a_version_that_names_its_field(archive: Archive, body: bytes, fields: list[str]) -> None:
    archive.sees(markup())
    before = archive.article()
    assert archive.sees(body) == "changed"
    first, second = archive.versions()
    assert json.loads(second["changed"]) == fields and second["is_current"] and not first["is_current"]
    for name in ("title", "blurb", "authors", "body", "body_html", "flags", "provenance", "content_hash"):
        assert first[name] == before[name] and second[name] == archive.article()[name]
    assert (first["last_seen"], second["first_seen"]) == ("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z")
    assert first["capture_id"] != second["capture_id"] == archive.article()["capture_id"]


def test_a_text_that_comes_back_is_a_version_again(archive: Archive) -> None:
    other = markup(LINES[1:])
    for body in (markup(), other, other, markup()):
        archive.sees(body)
    first, second, third = archive.versions()
    assert first["body"] == third["body"] != second["body"] and third["is_current"]
    assert [version["number"] for version in (first, second, third)] == [1, 2, 3]
    assert second["last_seen"] == "2026-03-04T00:00:00Z"


WALL = markup(["We and our 842 partners store cookies. Accept all to read on."])


@pytest.mark.parametrize(
    ("body", "flags", "told"),
    [
        (WALL, ("consent-wall",), "a consent wall"),
        (markup(LINES[:1]), ("paywall",), "behind a paywall"),
        (markup(LINES[:5]), ("cut-off",), "breaks off"),
        (markup(["Nothing."]), (), "next to no text"),
    ],
    ids=["consent wall", "paywall", "cut-off", "emptied"],
)
def test_what_shows_something_else_replaces_nothing(
    archive: Archive, body: bytes, flags: tuple[str, ...], told: str
) -> None:
    archive.sees(markup())
    good = archive.article()
    for _ in range(2):
        assert archive.sees(body, flags=flags) == "skipped"
        assert {**archive.article(), "id": 1} == good
    assert told in archive.ledger()["reason"] and archive.ledger()["article_id"] == good["id"]
    assert archive.outcomes()[1:] == [flags[0] if flags else "empty-body"] * 2
    assert archive.sees(markup()) == "unchanged"
    assert len(archive.versions()) == 1
    assert archive.sees(markup(LINES[1:])) == "changed"
    assert len(archive.versions()) == 2


@pytest.mark.parametrize("flag", ["soft-404", "not-article", "empty-body", "empty-shell"])
def test_a_page_that_is_no_article_any_more_replaces_nothing(archive: Archive, flag: str) -> None:
    archive.sees(markup())
    good = archive.article()
    assert archive.visits(None, b"<p>Gone", flags=(flag,), reason="not an article page") == "skipped"
    assert archive.article() == good and archive.outcomes()[-1] == flag
    assert archive.sees(markup()) == "unchanged" and len(archive.versions()) == 1


def test_a_cut_after_the_last_line_does_not_open_the_door_to_a_shorter_one(archive: Archive) -> None:
    archive.sees(markup())
    assert archive.sees(markup() + b" ", flags=("cut-off",)) == "unchanged"
    assert archive.sees(markup(LINES[:3]), flags=("cut-off",)) == "skipped"
    assert LINES[-1][:30] in archive.article()["body"]


def test_a_wall_seen_first_gives_way_to_the_text_and_is_no_version(archive: Archive) -> None:
    assert archive.sees(WALL, flags=("consent-wall",)) == "new"
    assert archive.sees(markup()) == "changed"
    (version,) = archive.versions()
    assert version["first_seen"] == "2026-03-03T00:00:00Z" and LINES[0][:30] in version["body"]
    assert version["capture_id"] == archive.article()["capture_id"] == 2
    assert archive.sees(WALL, flags=("consent-wall",)) == "skipped"


def test_an_article_that_is_gone_says_since_when_until_it_is_back(archive: Archive) -> None:
    archive.sees(markup())
    for _ in range(2):
        archive.visits(None, b"<h1>Gone", status=404, state="gone", reason="not found (404)")
        assert archive.article()["gone_since"] == "2026-03-03T00:00:00Z"
    assert LINES[0][:30] in archive.article()["body"]
    assert archive.sees(markup()) == "unchanged"
    assert archive.article()["gone_since"] is None and len(archive.versions()) == 1
    archive.visits(None, b"", status=410, state="gone", reason="gone (410)")
    assert archive.article()["gone_since"] == "2026-03-06T00:00:00Z"


def test_an_answer_of_304_says_that_an_article_is_there(archive: Archive) -> None:
    archive.sees(markup())
    archive.session.db.execute("UPDATE articles SET gone_since = '2026'")
    outcome = archive.visits(None, b"", status=304, state="archived", not_modified=True)
    assert outcome == "unchanged"
    row = archive.article()
    assert row["gone_since"] is None and row["last_seen"] == "2026-03-03T00:00:00Z"
    assert archive.versions()[0]["last_seen"] == row["last_seen"]


def test_an_article_that_moved_keeps_its_versions(archive: Archive) -> None:
    archive.sees(markup())
    archive.sees(markup(LINES[1:]))
    archive.visits(None, b"", status=410, state="gone", reason="gone (410)")
    new = "https://a.example/2026/a-story-of-bread"
    found = replace(read_page(Page(markup(LINES[1:]), new, "text/html"), None), url=new)
    archive.next_run()
    exchanges = (replace(archive.exchange(markup(LINES[1:])), url=new),)
    archive.session.record(Visit(archive.entry(new), "archived", None, new, 200, found, exchanges=exchanges))
    assert archive.article()["url"] == new and archive.article()["gone_since"] is None
    assert [version["number"] for version in archive.versions()] == [1, 2]


def test_another_address_of_an_article_makes_no_version(archive: Archive) -> None:
    archive.sees(markup())
    alias = f"{URL}?print=1"
    found = read_page(Page(markup(LINES[:3]), alias, "text/html"), None)
    archive.next_run()
    visit = Visit(archive.entry(alias), "archived", None, alias, 200, replace(found, canonical_url=URL))
    assert archive.session.record(visit) == "alias"
    assert len(archive.versions()) == 1 and LINES[-1][:30] in archive.article()["body"]


# --- other rules ---


def _other_rules(monkeypatch: pytest.MonkeyPatch, name: str = "tomorrow's") -> None:
    """From now on titles are read in capitals."""
    monkeypatch.setattr(sessions, "extractor_of", lambda url: name)
    monkeypatch.setattr(extractor, "read_page", _capitals)


def _capitals(page: Page, profile: object) -> Article:
    found = read_page(page, None)
    return replace(found, title=(found.title or "").upper())


def test_other_rules_make_no_version_and_bring_the_row_up_to_date(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.sees(markup())
    _other_rules(monkeypatch)
    body = markup(advert="Another")
    assert archive.visits(_capitals(Page(body, URL, "text/html"), None), body) == "unchanged"
    (version,) = archive.versions()
    assert archive.article()["title"] == version["title"] == "A STORY OF BREAD"
    assert archive.article()["extractor"] == version["extractor"] == "tomorrow's"
    assert version["content_hash"] == archive.article()["content_hash"]


def test_an_edit_is_found_under_other_rules_and_names_no_more_than_it_changed(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.sees(markup())
    _other_rules(monkeypatch)
    body = markup(LINES[1:])
    assert archive.visits(_capitals(Page(body, URL, "text/html"), None), body) == "changed"
    first, second = archive.versions()
    assert json.loads(second["changed"]) == ["body"] and first["title"] == "A story of bread"


@pytest.mark.parametrize("lost", ["file", "row"])
def test_where_the_earlier_page_is_lost_a_difference_is_taken_for_an_edit(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    archive.sees(markup())
    if lost == "file":
        archive.session.captures.close()
        for path in archive.session.captures.warcs.iterdir():
            path.unlink()
    else:
        archive.session.db.execute("UPDATE articles SET capture_id = NULL")
    _other_rules(monkeypatch)
    body = markup()
    assert archive.visits(_capitals(Page(body, URL, "text/html"), None), body) == "changed"
    assert json.loads(archive.versions()[1]["changed"]) == ["title"]


def test_a_capture_that_was_lost_is_made_up_for_by_the_next(archive: Archive) -> None:
    archive.sees(markup(), kept=False)
    assert archive.article()["capture_id"] is None
    archive.sees(markup())
    (version,) = archive.versions()
    assert version["capture_id"] == archive.article()["capture_id"] is not None


# --- the past ---


def _imports(archive: Archive, day: int, lines: list[str], **changes: Any) -> str:
    """What it says to a page of an earlier day, as an import finds it."""
    at = f"2026-03-{day:02}T00:00:00Z"
    found = read_page(Page(markup(lines, **changes), URL, "text/html"), None)
    with archive.session.db.atomic():
        return save(archive.session.db, found, Sighting(archive.session.run_id, at, past=True)).change


def _story(archive: Archive) -> list[tuple[str, str, int]]:
    """First and last day of each version, and how many sentences it has."""
    return [
        (row["first_seen"][8:10], row["last_seen"][8:10], row["body"].count("loaves of bread"))
        for row in archive.versions()
    ]


@pytest.fixture
def edited(archive: Archive) -> Archive:
    """An article seen on day 11 with six sentences, on day 21 and 22 with five."""
    archive.day = 9
    archive.sees(markup())
    archive.day = 19
    archive.sees(markup(LINES[1:]))
    archive.sees(markup(LINES[1:]))
    assert _story(archive) == [("11", "11", 6), ("21", "22", 5)]
    return archive


def test_an_earlier_content_is_the_first_version(edited: Archive) -> None:
    current = edited.article()
    assert _imports(edited, 3, LINES[:4]) == "changed"
    assert _story(edited) == [("03", "03", 4), ("11", "11", 6), ("21", "22", 5)]
    assert [json.loads(row["changed"]) for row in edited.versions()] == [[], ["body"], ["body"]]
    assert edited.article() == {**current, "first_seen": "2026-03-03T00:00:00Z"}


def test_the_same_content_earlier_or_later_stretches_its_version(edited: Archive) -> None:
    assert _imports(edited, 5, LINES) == "unchanged"
    assert _imports(edited, 14, LINES) == "unchanged"
    assert _imports(edited, 18, LINES[1:]) == "unchanged"
    assert _story(edited) == [("05", "14", 6), ("18", "22", 5)]
    assert edited.article()["first_seen"] == "2026-03-05T00:00:00Z"


def test_a_content_between_two_is_a_version_between_them(edited: Archive) -> None:
    assert _imports(edited, 15, LINES[:3], title="Between") == "changed"
    assert _story(edited) == [("11", "11", 6), ("15", "15", 3), ("21", "22", 5)]
    assert [json.loads(row["changed"]) for row in edited.versions()] == [[], ["title", "body"], ["title", "body"]]


def test_what_is_told_twice_is_known_the_second_time(edited: Archive) -> None:
    for day, lines in ((15, LINES[:3]), (3, LINES[:4]), (11, LINES), (21, LINES[1:]), (17, LINES)):
        _imports(edited, day, lines)
        once = edited.versions()
        assert _imports(edited, day, lines) == "unchanged"
        assert edited.versions() == once
    assert _story(edited) == [("03", "03", 4), ("11", "11", 6), ("15", "15", 3), ("17", "17", 6), ("21", "22", 5)]


def test_a_content_inside_the_time_of_another_stands_in_it(edited: Archive) -> None:
    _imports(edited, 18, LINES)
    assert _imports(edited, 15, LINES[:3]) == "changed"
    assert ("15", "15", 3) in _story(edited) and ("21", "22", 5) in _story(edited)
    last = edited.versions()[-1]
    assert json.loads(last["changed"]) == ["body"]


def test_a_wall_in_the_past_is_no_version(edited: Archive) -> None:
    before = edited.versions()
    found = replace(read_page(Page(WALL, URL, "text/html"), None), flags=("consent-wall",))
    with edited.session.db.atomic():
        save(edited.session.db, found, Sighting(edited.session.run_id, "2026-03-04T00:00:00Z", past=True))
    assert edited.versions() == before


def test_a_version_that_was_imported_does_not_get_in_the_way_of_the_next(edited: Archive) -> None:
    _imports(edited, 3, LINES[:4])
    edited.day = 29
    edited.sees(markup(title="The end"))
    assert [row["number"] for row in edited.versions()] == [3, 1, 2, 4]
    assert edited.versions()[-1]["is_current"] and _story(edited)[2] == ("21", "22", 5)
    assert (
        storing.content_hash(read_page(Page(markup(title="The end"), URL, "text/html"), None))
        == (edited.versions()[-1]["content_hash"])
    )
