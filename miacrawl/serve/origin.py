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
    """A field, the rule that produced its value (empty where nothing was taken), and pairs of other value and rule."""

    field: str
    rule: str
    others: tuple[tuple[str, str], ...]


def origins(provenance: Mapping[str, str], evidence: Sequence[Mapping[str, Any]]) -> list[Origin]:
    """One for each field that has a value or evidence, by name; `evidence` holds the rows of `queries.evidence`."""
    others: dict[str, list[tuple[str, str]]] = {}
    for row in evidence:
        pair = (shortened(str(row["value"] or ""), MAX_SHOWN), str(row["source"] or ""))
        others.setdefault(str(row["field"]), []).append(pair)
    fields = sorted({*provenance, *others})
    return [Origin(field, provenance.get(field, ""), tuple(others.get(field, ()))) for field in fields]
