"""The pages of the sample site as HTML text. `base` is the server's address without a slash at its end."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from miacrawl.sample import SITE_NAME, SITE_SLOGAN
from miacrawl.sample.blocks import inline_html
from miacrawl.sample.catalogue import (
    SECTIONS,
    ListingPage,
    most_read,
    neighbours,
    open_articles,
    search,
    slug,
)
from miacrawl.sample.draft import Draft, drafts
from miacrawl.sample.linked_data import linked_data
from miacrawl.sample.truth import RELATED_HEADING, cards, read_time_text

PRIVATE_PATH = "/private/editors-notes"
MOVED = {"/category/fitness/five-minute-warm-up": "/category/fitness/the-warm-up"}
MISSING_PATH = "/category/mind/a-page-that-never-was"
BROKEN_PATH = "/category/prevention/server-trouble"
PDF_PATH = "/files/sleep-diary.pdf"
_HOME_COUNT = 10
_VARIANTS = ("?utm_source=home&utm_medium=list", "/", "#comments")
"""How the front page spoils the addresses of its first three articles with a text, as real ones do."""


def long_date(value: datetime | date) -> str:
    """ "4 March 2025" """
    return f"{value.day} {value:%B %Y}"


@cache
def author_notes() -> dict[str, str]:
    """Name of each author and the line about them."""
    notes: dict[str, str] = json.loads(files("miacrawl.sample").joinpath("authors.json").read_text("utf-8"))
    return notes


@cache
def _environment() -> Environment:
    env = Environment(
        loader=PackageLoader("miacrawl.sample"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(inline=inline_html, long_date=long_date, slug=slug)
    env.globals.update(
        site_name=SITE_NAME,
        slogan=SITE_SLOGAN,
        sections=SECTIONS,
        author_notes=author_notes(),
        charset="utf-8",
        read_time_text=read_time_text,
    )
    return env


def _render(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(**values)


def home(base: str, revision: int) -> str:
    """The front page: the newest ten, and a box of odds and ends that leads into every kind of dead end."""
    newest = open_articles(revision)[:_HOME_COUNT]
    with_text = [draft for draft in newest if draft.blocks]
    spoilt = dict(zip(with_text, _VARIANTS, strict=False))
    links = [draft.path + spoilt.get(draft, "") for draft in newest]
    oddments = {
        PDF_PATH: "Sleep diary to print (PDF)",
        next(iter(MOVED)): "From the archive: Five Minutes That Save Your Session",
        MISSING_PATH: "From the archive: A Page That Never Was",
        BROKEN_PATH: "From the archive: Trouble With the Server",
        PRIVATE_PATH: "For the staff: editors’ notes",
    }
    return _render(
        "home.html", base=base, path="/", cards=list(zip(links, newest, strict=True)), oddments=oddments,
        most_read=most_read(revision),
    )  # fmt: skip


def section(page: ListingPage, base: str, path: str, revision: int) -> str:
    """One page of a section's listing."""
    return _render("section.html", base=base, path=path, page=page, most_read=most_read(revision))


def article(draft: Draft, base: str, revision: int, charset: str) -> str:
    """An article in its own markup; `charset` is what the page says of itself, true or not."""
    older, newer = neighbours(draft, revision) if draft.markup == "blog" else (None, None)
    return _render(
        f"{draft.markup}.html",
        base=base,
        path=draft.path,
        article=draft,
        charset=charset,
        online={other.address: other for other in drafts(revision)},
        related=cards(draft, revision),
        related_heading=RELATED_HEADING[draft.markup],
        linked_data=linked_data(draft, base),
        older=older,
        newer=newer,
    )


def light_article(draft: Draft, base: str) -> str:
    """The page for print and for slow lines: the text alone, which names the full page as canonical."""
    return _render("light.html", base=base, article=draft)


def found(words: str, base: str, revision: int) -> str:
    """The search page."""
    return _render(
        "found.html", base=base, path="/search", heading="Search", words=words, articles=search(words, revision)
    )


def gathered(heading: str, path: str, articles: tuple[Draft, ...], base: str) -> str:
    """Articles with one tag or by one author."""
    return _render("found.html", base=base, path=path, heading=heading, words=None, articles=articles)


def plain(name: str, base: str, path: str) -> str:
    """A page that is no article: "about", "contact", "newsletter", "private"."""
    return _render(f"{name}.html", base=base, path=path)


def failure(status: int, base: str) -> str:
    """What the site says with an error status."""
    words = {
        404: ("Page not found", "There is nothing at this address. Perhaps the search knows better."),
        410: ("This article has been withdrawn", "It was out of date, so we have taken it down for good."),
        500: ("Something went wrong", "The page could not be put together. Please try again later."),
    }
    heading, text = words[status]
    return _render("failure.html", base=base, path="/", heading=heading, text=text)
