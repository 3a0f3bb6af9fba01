"""An archive notes what changes, so that a merge can find it; and it does no work for what has not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from miacrawl.store import following
from miacrawl.store.connection import open_database
from miacrawl.store.search_index import index_trouble
from tests import shelf


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An archive of six articles."""
    shelf.build(tmp_path, articles=6)
    opened = open_database(tmp_path / "archive.db")
    yield opened
    opened.conn.close()


def changes(db: Database) -> list[tuple[str, int, int]]:
    return list(db.execute("SELECT subject, row_id, state FROM changes ORDER BY 1, 2").fetchall())


def test_a_row_is_noted_once_with_the_state_in_which_it_changed_last(db: Database) -> None:
    with db.atomic():
        db.execute("DELETE FROM changes")
        before = db.execute("SELECT max(id) FROM states").fetchone()[0]
        for title in ("one", "other"):
            db.execute("UPDATE articles SET title = ? WHERE id = 2", [title])
    assert changes(db) == [("articles", 2, before)]
    with db.atomic():
        following.begin_state(db)
        db.execute("UPDATE article_versions SET extractor = 'x' WHERE article_id = 2")
        db.execute("UPDATE articles SET last_seen = 'x' WHERE id IN (2, 3)")
    assert changes(db) == [("articles", 2, before + 1), ("articles", 3, before + 1)]
    marks = [mark for (mark,) in db.execute("SELECT mark FROM states").fetchall()]
    assert len(set(marks)) == len(marks)


def test_every_archive_has_a_name_of_its_own_that_its_copy_has_too(db: Database, tmp_path: Path) -> None:
    own = db.execute("SELECT id FROM identity").fetchall()
    copy = sqlite3.connect(tmp_path / "copy.db")
    db.conn.backup(copy)
    assert len(own) == 1 and copy.execute("SELECT id FROM identity").fetchall() == own
    copy.close()
    other = open_database(tmp_path / "other.db")
    assert other.execute("SELECT id FROM identity").fetchall() != own
    other.conn.close()


def test_texts_are_indexed_again_only_where_they_have_changed(db: Database) -> None:
    def index() -> list[tuple[int, bytes]]:
        return list(db.execute("SELECT id, block FROM articles_fts_data ORDER BY id").fetchall())

    before = index()
    with db.atomic():
        db.execute("UPDATE articles SET last_seen = 'later', title = title, body = body")
    assert index() == before
    with db.atomic():
        db.execute("UPDATE articles SET blurb = 'marmalade' WHERE id = 3")
        db.execute("DELETE FROM articles WHERE id = 4")
    found = db.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'marmalade'").fetchall()
    assert found == [(3,)] and index_trouble(db) is None
