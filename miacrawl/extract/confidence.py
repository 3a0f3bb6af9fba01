"""How sure the value of a field is: the share of right values among those that were found in the same way.

confidence.json holds what was counted on annotated pages by tests/benchmark/calibrate.py: of a field, and of the ways
to its values, how many were right and how many there were. A way is told by whether other sources of the page agree
and by the rule (a body's by its look), from the general to the particular; where little was counted, the share of the
more general way weighs more. docs/confidence.md shows how well the shares hold on pages that they were not counted on.

A field that no annotated page tells the truth of has no confidence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from miacrawl.extract.evidence import Agreement
from miacrawl.page import Page

Way = tuple[str, ...]
Counts = Mapping[str, Mapping[str, tuple[int, int]]]
"""Field → way, its parts joined by ", " ("" for all ways) → how many values were right, and how many there were."""

CALIBRATED = ("title", "blurb", "read_minutes", "authors", "published", "section", "language", "body", "related")
RIGHT_BODY = 0.9
"""A body counts as right from this F1 (4-gram shingles) on."""
RIGHT_RELATED = 0.9
"""Related links count as right where this share of them, at least, are."""

_TABLE = Path(__file__).with_name("confidence.json")
_WEIGHT = 4
"""A more general way's share counts as much as this many values of the particular one."""
_SHORT, _LONG = 800, 3_000
_MAX_LOOSE = 400
_SENTENCE_END = tuple(".!?:…。！？؟۔।။។")
_CLOSING = "\"'”’»)]」』 "
_MIN_DECLARED = 50


def confidences(
    page: Page, values: Mapping[str, Any], provenance: Mapping[str, str], agreement: Mapping[str, Agreement]
) -> dict[str, float]:
    """From 0 to 1, for each calibrated field in `values`; the others as `evidence.compare` takes and gives them."""
    return {field: _share(field, way) for field, way in ways(page, values, provenance, agreement).items()}


def ways(
    page: Page, values: Mapping[str, Any], provenance: Mapping[str, str], agreement: Mapping[str, Agreement]
) -> dict[str, Way]:
    """How each calibrated field in `values` was come by."""
    found: dict[str, Way] = {
        field: (agreement.get(field, "none"), provenance.get(field, ""))
        for field in CALIBRATED
        if field in values and field != "body"
    }
    if "body" in values:
        found["body"] = _look(page, values["body"], values.get("word_count", 0))
    return found


def share(table: Counts, field: str, way: Way) -> float:
    """Expected share of right values, to two places; 0.5 for a field of which nothing is known.

    Never surer than a field of which as many values were counted and all were right: (n + 1) / (n + 2).
    """
    known = table.get(field, {})
    right, number = known.get("", (0, 0))
    expected = (right + 1) / (number + 2)
    surest = min(0.99, (number + 1) / (number + 2))
    for depth in range(1, len(way) + 1):
        right, number = known.get(", ".join(way[:depth]), (0, 0))
        expected = (right + _WEIGHT * expected) / (number + _WEIGHT)
    return round(min(surest, max(1 - surest, expected)), 2)


@lru_cache(maxsize=2_000)
def _share(field: str, way: Way) -> float:
    return share(counts(), field, way)


@cache
def counts() -> Counts:
    """What was counted, from the file beside this module."""
    table = json.loads(_TABLE.read_text("utf-8"))["counts"]
    return {field: {way: (right, number) for way, (right, number) in ways.items()} for field, ways in table.items()}


def _look(page: Page, body: str, word_count: int) -> Way:
    """A body's length, how much of it is loose lines, how much of the file it is, and what the JSON-LD says of it."""
    length = "short" if len(body) < _SHORT else "middling" if len(body) < _LONG else "long"
    loose = _loose_share(body)
    prose = "prose" if loose < 0.05 else "some loose lines" if loose < 0.2 else "many loose lines"
    weight = "little of the file" if len(body) < 0.04 * len(page.text) else "much of the file"
    return length, prose, weight, _declared(page, body, word_count)


def _loose_share(body: str) -> float:
    """Share of the text that is lines which end in no sentence: headings, labels, items of lists."""
    loose = 0
    for line in body.split("\n\n"):
        if len(line) < _MAX_LOOSE and not line.rstrip(_CLOSING).endswith(_SENTENCE_END):
            loose += len(line)
    return loose / max(1, len(body))


def _declared(page: Page, body: str, word_count: int) -> Agreement:
    """Whether the body has about as many words as the page's JSON-LD says or holds.

    Nobody agrees on what a word is in scripts without blanks: there, it says nothing.
    """
    if word_count * 3 > len(body) or not page.article_ld:
        return "none"
    try:
        declared = int(float(page.article_ld_text("wordCount") or 0))
    except (ValueError, OverflowError):
        declared = 0
    text = page.article_ld.get("articleBody")
    if declared < _MIN_DECLARED and isinstance(text, str):
        declared = len(text.split())
    if declared < _MIN_DECLARED:
        return "none"
    return "agree" if 0.9 <= word_count / declared <= 1.1 else "disagree"
