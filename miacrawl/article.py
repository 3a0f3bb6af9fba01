"""What extraction returns: an `Article` and its `RelatedLink`s, plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Where = Literal["inline", "end", "aside"]
"""Place of a related link: between the body's paragraphs, after the body, or beside it."""


@dataclass(frozen=True, slots=True)
class RelatedLink:
    """One card of a related / recommended / read-next block.

    `url` is absolute and otherwise as the page gives it; `blurb` is the card's own teaser;
    `heading` is the block's heading ("Related Articles"); `position` counts from 1 in page order.
    """

    url: str
    title: str
    blurb: str | None = None
    heading: str | None = None
    position: int = 0
    where: Where = "end"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What another source says of a field, where that is not what was taken.

    `field` is a field of `Article`; `value` its text (dates in ISO 8601, names joined by ", ", at most 500 characters);
    `source` the rule that read it, as in `Article.provenance`.
    """

    field: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article page, as extracted. A field that the page does not state is None (or empty).

    * `url`: the address that the page was read from; `canonical_url`: what the page calls itself, absolute.
    * `blurb`: the standfirst shown with the title; `summary`: the publisher's description in the page's metadata,
      where it repeats neither title nor blurb nor the body's opening.
    * `body`: plain text, paragraphs joined by a blank line, without title, blurb, related blocks or newsletter boxes.
    * `body_html`: the same as sanitised HTML.
    * `read_minutes`: minutes as the page states them, never computed; `read_time_text`: the text that said so.
    * `published`, `modified`: a timezone-aware datetime where the page says the zone, a naive one where it
      does not, a date where only the day is known; `published_text` and `modified_text` are the source's own words.
    * `word_count`: words of the body, characters where a script is written without blanks;
      `read_minutes_estimated`: minutes that the body takes to read, by `miacrawl.extract.estimate`.
    * `language`: BCP 47 tag.
    * `flags`: what a reader of the archive should know, from `miacrawl.extract.flags` ("not-article", "empty-body", …).
    * `provenance`: field name → the rule that produced it ("json-ld:headline", "heuristic:after-h1").
    * `evidence`: what other sources say where they disagree, at most four of a field.
    * `confidence`: field name → how often values found in the same way are right, from 0 to 1, for the fields that
      `miacrawl.extract.confidence` knows.
    """

    url: str
    canonical_url: str | None = None
    site_name: str | None = None
    section: str | None = None
    title: str | None = None
    blurb: str | None = None
    summary: str | None = None
    body: str = ""
    body_html: str = ""
    read_minutes: int | None = None
    read_time_text: str | None = None
    word_count: int = 0
    read_minutes_estimated: int | None = None
    authors: tuple[str, ...] = ()
    published: datetime | date | None = None
    published_text: str | None = None
    modified: datetime | date | None = None
    modified_text: str | None = None
    language: str | None = None
    image: str | None = None
    related: tuple[RelatedLink, ...] = ()
    flags: tuple[str, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    confidence: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_article(self) -> bool:
        """False for listings, search pages, error pages and other pages that are no article."""
        return "not-article" not in self.flags
