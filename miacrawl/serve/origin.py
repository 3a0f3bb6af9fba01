"""Where each value of an article came from, and what other sources of its page said instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from miacrawl.serve.card import shortened

MAX_SHOWN = 200
"""Characters of another source's value; all of it stands in the evidence table."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A field, the rule that produced its value (empty where nothing was taken), and pairs of other value and rule.

    `confidence`: from 0 to 1, or None where there is none.
    """

    field: str
    rule: str
    confidence: float | None
    others: tuple[tuple[str, str], ...]


def origins(
    provenance: Mapping[str, str], evidence: Sequence[Mapping[str, Any]], confidence: Sequence[Mapping[str, Any]]
) -> list[Origin]:
    """One for each field that has a value or evidence, by name; the rows are those of the queries of the same name."""
    sure = {row["field"]: row["confidence"] for row in confidence if isinstance(row["confidence"], float)}
    others: dict[str, list[tuple[str, str]]] = {}
    for row in evidence:
        pair = (shortened(str(row["value"] or ""), MAX_SHOWN), str(row["source"] or ""))
        others.setdefault(str(row["field"]), []).append(pair)
    fields = sorted({*provenance, *others})
    return [Origin(field, provenance.get(field, ""), sure.get(field), tuple(others.get(field, ()))) for field in fields]
