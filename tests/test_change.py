"""Typography is no change, a changed figure is one, and what shows something else replaces nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from miacrawl.article import Article
from miacrawl.store.change import changed_fields, normal, unfit, was_unfit

TEXT = (
    'The town\u2019s well-known baker said: "We sold 1,204 loaves \u2014 more than ever." '
    "Nobody had counted before.\n\nIn May it was 980."
)
ROW = {"title": "A baker's year", "blurb": "Bread\u2026 and more", "authors": '["Ida Holm", "Wen Li"]', "body": TEXT}


def row(**changes: Any) -> dict[str, Any]:
    return {**ROW, **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"body": TEXT.replace("\u2019", "'").replace('"', "\u201c")},
        {"body": TEXT.replace('"', "\u201e").replace("\u2014", "-")},
        {"body": TEXT.replace('"', "\u00ab")},
        {"body": TEXT.replace(" ", "\u00a0").replace("\n\n", "\n \n\n")},
        {"body": TEXT.replace("counted", "coun\u00adted\u200b").replace("baker", "\ufeffbaker")},
        {"body": TEXT.replace(" ", "\u2009").replace("-", "\u2011")},
        {"body": f"\n {TEXT} "},
        {"title": "A baker\u2019s  year "},
        {"blurb": "Bread... and more"},
        {"authors": '["Ida  Holm", "Wen\\u00a0Li"]'},
    ],
)
def test_typography_is_no_change(changes: dict[str, str]) -> None:
    assert changed_fields(ROW, row(**changes)) == ()


def test_composed_and_decomposed_letters_are_alike() -> None:
    assert normal("Cafe\u0301 o\u0308l") == normal("Caf\u00e9 \u00f6l")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"body": TEXT.replace("1,204", "1,205")}, "body"),
        ({"body": TEXT.replace("1,204", "1204")}, "body"),
        ({"body": TEXT.replace("Nobody", "Somebody")}, "body"),
        ({"body": TEXT.replace("well-known", "well known")}, "body"),
        ({"body": TEXT.replace("The town", "the town")}, "body"),
        ({"body": TEXT.partition("\n\n")[0]}, "body"),
        ({"body": f"{TEXT}\n\nCorrected on Monday."}, "body"),
        ({"title": "A baker's decade"}, "title"),
        ({"title": None}, "title"),
        ({"blurb": None}, "blurb"),
        ({"authors": '["Ida Holm"]'}, "authors"),
        ({"authors": '["Wen Li", "Ida Holm"]'}, "authors"),
    ],
)
def test_what_says_something_else_is_a_change_of_that_field_alone(changes: dict[str, Any], field: str) -> None:
    assert changed_fields(ROW, row(**changes)) == (field,)


def test_fields_that_change_together_are_told_together() -> None:
    assert changed_fields(ROW, row(title="x", body="y", authors="[]")) == ("title", "authors", "body")


LONG = " ".join(f"word{number}" for number in range(200))


def page(words: int = 200, *flags: str, body: str | None = None) -> Article:
    text = " ".join(LONG.split()[:words]) if body is None else body
    return Article("http://a.example/story", title="A story", body=text, word_count=len(text.split()), flags=flags)


@pytest.mark.parametrize("flag", ["consent-wall", "soft-404", "empty-shell", "empty-body", "not-article"])
def test_a_wall_takes_no_articles_place_but_another_walls(flag: str) -> None:
    assert unfit(page(200, flag), 200, (), LONG) == flag
    assert unfit(page(200, flag), 200, (flag,), LONG) is None
    assert was_unfit((flag, "rendered")) and not was_unfit(("paywall",))


@pytest.mark.parametrize("flag", ["paywall", "cut-off"])
@pytest.mark.parametrize("before", [(), ("paywall",), ("cut-off",)])
@pytest.mark.parametrize("words", [30, 120, 160, 199])
def test_a_part_takes_no_wholes_place_whatever_was_said_of_the_whole(
    flag: str, before: tuple[str, ...], words: int
) -> None:
    assert unfit(page(words, flag), 200, before, LONG) == flag
    assert unfit(page(0, flag, body=page(words).body + " …"), 200, before, LONG) == flag


@pytest.mark.parametrize("flag", ["paywall", "cut-off"])
def test_a_whole_text_is_taken_whatever_its_page_is_flagged_as(flag: str) -> None:
    assert unfit(page(200, flag), 200, (), LONG) is None
    assert unfit(page(0, flag, body=f"{LONG} and more"), 200, (), LONG) is None
    edited = LONG.replace("word3 ", "something ")
    assert unfit(page(0, flag, body=edited), 200, (flag,), LONG) is None


def test_a_teaser_that_was_written_anew_is_taken_where_there_never_was_more() -> None:
    teaser = page(0, "paywall", body="Quite another teaser than there was before it")
    assert unfit(teaser, 20, ("paywall",), " ".join(LONG.split()[:20])) is None


def test_a_text_of_which_next_to_nothing_is_left_was_emptied() -> None:
    assert unfit(page(15), 200, (), LONG) == "emptied"
    assert unfit(page(25), 200, (), LONG) is None
    assert unfit(page(3), 40, (), "short") is None


def test_an_edit_that_halves_a_text_is_one() -> None:
    assert unfit(replace(page(100), flags=json.loads("[]")), 200, (), LONG) is None
