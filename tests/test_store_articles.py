import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from miacrawl import Article, Evidence, RelatedLink, extract
from miacrawl.store.connection import rows
from miacrawl.store.session import Session
from miacrawl.urls import url_key
from miacrawl.visit import Discovery, Entry, Visit

START = "https://a.org/"
NAPS = Article(
    url="https://a.org/sleep/naps",
    title="Short naps",
    blurb="Why twenty minutes do",
    body="People nap.\n\nThey wake.",
    provenance={"title": "css:h1"},
)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    opened = Session.open(tmp_path / "archive", "articles", [START])
    yield opened
    opened.db.conn.close()


def visit(session: Session, article: Article, *, asked: str | None = None, final: str | None = None) -> str:
    """What the session says to a visit of `asked` that ended at `final` and showed `article`."""
    session.discover([Discovery(asked or article.url)])
    columns = "id, url, url_key, site, kind, source, depth, priority, state"
    row = rows(session.db, f"SELECT {columns} FROM urls WHERE url_key = ?", [url_key(asked or article.url)])[0]
    entry = Entry(**row)
    return session.record(Visit(entry, "archived", None, final or article.url, 200, article))


def next_run(session: Session) -> None:
    """Go on as the next run of the same archive would."""
    session.run_id += 1
    session.ledger.run_id = session.run_id
    session.db.execute("INSERT INTO runs (spider, started, version) VALUES ('articles', 'x', 'x')")


def articles(session: Session) -> list[dict[str, Any]]:
    return rows(session.db, "SELECT * FROM articles ORDER BY id")


def ledger(session: Session) -> dict[str, dict[str, Any]]:
    return {row["url"]: row for row in rows(session.db, "SELECT * FROM urls")}


def test_new_article_has_all_its_columns(session: Session) -> None:
    article = replace(
        NAPS,
        authors=("Ana Díaz",),
        published=datetime(2024, 5, 3, 12, tzinfo=UTC),
        flags=("short-body",),
        read_minutes_estimated=4,
    )
    assert visit(session, article) == "new"
    (row,) = articles(session)
    assert row["authors"] == '["Ana Díaz"]' and json.loads(row["flags"]) == ["short-body"]
    assert (row["read_minutes"], row["read_minutes_estimated"]) == (None, 4)
    assert (row["published"], row["month"], row["site"]) == ("2024-05-03T12:00:00Z", "2024-05", "a.org")
    assert json.loads(row["provenance"]) == {"title": "css:h1"}
    assert ledger(session)[NAPS.url]["article_id"] == row["id"]


def test_dates_are_utc_where_the_zone_is_known(session: Session) -> None:
    zone = timezone(timedelta(hours=5))
    visit(session, replace(NAPS, published=datetime(2024, 5, 3, 1, tzinfo=zone), modified=date(2024, 5, 4)))
    (row,) = articles(session)
    assert (row["published"], row["modified"]) == ("2024-05-02T20:00:00Z", "2024-05-04")


def test_unchanged_and_changed_are_told_apart(session: Session) -> None:
    visit(session, NAPS)
    next_run(session)
    assert visit(session, replace(NAPS, body="People  nap.\n\nThey wake.", read_minutes=3)) == "unchanged"
    next_run(session)
    assert visit(session, replace(NAPS, body="People nap.\n\nThey sleep on.")) == "changed"
    assert len(articles(session)) == 1


def test_canonical_link_makes_one_article_of_two_addresses(session: Session) -> None:
    visit(session, replace(NAPS, canonical_url=NAPS.url))
    printed = replace(NAPS, url=NAPS.url + "?print=1", canonical_url=NAPS.url)
    assert visit(session, printed) == "alias"
    assert len(articles(session)) == 1
    row = ledger(session)[printed.url]
    assert (row["state"], row["reason"]) == ("archived", f"same article as {NAPS.url}")


def test_variant_seen_first_makes_the_canonical_address_due(session: Session) -> None:
    visit(session, replace(NAPS, url=NAPS.url + "?print=1", canonical_url=NAPS.url))
    assert articles(session)[0]["url"] == NAPS.url
    assert ledger(session)[NAPS.url]["due"] == 1


def test_canonical_link_to_another_article_loses_neither(session: Session) -> None:
    visit(session, NAPS)
    other = Article(url="https://a.org/sleep/snores", canonical_url=NAPS.url, title="Loud snores", body="They snore.")
    assert visit(session, other) == "new"
    assert [row["url"] for row in articles(session)] == [NAPS.url, other.url]


def test_wrong_canonical_link_seen_first_loses_neither(session: Session) -> None:
    other = Article(url="https://a.org/sleep/snores", canonical_url=NAPS.url, title="Loud snores", body="They snore.")
    visit(session, other)
    visit(session, NAPS)
    assert {row["url"]: row["title"] for row in articles(session)} == {
        other.url: "Loud snores",
        NAPS.url: "Short naps",
    }


@pytest.mark.parametrize("canonical", ["https://a.org/", "https://b.org/sleep/naps", "http://[bad"])
def test_canonical_link_to_home_or_another_site_is_not_trusted(session: Session, canonical: str) -> None:
    visit(session, replace(NAPS, canonical_url=canonical))
    assert articles(session)[0]["url"] == NAPS.url


def test_redirect_leaves_both_addresses_in_the_ledger(session: Session) -> None:
    visit(session, NAPS, asked="https://a.org/old-naps", final=NAPS.url)
    rows_by_url = ledger(session)
    assert rows_by_url["https://a.org/old-naps"]["reason"] == f"redirected to {NAPS.url}"
    assert rows_by_url[NAPS.url]["state"] == "archived"
    assert not session.queue.pending(["a.org"])


def test_related_link_finds_its_target_whichever_came_first(session: Session) -> None:
    link = RelatedLink("https://a.org/sleep/naps?utm_source=box", "Short naps", "Twenty minutes", "Related", 1)
    first = Article(url="https://a.org/sleep/beds", title="Beds", body="Beds are soft.", related=(link,))
    visit(session, first)
    assert rows(session.db, "SELECT target_id FROM related_links") == [{"target_id": None}]
    visit(session, NAPS)
    later = replace(first, url="https://a.org/sleep/pillows", title="Pillows")
    visit(session, later)
    naps = next(row["id"] for row in articles(session) if row["url"] == NAPS.url)
    found = rows(session.db, "SELECT target_id, title, blurb, heading, location, position FROM related_links")
    shared = {"title": "Short naps", "blurb": "Twenty minutes", "heading": "Related", "location": "end", "position": 1}
    assert found == [{"target_id": naps, **shared}, {"target_id": naps, **shared}]


def test_evidence_is_that_of_the_last_visit_each_source_once(session: Session) -> None:
    first = (Evidence("title", "Naps, short", "meta:og:title"), Evidence("authors", "Desk", "meta:author"))
    visit(session, replace(NAPS, evidence=first))
    next_run(session)
    visit(session, replace(NAPS, evidence=(first[0], first[0])))
    found = rows(session.db, "SELECT article_id, field, value, source FROM evidence")
    assert found == [{"article_id": 1, "field": "title", "value": "Naps, short", "source": "meta:og:title"}]


def test_half_a_surrogate_pair_in_json_ld_can_be_stored(session: Session) -> None:
    data = (
        r'{"@type":"Article","headline":"Naps \ud800 explained","author":"Tom \udc00 Reed","articleSection":"a\ud834b"}'
    )
    page = f'<script type="application/ld+json">{data}</script><h1>Short naps</h1><p>{"People nap and wake. " * 30}</p>'
    article = extract(page.encode(), NAPS.url)
    assert visit(session, article) == "new"
    assert ("title", "Naps explained") in [
        (row["field"], row["value"]) for row in rows(session.db, "SELECT * FROM evidence")
    ]


def test_confidence_is_a_row_for_each_field_with_its_rule(session: Session) -> None:
    visit(session, replace(NAPS, confidence={"title": 0.5}))
    next_run(session)
    visit(session, replace(NAPS, confidence={"title": 0.96}))
    found = rows(session.db, "SELECT * FROM confidence")
    assert found == [{"article_id": 1, "field": "title", "source": "css:h1", "confidence": 0.96}]


def test_search_index_follows_the_text(session: Session) -> None:
    visit(session, NAPS)
    assert [row["title"] for row in session.db.table("articles").search("naps")] == ["Short naps"]
    next_run(session)
    visit(session, replace(NAPS, title="Siestas", body="Rest.", blurb=None))
    assert list(session.db.table("articles").search("naps")) == []
    assert [row["title"] for row in session.db.table("articles").search("siesta")] == ["Siestas"]


def test_an_article_reached_twice_in_a_run_is_counted_once(session: Session) -> None:
    visit(session, NAPS)
    session.db.execute("UPDATE urls SET due = 1")
    assert visit(session, NAPS) == "alias"
    assert session.stored == 1


def test_foreign_keys_are_on(session: Session) -> None:
    assert session.db.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert session.db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    visit(session, NAPS)
    assert session.db.execute("PRAGMA foreign_key_check").fetchall() == []
