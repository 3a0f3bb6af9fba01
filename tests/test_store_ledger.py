from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from miacrawl.errors import ArchiveLockedError, ExitCode, StorageError
from miacrawl.store.archive import open_existing
from miacrawl.store.connection import open_database, rows
from miacrawl.store.schema import migrations
from miacrawl.store.session import Session
from miacrawl.store.tables import TABLES, VIEWS
from miacrawl.visit import Discovery, Visit

START = "https://a.org/"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    opened = Session.open(tmp_path / "archive", "articles", [START])
    yield opened
    opened.close("finished", ExitCode.OK, 0)


def test_an_address_is_one_row_however_often_found(session: Session) -> None:
    session.discover(
        [Discovery("https://a.org/x"), Discovery("https://a.org/x/?utm_source=m"), Discovery("http://a.org/x#p")]
    )
    assert [row["url"] for row in rows(session.db, "SELECT url FROM urls")] == ["https://a.org/x"]
    assert session.counts["discovered"] == 1


def test_unwanted_addresses_are_kept_with_their_reason(session: Session) -> None:
    session.discover([Discovery("https://b.org/x", unwanted="off-site")])
    (row,) = rows(session.db, "SELECT state, reason, due FROM urls")
    assert row == {"state": "skipped", "reason": "off-site", "due": 0}


def test_most_urgent_first_and_none_twice(session: Session) -> None:
    session.discover([Discovery(f"https://a.org/{n}", priority=n) for n in (1, 3, 2)])
    assert [entry.url for entry in session.take("a.org", 2)] == ["https://a.org/3", "https://a.org/2"]
    assert [entry.url for entry in session.take("a.org", 2)] == ["https://a.org/1"]
    assert session.take("a.org", 2) == [] and not session.waiting(["a.org"], 0)


def test_what_was_in_flight_at_a_kill_is_due_in_the_next_run(tmp_path: Path) -> None:
    first = Session.open(tmp_path, "articles", [START])
    first.discover([Discovery("https://a.org/x")])
    assert first.take("a.org", 1)
    first._held.close()  # as the death of the process does: lock and connection go, the run's row stays open
    second = Session.open(tmp_path, "articles", [START])
    assert [entry.url for entry in second.take("a.org", 1)] == ["https://a.org/x"]
    reasons = [row["reason"] for row in rows(second.db, "SELECT reason FROM runs ORDER BY id")]
    assert reasons == ["killed: its process did not close it", None]
    second.close("finished", ExitCode.OK, 0)


def test_a_visited_address_is_not_due_again_in_the_same_run(session: Session) -> None:
    session.discover([Discovery("https://a.org/x")])
    (entry,) = session.take("a.org", 1)
    session.record(Visit(entry, "failed", "HTTP 404 Not Found", entry.url, 404))
    session.discover([Discovery("https://a.org/x")])
    assert not session.waiting(["a.org"], 0)
    assert session.ledger.reasons("failed") == [("HTTP 404 Not Found", 1, "https://a.org/x")]


def test_a_visit_and_its_links_are_stored_together_or_not_at_all(session: Session) -> None:
    session.discover([Discovery("https://a.org/x")])
    (entry,) = session.take("a.org", 1)
    session.db.execute("CREATE TRIGGER broken BEFORE UPDATE ON urls BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    with pytest.raises(Exception, match="disk full"):
        session.record(Visit(entry, "followed", None, entry.url, 200, None, (Discovery("https://a.org/y"),)))
    assert [row["url"] for row in rows(session.db, "SELECT url FROM urls")] == ["https://a.org/x"]
    session.db.execute("DROP TRIGGER broken")


def test_only_one_process_writes(session: Session) -> None:
    with pytest.raises(ArchiveLockedError, match=r"process \d+ since 20"):
        Session.open(session.folder, "articles", [START])


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_text("my notes, not a database at all")
    with pytest.raises(StorageError, match="no SQLite database"):
        Session.open(tmp_path, "articles", [START])
    assert (tmp_path / "archive.db").read_text() == "my notes, not a database at all"


def test_missing_archive_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="miacrawl crawl URL"):
        open_existing(tmp_path)


def test_dictionary_describes_every_column_of_the_database(session: Session) -> None:
    for name, table in TABLES.items():
        assert list(table.columns) == [column.name for column in session.db.table(name).columns]
        assert all(table.columns.values()) and table.description
    own = {name for name in session.db.table_names() if not name.startswith(("articles_fts", "sqlite_", "_"))}
    assert own == set(TABLES)
    for name, view in VIEWS.items():
        assert list(view.columns) == [column.name for column in session.db.view(name).columns]
    assert set(session.db.view_names()) == set(VIEWS)


def test_older_archive_keeps_its_articles_when_it_is_brought_up_to_date(tmp_path: Path) -> None:
    db = Database(tmp_path / "archive.db")
    migrations.apply(db, stop_before="m004_estimated_read_time")
    values = {"url": "https://a.org/x", "url_key": "a.org/x", "fetched_url": "https://a.org/x", "site": "a.org"}
    times = dict.fromkeys(("first_seen", "last_seen", "changed_at"), "2026-01-01T00:00:00Z")
    db.table("articles").insert({**values, **times, "content_hash": "0", "title": "Short naps", "body": "People nap."})
    db.conn.close()
    newer = open_database(tmp_path / "archive.db")
    (row,) = rows(newer, "SELECT id, title, body, read_minutes_estimated FROM articles")
    assert row == {"id": 1, "title": "Short naps", "body": "People nap.", "read_minutes_estimated": None}
    assert rows(newer, "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'naps'") == [{"rowid": 1}]
    assert [column.name for column in newer.table("articles").columns] == list(TABLES["articles"].columns)
