"""A `Draft`: one article of the sample site as its author filed it, before it is put on a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email import message_from_string
from email.message import Message
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from miacrawl.sample.blocks import Block, blocks_of

Markup = Literal["utility", "semantic", "tables", "blog"]
Reach = Literal["everywhere", "page-2", "feed", "sitemap", "related"]
"""How the article can be found; all but "everywhere" name the only way."""
Encoding = Literal["utf-8", "windows-1252", "windows-1252-said-utf-8", "utf-8-said-windows-1252"]

_MARKUP_OF_SECTION: dict[str, Markup] = {
    "nutrition": "utility",
    "sleep": "semantic",
    "fitness": "tables",
    "mind": "blog",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """One article as filed. `address` is "section/slug"; `minutes` None where the page shall state no reading time.

    `blurb` is shown with the title, `summary` only in metadata and on other pages' cards. `published` is a date
    where the page shows no time. `revisions` are the site's states that hold this text.
    """

    address: str
    title: str
    published: datetime | date
    markup: Markup
    blocks: tuple[Block, ...]
    revisions: frozenset[int]
    blurb: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    modified: datetime | None = None
    minutes: int | None = None
    reach: Reach = "everywhere"
    encoding: Encoding = "utf-8"
    related: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    comments: tuple[tuple[str, str], ...] = ()
    caption: str | None = None

    @property
    def path(self) -> str:
        """Path of the article's one proper address."""
        return f"/category/{self.address}"

    @property
    def section(self) -> str:
        """Key of the section ("sleep")."""
        return self.address.partition("/")[0]

    @property
    def teaser(self) -> str | None:
        """What cards, feeds and metadata say about the article."""
        return self.blurb or self.summary

    @property
    def moment(self) -> datetime:
        """Time of publication in UTC; midnight where only the day is known."""
        return _moment(self.published)

    @property
    def changed(self) -> datetime:
        """Time of the last change in UTC."""
        return _moment(self.modified or self.published)

    @property
    def promos(self) -> tuple[str, ...]:
        """Addresses of the articles promoted between the paragraphs ("Read also")."""
        return tuple(block.lines[0] for block in self.blocks if block.kind == "promo")


def _moment(value: datetime | date) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.combine(value, time(), UTC)


@cache
def all_drafts() -> tuple[Draft, ...]:
    """Every draft in `content/`, newest first; articles that change are there once for each text."""
    found = [
        _read(section.name, file.name.removesuffix(".md"), file.read_text("utf-8"))
        for section in files("miacrawl.sample").joinpath("content").iterdir()
        if section.is_dir()
        for file in section.iterdir()
        if file.name.endswith(".md")
    ]
    return tuple(sorted(found, key=lambda draft: (draft.moment, draft.address), reverse=True))


@cache
def drafts(revision: int) -> tuple[Draft, ...]:
    """The drafts that are online in this revision, newest first."""
    return tuple(draft for draft in all_drafts() if revision in draft.revisions)


def _read(section: str, stem: str, text: str) -> Draft:
    """A draft from its file: mail-like headers, a blank line, the body's blocks."""
    mail = message_from_string(text)
    minutes, modified = mail["Minutes"], mail["Modified"]
    return Draft(
        address=f"{section}/{mail['Slug'] or stem}",
        title=mail["Title"],
        published=_when(mail["Published"]),
        markup=cast(Markup, mail["Markup"] or _MARKUP_OF_SECTION[section]),
        blocks=blocks_of(str(mail.get_payload())),
        revisions=frozenset(int(number) for number in (mail["Revisions"] or "1 2").split()),
        blurb=mail["Blurb"],
        summary=mail["Summary"],
        authors=_listed(mail, "Authors", ";"),
        modified=datetime.fromisoformat(modified) if modified else None,
        minutes=int(minutes) if minutes else None,
        reach=cast(Reach, mail["Reach"] or "everywhere"),
        encoding=cast(Encoding, mail["Encoding"] or "utf-8"),
        related=tuple((mail["Related"] or "").split()),
        tags=_listed(mail, "Tags", ","),
        comments=tuple(_comment(line) for line in mail.get_all("Comment", [])),
        caption=mail["Caption"],
    )


def _when(text: str) -> datetime | date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _listed(mail: Message, name: str, mark: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in (mail[name] or "").split(mark) if item.strip())


def _comment(line: str) -> tuple[str, str]:
    name, _, text = line.partition(" | ")
    return name, text
