"""What people type into a search box, as an FTS5 expression that can't be wrong.

Words are looked for together; "words in quotation marks" as they stand; `vacc*` by their beginning; `a OR b` either.
Everything else (`covid-19`, a lone quotation mark, NEAR, parentheses, column names) is text, quoted word by word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_TERMS = 32
MAX_LENGTH = 400
_TOKEN = re.compile(r'"([^"]*)"(\*?)|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Terms:
    """A question taken apart: alternatives, of each the terms that must all occur, in FTS5's notation."""

    alternatives: tuple[tuple[str, ...], ...]
    cut: bool = False
    """Whether more was typed than is looked for."""

    @property
    def expression(self) -> str:
        """For MATCH; "" where nothing was asked that can be found."""
        return " OR ".join(f"({' AND '.join(terms)})" for terms in self.alternatives)

    @property
    def count(self) -> int:
        """How many terms are looked for."""
        return sum(map(len, self.alternatives))


def parse(typed: str) -> Terms:
    """The terms of `typed`: at most MAX_TERMS, from its first MAX_LENGTH characters. Never raises."""
    alternatives: list[list[str]] = [[]]
    count, cut = 0, len(typed) > MAX_LENGTH
    for phrase, phrase_star, word in _TOKEN.findall(_plain(typed[:MAX_LENGTH])):
        if word == "OR":
            alternatives.append([])
            continue
        text = word.rstrip("*") or phrase
        if not any(map(str.isalnum, text)):
            continue
        if count == MAX_TERMS:
            cut = True
            break
        star = "*" if phrase_star or word.endswith("*") else ""
        alternatives[-1].append(f'"{text}"{star}')
        count += 1
    return Terms(tuple(tuple(terms) for terms in alternatives if terms), cut)


def either(typed: str) -> str | None:
    """The same question with OR between its words, where that asks for more than it did; else None."""
    words = [found.group(0) for found in _TOKEN.finditer(_plain(typed[:MAX_LENGTH]))]
    if len(words) < 2 or "OR" in words:
        return None
    return " OR ".join(words)


def _plain(text: str) -> str:
    """Without control characters, which end SQLite's reading, and without halves of characters."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(" " if ord(letter) < 32 or ord(letter) == 127 else letter for letter in text)
