"""An article's neighbours in the graph of related links: who recommends it, and what it recommends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from miacrawl.serve.card import UNTITLED, shortened
from miacrawl.serve.dates import ShownDate, shown_date
from miacrawl.serve.link import outside

PLACES = {"inline": "between the paragraphs", "end": "after the text", "aside": "beside the text"}
"""Where on a page a link stands, in words."""
UNKNOWN = "unknown"
"""The state of an address that the ledger has never met."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What stands at the other end of a recommendation. `article_id` is None where it is not archived.

    `position`, `heading` and `location` say where the link stands on the page that has it; `state` and `reason` what
    the ledger says of an address that is not archived.
    """

    article_id: int | None
    title: str
    blurb: str
    site: str
    date: ShownDate | None
    published: str | None
    url: str
    url_key: str
    outside: str | None
    position: int
    heading: str
    location: str
    state: str = ""
    reason: str = ""
    mutual: bool = False
    """Whether the recommendation is returned."""

    @property
    def key(self) -> str:
        """What it is called in the JSON: by number, or by address."""
        return f"article:{self.article_id}" if self.article_id is not None else f"url:{self.url_key}"

    @property
    def place(self) -> str:
        """Where the link stands, in words."""
        return ", ".join(filter(None, [f"place {self.position}", PLACES.get(self.location, "")]))


def recommended(links: Iterable[Mapping[str, Any]], ledger: Mapping[str, Mapping[str, Any]]) -> list[Neighbour]:
    """What an article's page recommends, in page order; `ledger` is by normal form."""
    found = []
    for link in links:
        number = link["target_id"]
        entry = ledger.get(link["url_key"]) if number is None else None
        blurb = link["link_blurb"] or link["blurb"] or link["summary"] or ""
        found.append(
            Neighbour(
                article_id=number,
                title=_line(link["link_title"] or link["title"] or link["url"]),
                blurb=shortened(str(blurb), 240),
                site=link["site"] or "",
                date=shown_date(link["published"]),
                published=link["published"],
                url=link["url"],
                url_key=link["url_key"],
                outside=outside(link["url"]),
                position=link["position"],
                heading=_line(link["heading"] or ""),
                location=link["location"],
                state="" if number is not None else str(entry["state"] if entry else UNKNOWN),
                reason=_line(entry["reason"] or "") if entry else "",
                mutual=bool(link["returned"]),
            )
        )
    return found


def recommending(links: Iterable[Mapping[str, Any]]) -> list[Neighbour]:
    """The articles whose pages recommend an article."""
    return [
        Neighbour(
            article_id=link["article_id"],
            title=_line(link["title"] or UNTITLED),
            blurb=shortened(str(link["blurb"] or link["summary"] or ""), 240),
            site=link["site"],
            date=shown_date(link["published"]),
            published=link["published"],
            url="",
            url_key="",
            outside=None,
            position=link["position"],
            heading=_line(link["heading"] or ""),
            location=link["location"],
            mutual=bool(link["returned"]),
        )
        for link in links
    ]


def _line(text: object) -> str:
    return shortened(str(text), 300)
