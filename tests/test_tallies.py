"""Counts kept by triggers are those of the articles, whatever is done to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from miacrawl.store import tallies
from miacrawl.store.connection import open_database, rows
from tests import shelf


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An archive of thirty articles."""
    shelf.build(tmp_path)
    opened = open_database(tmp_path / "archive.db")
    yield opened
    opened.conn.close()


def test_counts_are_those_of_the_articles(db: Database) -> None:
    assert tallies.wrong_counts(db) == 0
    told = {row["value"]: row["n"] for row in rows(db, "SELECT * FROM tallies WHERE site = '' AND facet = 'section'")}
    assert told["Bread"] == 5 and sum(told.values()) == 30
    (everything,) = rows(db, "SELECT n FROM tallies WHERE site = '' AND facet = 'all'")
    assert everything["n"] == 30


def test_weeks_go_by_their_monday(db: Database) -> None:
    db.execute("UPDATE articles SET published = '2026-03-01T23:30:00+00:00' WHERE id = 1")  # a Sunday
    db.execute("UPDATE articles SET published = '2026-03-02' WHERE id = 2")
    found = rows(db, "SELECT value FROM tallies WHERE site = '' AND facet = 'week' AND n > 0 AND value BETWEEN ? AND ?",
                 ["2026-02-23", "2026-03-02"])  # fmt: skip
    assert [row["value"] for row in found] == ["2026-02-23", "2026-03-02"]


_TEXT = st.one_of(st.none(), st.sampled_from(["", "a", "b", "2026-03-01", "2026-03-09T10:00:00+00:00", "no date", "5"]))
_AUTHORS = st.one_of(st.lists(st.sampled_from(["Ann", "Bo", "", "Ann"])).map(json.dumps), st.just("no json"))
_CHANGE = st.fixed_dictionaries(
    {},
    optional={
        "section": _TEXT,
        "language": _TEXT,
        "month": _TEXT,
        "published": _TEXT,
        "authors": _AUTHORS,
        "site": st.sampled_from(["a.example", "b.example"]),
        "read_minutes": st.one_of(st.none(), st.integers(0, 9)),
        "title": _TEXT,
    },
)
_STEP = st.one_of(
    st.tuples(st.just("update"), st.integers(1, 31), _CHANGE),
    st.tuples(st.just("delete"), st.integers(1, 31), st.just({})),
    st.tuples(st.just("insert"), st.integers(40, 44), _CHANGE),
    st.tuples(st.just("urls"), st.integers(1, 31), st.just({})),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_STEP, max_size=12))
def test_no_change_leaves_a_count_behind(db: Database, steps: list[tuple[str, int, dict[str, object]]]) -> None:
    db.execute("SAVEPOINT before")
    db.execute("PRAGMA defer_foreign_keys = ON")
    for what, number, values in steps:
        if what == "update" and values:
            sets = ", ".join(f"{name} = ?" for name in values)
            db.execute(f"UPDATE articles SET {sets} WHERE id = ?", [*values.values(), number])
        elif what == "delete":
            db.execute("DELETE FROM articles WHERE id = ?", [number])
        elif what == "insert":
            db.execute("DELETE FROM articles WHERE id = ?", [number])
            db.table("articles").insert({**shelf.row(number), **values})
        else:
            db.execute("UPDATE urls SET state = 'gone', kind = 'listing' WHERE id = ?", [number])
    assert tallies.wrong_counts(db) == 0
    db.execute("ROLLBACK TO before")
