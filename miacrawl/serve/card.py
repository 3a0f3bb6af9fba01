"""An article as lists show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from miacrawl.serve.dates import ShownDate, shown_date
from miacrawl.serve.marks import has_marks, marked

UNTITLED = "Untitled article"


@dataclass(frozen=True, slots=True)
class Card:
    """What a list says of an article. `passage` is from its text; `teaser` the blurb, else what else tells of it."""

    id: int
    title: Markup
    teaser: Markup
    passage: Markup | None
    section: str
    site: str
    date: ShownDate | None
    read_minutes: int | None


def card(row: dict[str, Any], found: dict[str, Any] | None = None) -> Card:
    """The card of a row of `queries.newest` or `search_page`; `found` has the words found in it marked."""
    found = found or {}
    passage = found.get("passage")
    said = found.get("blurb") or row["blurb"] or row["summary"]
    opening = None if has_marks(passage) else row["opening"]
    return Card(
        id=row["id"],
        title=marked(found.get("title") or row["title"]) or escape(UNTITLED),
        teaser=marked(shortened(said or opening or "")),
        passage=marked(passage) if has_marks(passage) else None,
        section=row["section"] or "",
        site=row["site_name"] or row["site"],
        date=shown_date(row["published"]),
        read_minutes=minutes(row["read_minutes"]),
    )


def shortened(text: str, length: int = 280) -> str:
    """`text` on one line, at most about `length` characters, cut between words."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    head, blank, _ = line[:length].rpartition(" ")
    return f"{head if blank else line[:length]} …"


def minutes(value: object) -> int | None:
    """A reading time that can be shown: whole minutes above nought."""
    return value if isinstance(value, int) and value > 0 else None
