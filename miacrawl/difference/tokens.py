"""The words of a text as they are compared: characters, where a script is written without blanks."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Soft hyphens and the like: no reader can tell whether they are there."""
_SPACELESS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SYLLABIC = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_PUNCTUATION = (
    r"!-/:-@\[-`{-~\u00a1-\u00bf\u0589\u05be\u05c0\u05c3\u060c\u061b\u061f\u06d4\u0964\u0965"
    r"\u2010-\u2027\u2030-\u205e\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_MARKS = "".join(
    char
    for start, end in ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3099, 0x309A), (0xFE00, 0xFE0F))
    for char in map(chr, range(start, end + 1))
    if unicodedata.category(char)[0] == "M"
)
_LETTERS = rf"[^\s{_SPACELESS}{_SYLLABIC}{_PUNCTUATION}]"
_TOKEN = re.compile(rf"( ?)([{_SPACELESS}{_SYLLABIC}][{_MARKS}]*|{_LETTERS}+(?:['’.,-]{_LETTERS}+)*|\S)")
LONG = 100_000
"""Characters from which on a text's words are not looked at one by one."""
_BREAK = re.compile(r"\n\s*\n")


Token = tuple[str, str]
"""The blank (or nothing) that stands before a word, a punctuation mark or a character; and this."""


def folded(text: str) -> str:
    """`text` on one line in NFC, without what can't be seen: as it is compared, and shown."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_UNSEEN).split())


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of `text`, which blank lines divide, each folded; empty ones are left out."""
    return [paragraph for part in _BREAK.split(text) if (paragraph := folded(part))]


def tokens_of(text: str) -> list[Token]:
    """The tokens of a folded text; joined, each after its blank, they are that text."""
    return _TOKEN.findall(text)


def words_in(text: str) -> int:
    """How many words `text` has; characters, where a script is written without blanks.

    Of a text of more than 100,000 characters: how many parts its blanks make of it.
    """
    if len(text) > LONG:
        return len(text.split())
    return sum(1 for _, word in _TOKEN.findall(text) if word[0].isalnum())
