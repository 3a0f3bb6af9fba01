import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miacrawl.encoding import decode

FRENCH = "<p>Café, “naïve” et cœur — des mots que l’on écrit avec des accents.</p>"
JAPANESE = "<p>日本語テキストです。これは文字コードの検出試験です。睡眠についての記事を読みましょう。</p>"


@pytest.mark.parametrize(
    "markup, header, text",
    [
        (FRENCH.encode(), None, FRENCH),
        (b"\xef\xbb\xbf" + FRENCH.encode(), None, FRENCH),
        (FRENCH.encode("utf-16"), None, FRENCH),
        (FRENCH.encode("cp1252"), None, FRENCH),
        (FRENCH.encode("cp1252"), "text/html; charset=ISO-8859-1", FRENCH),
        (JAPANESE.encode("shift_jis"), "text/html;charset=Shift_JIS", JAPANESE),
        (JAPANESE.encode("euc-jp"), None, JAPANESE),
        ("<meta charset=iso-8859-2><p>Łódź żyje".encode("iso-8859-2"), None, "<meta charset=iso-8859-2><p>Łódź żyje"),
    ],
)
def test_encoding_is_found(markup: bytes, header: str | None, text: str) -> None:
    assert decode(markup, header)[0] == text


def test_meta_that_lies_about_utf8_does_not_spoil_the_text() -> None:
    page = f"<meta charset=utf-8>{FRENCH}"
    assert decode(page.encode("cp1252"))[0] == page


def test_header_that_denies_utf8_does_not_spoil_the_text() -> None:
    assert decode(FRENCH.encode(), "text/html; charset=iso-8859-1")[0] == FRENCH


def test_utf8_cut_in_mid_letter_keeps_the_rest() -> None:
    text, name = decode(("é" * 50).encode()[:-1])
    assert (text, name) == ("é" * 49 + "\ufffd", "utf-8")


@pytest.mark.parametrize(
    "label", ["nonsense", "base64", "idna", "", "\x00", "punycode", "UTF-7", "u7", "unicode-escape", "undefined"]
)
def test_unknown_labels_are_passed_over(label: str) -> None:
    assert decode(FRENCH.encode("cp1252"), f"text/html; charset={label}")[0] == FRENCH


@given(st.binary(max_size=500), st.text(max_size=30))
def test_no_bytes_make_it_raise(markup: bytes, label: str) -> None:
    decode(markup, f"text/html; charset={label}")


def test_page_that_says_it_is_punycode_does_not_take_hours() -> None:
    half = b"a" * 500_000
    began = time.process_time()
    assert decode(half + b"\xff" * 5 + b"-" + half, "text/html; charset=punycode")[1] == "cp1252"
    assert time.process_time() - began < 5
