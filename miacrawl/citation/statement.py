"""What every format says besides: which copy this is, and what became of the original."""

from __future__ import annotations

import re
from typing import Literal

from w3lib.url import safe_url_string

from miacrawl.citation.cited import Cited
from miacrawl.citation.day import MONTHS, day_of

Medium = Literal["newspaper", "web"]
UNTITLED = "Untitled"
_NEWSPAPER = re.compile(
    r"\b(?:news|newspaper|times|post|herald|tribune|gazette|courier|observer|chronicle|guardian|telegraph|examiner|"
    r"zeitung|tageszeitung|tagblatt|tageblatt|nachrichten|journal|diario|periódico|quotidien|giornale|dagblad|gazeta|"
    r"nyheter|avis|aftenposten|noticias|notizie|nouvelles)\b",
    re.I,
)
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb]")
"""What turns the direction of writing or can't be written: a terminal, or TeX, would stumble over it."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT(\d\d:\d\d)")


def line(text: str | None) -> str:
    """`text` on one line, without control characters and marks of direction."""
    return _BLANKS.sub(" ", _MARKS.sub("", text or "")).strip()


def title_of(cited: Cited) -> str:
    """The title on one line."""
    return line(cited.title) or UNTITLED


def address(url: str) -> str:
    """`url` in ASCII as addresses are sent, so that no format reads anything else into it."""
    return safe_url_string(line(url)).replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


def medium_of(cited: Cited) -> Medium:
    """newspaper where the site's name says so, else web: what an article is counted among by its kind of site."""
    return "newspaper" if _NEWSPAPER.search(line(cited.site_name)) else "web"


def moment_in_words(stored: str) -> str:
    """November 28, 2026, 00:40 UTC."""
    day = day_of(stored)
    if day is None or day.month is None:
        return line(stored)
    time = _TIME.match(stored)
    return f"{MONTHS[day.month - 1]} {day.day or 1}, {day.year}" + (f", {time[1]} UTC" if time else "")


def statement(cited: Cited) -> str:
    """Which version this is, when it was retrieved, by which hash it is known, and since when the original is gone."""
    told = (
        f"Version {cited.version}, retrieved {moment_in_words(cited.retrieved)}; "
        f"SHA-256 of title, blurb and text: {line(cited.content_hash)}"
    )
    return f"{told}; {gone}" if (gone := gone_in_words(cited)) else told


def gone_in_words(cited: Cited) -> str:
    """That the original is gone, and since when; empty where it is not."""
    return f"no longer at its address since {moment_in_words(cited.gone_since)}" if cited.gone_since else ""
