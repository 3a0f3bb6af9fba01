"""What is printed of a page cannot act on the terminal that it is printed on."""

from __future__ import annotations

import json

import pytest

from miacrawl import extract
from miacrawl.printing import as_text, json_text, printable, shortened, to_json

EVIL = "\x1b]0;owned\x07 \x9b2J \u202eexe.txt \u2028 \ud800 \x7f \r"
PAGE = b"<h1>Worms &#x1b;[2J at \xc2\x9b work \xe2\x80\xae</h1><p>By Ida \x1b[31m Holm</p><p>Some text on worms.</p>"


def test_control_characters_become_visible() -> None:
    shown = printable(EVIL)
    assert shown == "\\x1b]0;owned\\x07 \\x9b2J \\u202eexe.txt \\u2028 \\ud800 \\x7f \\x0d"
    assert printable("Grüße 日本語 שלום\n\tx") == "Grüße 日本語 שלום\n\tx"


def test_json_keeps_every_character_and_shows_none_that_acts() -> None:
    text = json_text({EVIL: [EVIL]})
    assert json.loads(text) == {EVIL: [EVIL]}
    assert (
        text.encode("utf-8")
        and text.isprintable() is False
        and not set(text) & set(EVIL.replace(" ", "")) - set(printable(EVIL))
    )


@pytest.mark.parametrize("show", [as_text, to_json])
def test_fields_of_a_hostile_page_are_safe(show) -> None:  # type: ignore[no-untyped-def]
    text = show(extract(PAGE, "https://a.org/x"))
    assert not set(text) & {"\x1b", "\x9b", "\u202e", "\x07"}


def test_long_values_are_cut_with_a_note() -> None:
    assert shortened("a b " * 100, 11) == "a b a b a b … (400 characters)"
    assert shortened("a\n b", 11) == "a b"
