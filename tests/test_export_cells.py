"""No cell of an exported CSV file runs in a spreadsheet, and nothing else is touched."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miacrawl.export.cell import as_cell
from miacrawl.export.column import Column
from miacrawl.spreadsheet import harmless

TEXT, NUMBER = Column("title", "text", ""), Column("word_count", "integer", "")
NAMES, LINKS = Column("authors", "texts", ""), Column("related", "links", "")


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("https://evil.example","x")',
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "  =1+1",
        "\u00a0=1+1",
        "\u200b=1+1",
        "\ufeff@x",
        "\x00=1",
        "\t=1",
        "\r=1",
        "\nquiet",
        "\tquiet",
        "＝1+1",
        "－1",
        "﹢1",
        "⁺1",
    ],
)
def test_what_a_spreadsheet_runs_begins_with_an_apostrophe(text: str) -> None:
    assert harmless(text).startswith("'")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("soup;=1+1", "soup;'=1+1"),
        ("soup\t=1+1", "soup\t'=1+1"),
        ("first\n\n=1+1", "first\n\n'=1+1"),
        ("first\r\n @x", "first\r\n '@x"),
        ("a;＝1;+2", "a;'＝1;'+2"),
    ],
)
def test_a_formula_behind_what_may_end_a_cell_is_defused_too(text: str, made: str) -> None:
    assert harmless(text) == made


@pytest.mark.parametrize(
    "text", ["", "Soup", "1 + 1 = 2", "well-known", "a; b", "me@example.edu", "'tis", "– a dash", "x\ny"]
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_numbers_stay_numbers() -> None:
    assert as_cell(-5, NUMBER) == "-5"
    assert as_cell(True, Column("is_current", "boolean", "")) == "true"


def test_raw_leaves_formulas() -> None:
    assert as_cell("=1+1", TEXT, raw=True) == "=1+1"


def test_lists_are_joined_and_defused_name_by_name() -> None:
    assert as_cell(["Ida Holm", "Wen Li"], NAMES) == "Ida Holm; Wen Li"
    assert as_cell(["Ida Holm", "=1+1"], NAMES) == "Ida Holm; '=1+1"


def test_other_lists_are_json_that_can_be_read_back() -> None:
    assert as_cell([{"title": "=1\n=2"}], LINKS) == '[{"title": "=1\\n=2"}]'
    assert as_cell([], LINKS) == "" and as_cell(None, LINKS) == ""


def test_nul_is_left_out() -> None:
    assert as_cell("a\0b", TEXT) == "ab"
    assert as_cell("\0=1", TEXT) == "'=1"


@given(st.text(alphabet=st.sampled_from("=+-@＝﹣ \t\r\n;\u200b\u00a0'a1\x00"), max_size=12))
def test_whatever_ends_cells_no_cell_begins_with_a_formula(text: str) -> None:
    for cell in re.split("[;\t\r\n]", as_cell(text, TEXT)):
        seen = "".join(char for char in cell if not char.isspace() and unicodedata.category(char) not in ("Cc", "Cf"))
        assert unicodedata.normalize("NFKC", seen)[:1] not in tuple("=+-@")


@given(st.text(max_size=40))
def test_taking_the_apostrophes_away_gives_the_text_back(text: str) -> None:
    kept = [char for char in text if char != "'"]
    assert [char for char in harmless(text) if char != "'"] == kept
