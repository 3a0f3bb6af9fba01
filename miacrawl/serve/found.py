"""Articles that a search found, and how many of them there are by each filter."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest, nsmallest
from itertools import compress
from typing import Any

from miacrawl.serve.state import BANDS

Counts = Mapping[str, Sequence[tuple[str, int]]]
"""By filter its values with their numbers of articles, in the order in which they are shown."""

SHOWN = {"site": 12, "section": 12, "author": 12, "month": 24, "language": 40, "minutes": 4}
"""How many values of each filter are shown."""
COLUMNS = ("site", "section", "language", "month", "minutes")


@dataclass(frozen=True, slots=True)
class Found:
    """Articles in order, with their values in columns of the same length.

    `signed` and `authors`, of the same length too, are articles and the names in their bylines.
    """

    ids: Sequence[int] = ()
    columns: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    signed: Sequence[int] = ()
    authors: Sequence[str] = ()

    def passing(self, name: str, value: str) -> list[bool]:
        """Of each article, whether `value` of filter `name` is its own."""
        if name == "author":
            written = {article for article, author in zip(self.signed, self.authors, strict=True) if author == value}
            return [article in written for article in self.ids]
        if name == "minutes":
            return [band(one) == value for one in self.columns[name]]
        return [one == value for one in self.columns[name]]

    def only(self, passing: Sequence[bool]) -> Found:
        """Those of which `passing` says so."""
        ids = list(compress(self.ids, passing))
        articles = set(ids)
        kept = [article in articles for article in self.signed]
        columns = {name: list(compress(values, passing)) for name, values in self.columns.items()}
        return Found(ids, columns, list(compress(self.signed, kept)), list(compress(self.authors, kept)))

    def counts(self, name: str) -> list[tuple[str, int]]:
        """How many there are by the values of filter `name`, as they are shown."""
        return shown(name, Counter(self.authors if name == "author" else self.columns.get(name, ())).items())


def found_of(row: Mapping[str, Any]) -> Found:
    """What a row of JSON arrays (`queries.search`) holds."""
    return Found(json.loads(row["ids"]), {name: json.loads(row[name]) for name in COLUMNS})


def with_authors(found: Found, row: Mapping[str, Any]) -> Found:
    """`found`, signed as a row of two JSON arrays says."""
    return replace(found, signed=json.loads(row["ids"]), authors=json.loads(row["authors"]))


def band(minutes: object) -> str:
    """The key in BANDS of a reading time; "" where there is none."""
    if not isinstance(minutes, int) or minutes < 1:
        return ""
    return next((key for key, (low, high) in BANDS.items() if low <= minutes <= high), "")


def shown(name: str, counted: Iterable[tuple[Any, int]]) -> list[tuple[str, int]]:
    """Values of a filter with their numbers: the commonest first, of months the latest, of reading times the least."""
    if name == "minutes":
        bands: Counter[str] = Counter()
        for minutes, n in counted:
            bands[band(minutes)] += n
        return [(key, bands[key]) for key in BANDS if bands[key]]
    usable = [(str(value), n) for value, n in counted if value and n > 0]
    if name == "month":
        return nlargest(SHOWN[name], usable)
    return nsmallest(SHOWN[name], usable, key=lambda pair: (-pair[1], pair[0]))


def narrowed(found: Found, filters: Mapping[str, str]) -> tuple[Found, dict[str, list[tuple[str, int]]]]:
    """Those that pass all `filters`; and counts by each filter under all the others, as choosing them would give."""
    passing = {name: found.passing(name, value) for name, value in filters.items()}
    within = found.only([all(row) for row in zip(*passing.values(), strict=True)]) if passing else found
    counts = {}
    for name in SHOWN:
        others = [one for other, one in passing.items() if other != name]
        under = within if name not in passing else found
        if name in passing and others:
            under = found.only([all(row) for row in zip(*others, strict=True)])
        counts[name] = under.counts(name)
    return within, counts
