"""The formats in which citations can be had, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from miacrawl.citation.bibtex import as_bibtex
from miacrawl.citation.cited import Cited
from miacrawl.citation.csl import as_csl
from miacrawl.citation.reference import as_reference
from miacrawl.citation.ris import as_ris
from miacrawl.printing import json_text, printable

FORMATS: Mapping[str, Callable[[Sequence[Cited]], str]] = {
    "text": lambda all_of: "\n\n".join(map(as_reference, all_of)),
    "bibtex": lambda all_of: "\n".join(map(as_bibtex, all_of)),
    "ris": lambda all_of: "\n".join(map(as_ris, all_of)),
    "csl-json": lambda all_of: json_text([as_csl(one) for one in all_of]),
}


def written(cited: Sequence[Cited], format_name: str) -> str:
    """`cited` in one of FORMATS; what could do something to a terminal is made visible."""
    return printable(FORMATS[format_name](cited)).rstrip("\n")
