"""What a perfect crawl of the sample site would find, article by article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Literal

from miacrawl.sample.draft import Draft, Markup, drafts

Where = Literal["inline", "end", "aside"]

RELATED_HEADING: dict[Markup, str] = {
    "utility": "Related Articles",
    "semantic": "More to read",
    "tables": "You may also like",
    "blog": "Related posts",
}
_PLACE: dict[Markup, Where] = {"utility": "end", "semantic": "aside", "tables": "end", "blog": "end"}


@dataclass(frozen=True, slots=True)
class SampleRelated:
    """A related link: path on the site, title and teaser as its card shows them, and where it stands."""

    path: str
    title: str
    blurb: str | None
    where: Where


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """The truth about one article.

    * `path`: of its one proper address; `section`: as the page names it ("Sleep").
    * `blurb`: as shown with the title, None where the page shows none; `summary`: what only its metadata says.
    * `body`: headings, paragraphs, list items and quotes as plain text, in order; captions are not in it. Empty
      where the page has a headline only (quirk "empty-body").
    * `read_minutes`, `read_time_text`: as the page or its metadata states them, None where neither does.
    * `published`: timezone-aware, or a date where the page shows the day only.
    * `related`: in page order, each address once.
    * `quirks`: what is odd: "only-…" (the single way to find it), an encoding, "empty-body",
      "changes", "goes", "comes".
    """

    path: str
    title: str
    section: str
    markup: Markup
    body: tuple[str, ...]
    published: datetime | date
    blurb: str | None = None
    summary: str | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    read_minutes: int | None = None
    read_time_text: str | None = None
    related: tuple[SampleRelated, ...] = ()
    quirks: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """The body as one text, its blocks joined by a blank line."""
        return "\n\n".join(self.body)


@cache
def articles(revision: int = 1) -> tuple[SampleArticle, ...]:
    """Every article that is online in this revision, newest first; the headline-only page is among them."""
    return tuple(_truth(draft, revision) for draft in drafts(revision))


def read_time_text(draft: Draft) -> str | None:
    """The reading time in the words of the page; the blog states it in its metadata only, as label and value."""
    if draft.minutes is None:
        return None
    unit = "minute" if draft.minutes == 1 else "minutes"
    return {
        "utility": f"{draft.minutes} min read",
        "semantic": f"{draft.minutes}-minute read",
        "tables": f"Reading time: {draft.minutes} {unit}",
        "blog": f"Estimated reading time: {draft.minutes} {unit}",
    }[draft.markup]


def cards(draft: Draft, revision: int) -> tuple[Draft, ...]:
    """The articles on the related cards of `draft`; what is promoted in its body already is left out."""
    online = {other.address: other for other in drafts(revision)}
    return tuple(online[address] for address in draft.related if address in online and address not in draft.promos)


def _related(draft: Draft, revision: int) -> tuple[SampleRelated, ...]:
    online = {other.address: other for other in drafts(revision)}
    promoted = [online[address] for address in draft.promos]
    shows_teaser = draft.markup != "tables"
    return (
        *(SampleRelated(other.path, other.title, None, "inline") for other in promoted),
        *(
            SampleRelated(other.path, other.title, other.teaser if shows_teaser else None, _PLACE[draft.markup])
            for other in cards(draft, revision)
        ),
    )


def _quirks(draft: Draft) -> frozenset[str]:
    fate = {frozenset({1}): "goes", frozenset({2}): "comes"}.get(draft.revisions)
    if fate and sum(draft.address == other.address for number in (1, 2) for other in drafts(number)) > 1:
        fate = "changes"
    return frozenset(
        name
        for name in (
            f"only-{draft.reach}" if draft.reach != "everywhere" else None,
            draft.encoding if draft.encoding != "utf-8" else None,
            None if draft.blocks else "empty-body",
            fate,
        )
        if name
    )


def _truth(draft: Draft, revision: int) -> SampleArticle:
    return SampleArticle(
        path=draft.path,
        title=draft.title,
        section=draft.section.capitalize(),
        markup=draft.markup,
        body=tuple(line for block in draft.blocks for line in block.plain),
        published=draft.published,
        blurb=draft.blurb,
        summary=draft.summary,
        modified=draft.modified,
        authors=draft.authors,
        read_minutes=draft.minutes,
        read_time_text=read_time_text(draft),
        related=_related(draft, revision),
        quirks=_quirks(draft),
    )
