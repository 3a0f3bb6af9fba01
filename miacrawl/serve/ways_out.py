"""Where the links of a captured page led: outside the frame, where they may be followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from miacrawl.page import Page, text_of
from miacrawl.serve.card import shortened
from miacrawl.serve.content import kind_of
from miacrawl.serve.link import outside
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.record import read
from miacrawl.urls import MAX_URL_LENGTH, key_of

MAX_LINKS = 300


@dataclass(frozen=True, slots=True)
class Way:
    """A link of a page; `text` may be "". `key`: its address in its normal form, by which the archive knows it."""

    text: str
    address: str
    key: str


def ways_out(folder: Path, chain: Sequence[Row]) -> list[Way]:
    """The first links of the page in a capture, each address once, in page order. Raises PageError."""
    found = read(folder, chain).page
    if found is None or kind_of(found) != "page":
        return []
    page = Page(found.body, found.url, found.content_type or None)
    ways: dict[str, Way] = {}
    for link in page.root.iter("a"):
        href = (link.get("href") or "").strip()
        address = outside(page.absolute(href)) if href and not href.startswith("#") else None
        if address is None or address in ways or len(address) > MAX_URL_LENGTH:
            continue
        try:
            ways[address] = Way(shortened(text_of(link), 120), address, key_of(address))
        except ValueError:
            continue
        if len(ways) == MAX_LINKS:
            break
    return list(ways.values())
