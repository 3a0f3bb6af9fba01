"""In what two versions of an article differ, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from miacrawl.difference.difference import STEPS, Difference, difference, line_difference
from miacrawl.difference.matching import Budget
from miacrawl.serve.dates import shown_date
from miacrawl.serve.stored import strings

MAX_BODY = 1_000_000
"""Characters of a body that are compared."""
_MAX_LINE = 20_000
_DATES = ("published", "modified")
FIELDS = {
    "title": "Title",
    "blurb": "Blurb",
    "authors": "Authors",
    "section": "Section",
    "published": "Published",
    "modified": "Modified",
    "read_time_text": "Read time",
    "body": "Text",
}
"""The fields that are compared, in this order: columns of view versions, and what readers call them."""


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field, what readers call it, and in what it differs. `cut`: its beginning alone was compared."""

    name: str
    label: str
    difference: Difference
    cut: bool = False


def field_differences(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> list[FieldDifference]:
    """All the fields of two rows of view versions; time is bounded for all of them together."""
    return list(_compared(earlier, later, Budget(STEPS)))


def _compared(earlier: Mapping[str, Any], later: Mapping[str, Any], budget: Budget) -> Iterator[FieldDifference]:
    for name, label in FIELDS.items():
        before, after = _text(name, earlier[name]), _text(name, later[name])
        most, compare = (MAX_BODY, difference) if name == "body" else (_MAX_LINE, line_difference)
        cut = max(len(before), len(after)) > most
        yield FieldDifference(name, label, compare(before[:most], after[:most], budget), cut)


def _text(name: str, value: object) -> str:
    """A field as readers see it: names joined by commas, dates in words."""
    if name == "authors":
        return ", ".join(strings(value))
    if name in _DATES:
        return str(shown_date(value, with_time=True) or "")
    return str(value or "")
