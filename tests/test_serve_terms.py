"""Whatever is typed into the search box becomes a question that SQLite understands."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miacrawl.serve import terms as said
from miacrawl.serve.terms import MAX_TERMS, either, parse


@pytest.fixture(scope="module")
def index() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", check_same_thread=False)
    columns = "title, blurb, body, tokenize='porter unicode61 remove_diacritics 2'"
    db.execute(f"CREATE VIRTUAL TABLE texts USING fts5({columns})")
    db.execute(f"CREATE VIRTUAL TABLE heads USING fts5({columns.replace(' body,', '')})")
    texts = [
        ("Café life", "A morning", "covid-19 and the sun"),
        ("Sunday", "", "near the title"),
        ("Tea", "Better than coffee", "slow vaccines"),
    ]
    db.executemany("INSERT INTO texts VALUES (?, ?, ?)", texts)
    db.execute("INSERT INTO heads SELECT title, blurb FROM texts")
    return db


def found(index: sqlite3.Connection, typed: str) -> list[str]:
    expression = parse(typed).expression
    sql = "SELECT title FROM texts WHERE texts MATCH ? ORDER BY rowid"
    return [title for (title,) in index.execute(sql, [expression])] if expression else []


def asked(index: sqlite3.Connection, typed: str) -> None:
    """Ask both indexes; SQLite refuses what is no expression."""
    found(index, typed)
    if head := parse(typed).head:
        index.execute("SELECT title FROM heads WHERE heads MATCH ?", [head]).fetchall()


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
        ("sun AND the", ["Café life"]),
        ("the OR tea", ["Café life", "Sunday", "Tea"]),
        ("the NOT sun", ["Sunday"]),
        ("the AND NOT sun", ["Sunday"]),
        ("the -sun", ["Sunday"]),
        ('the -"covid 19"', ["Sunday"]),
        ("(the OR tea) -(sun OR slow)", ["Sunday"]),
        ("near (sun OR title)", ["Sunday"]),
        ("tea OR the title", ["Sunday", "Tea"]),
        ("title:tea", ["Tea"]),
        ("Title: tea", ["Tea"]),
        ("title:coffee", []),
        ("blurb:coffee", ["Tea"]),
        ("body:(slow OR near)", ["Sunday", "Tea"]),
        ('body:"near the"', ["Sunday"]),
        ("the -body:near", ["Café life"]),
        ("title:sunday", ["Sunday"]),
        ("subtitle:sunday", []),
        ("NEAR(sun)", []),
        ("cafe", ["Café life"]),
        ("vaccine", ["Tea"]),
    ],
)
def test_words_phrases_beginnings_and_what_joins_them(index: sqlite3.Connection, typed: str, titles: list[str]) -> None:
    assert found(index, typed) == titles
    assert parse(typed).remarks == ((said.UNCLOSED_QUOTE,) if typed == '"sun' else ())


@pytest.mark.parametrize(
    ("typed", "titles", "remark"),
    [
        ('slow "vaccines', ["Tea"], said.UNCLOSED_QUOTE),
        ("OR OR tea OR", ["Tea"], said.LONE.format("OR")),
        ("AND tea", ["Tea"], said.LONE.format("AND")),
        ("tea AND", ["Tea"], said.LONE.format("AND")),
        ("tea NOT", ["Tea"], said.LONE.format("NOT")),
        ("NOT tea", ["Tea"], said.ONLY_UNWANTED),
        ("-tea", ["Tea"], said.ONLY_UNWANTED),
        ("tea OR -sun", ["Tea"], said.UNWANTED_ALTERNATIVE),
        ("(tea", ["Tea"], said.UNCLOSED),
        ("the (sun OR (near", ["Café life", "Sunday"], said.UNCLOSED),
        ("tea)", ["Tea"], said.UNOPENED),
        ("((((((((((tea)))))))))) slow", ["Tea"], said.TOO_DEEP),
        ("tea title:", ["Tea"], said.NO_WORD.format("title:")),
        ("te*", [], said.SHORT.format("te", 3)),
    ],
)
def test_what_makes_no_sense_is_looked_for_in_another_way_and_that_is_said(
    index: sqlite3.Connection, typed: str, titles: list[str], remark: str
) -> None:
    assert found(index, typed) == titles
    assert remark in parse(typed).remarks


@pytest.mark.parametrize("typed", ["", " ", "*", "'", '"', '""', "-- **", "OR", "\x00", "…", '"*"*', "()", "title:"])
def test_nothing_to_look_for_is_no_expression(typed: str) -> None:
    assert parse(typed).expression == "" and parse(typed).head == ""


@given(st.text(max_size=300))
def test_nothing_that_can_be_typed_is_wrong(index: sqlite3.Connection, typed: str) -> None:
    asked(index, typed)


_PIECES = [*'()-"*:^+{}~ a1é,\x00\ud800', *'AND |OR |NOT |NEAR(|title:|body:|tea | bcd* |"c d"'.split("|")]


@given(st.lists(st.sampled_from(_PIECES), max_size=60).map("".join))
def test_no_mark_that_means_something_to_fts5_is_wrong(index: sqlite3.Connection, typed: str) -> None:
    asked(index, typed)


@pytest.mark.parametrize("piece", ["(", ")", "-(", "title:", "NOT (", "(a OR ", "a NOT (", '"a" OR ', "-"])
def test_four_hundred_characters_of_anything_are_no_trouble(index: sqlite3.Connection, piece: str) -> None:
    asked(index, piece * (said.MAX_LENGTH // len(piece)))
    asked(index, piece * 10_000)


def test_ten_thousand_characters_are_cut_and_it_says_so(index: sqlite3.Connection) -> None:
    terms = parse("word " * 2000)
    assert terms.remarks == (said.CUT,) and terms.expression.count("word") == MAX_TERMS
    assert said.CUT in parse("w" * 10_000).remarks and said.CUT not in parse("word " * MAX_TERMS).remarks
    assert said.UNCLOSED not in parse("(" + "word " * 2000).remarks, "that it is cut is remark enough"
    found(index, "word " * 2000)


def test_title_and_blurb_alone_are_asked_without_what_is_left_out() -> None:
    assert parse("tea (coffee -milk) -sugar").head == '("tea" AND "coffee")'
    assert parse("tea body:milk").head == "", "what must stand in the text can't be found in titles"


def test_either_offers_or_only_where_it_widens() -> None:
    assert either('slow "green tea"') == 'slow OR "green tea"'
    assert either("title:slow vacc*") == "title:slow OR vacc*"
    for typed in ("tea", "tea tea", "a OR b", "a -b", "", "(a OR b) c"):
        assert either(typed) is None


@pytest.mark.parametrize("typed", ["健康", "今日は健康", "สุขภาพ", "vaccine 健康"])
def test_scripts_without_blanks_are_told_what_is_found(typed: str) -> None:
    (remark,) = parse(typed).remarks
    assert "no blanks between words" in remark and "*" in remark
    assert not parse("здоровье 건강 vaccine").remarks


def test_short_beginning_is_looked_for_in_scripts_without_blanks() -> None:
    text = parse("健康*")
    assert text.expression.endswith("*") and said.SHORT.format("健康", said.LEAST_BEGINNING) not in text.remarks
