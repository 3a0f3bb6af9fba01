"""Whatever is typed into the search box becomes a question that SQLite understands."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miacrawl.serve.terms import MAX_TERMS, either, parse


@pytest.fixture(scope="module")
def index() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", check_same_thread=False)
    db.execute("CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize='porter unicode61 remove_diacritics 2')")
    texts = [("Café life", "covid-19 and the sun"), ("Sunday", "near the title"), ("Tea", "slow vaccines")]
    db.executemany("INSERT INTO texts VALUES (?, ?)", texts)
    return db


def found(index: sqlite3.Connection, typed: str) -> list[str]:
    expression = parse(typed).expression
    sql = "SELECT title FROM texts WHERE texts MATCH ? ORDER BY rowid"
    return [title for (title,) in index.execute(sql, [expression])] if expression else []


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("covid-19", ["Café life"]),
        ('"sun', ["Café life"]),
        ("sun*", ["Café life", "Sunday"]),
        ('"the sun"', ["Café life"]),
        ('"sun the"', []),
        ('"slow vac"*', ["Tea"]),
        ("sun the", ["Café life"]),
        ("the OR tea", ["Café life", "Sunday", "Tea"]),
        ("title:sunday", []),
        ("NEAR(sun)", []),
        ("cafe", ["Café life"]),
        ("vaccine", ["Tea"]),
        ("OR OR tea OR", ["Tea"]),
        ("AND tea", []),
    ],
)
def test_words_phrases_and_beginnings(index: sqlite3.Connection, typed: str, titles: list[str]) -> None:
    assert found(index, typed) == titles


@pytest.mark.parametrize("typed", ["", " ", "*", "'", '"', '""', "-- **", "OR", "\x00", "…", '"*"*'])
def test_nothing_to_look_for_is_no_expression(typed: str) -> None:
    assert parse(typed).expression == ""


@given(st.text(max_size=300))
def test_nothing_that_can_be_typed_is_wrong(index: sqlite3.Connection, typed: str) -> None:
    found(index, typed)


@given(st.text(alphabet='"*()-+^:{}~ ORANDTNEAR\x00\ud800é1', max_size=60))
def test_no_mark_that_means_something_to_fts5_is_wrong(index: sqlite3.Connection, typed: str) -> None:
    found(index, typed)


def test_ten_thousand_characters_are_cut_and_it_says_so(index: sqlite3.Connection) -> None:
    terms = parse("word " * 2000)
    assert terms.cut and terms.count <= MAX_TERMS
    assert parse("w" * 10_000).cut
    found(index, "word " * 2000)


def test_either_offers_or_only_where_it_widens() -> None:
    assert either('slow "green tea"') == 'slow OR "green tea"'
    assert either("tea") is None and either("a OR b") is None and either("") is None
