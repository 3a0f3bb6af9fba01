"""Which articles the sample site shows where: on the front page, in listings, feeds, sitemaps and beside others."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from miacrawl.sample.draft import Draft, Reach, drafts

PAGE_SIZE = 5
SECTIONS = {
    "nutrition": "What we eat and drink, without the shouting.",
    "sleep": "Nights, naps and mornings.",
    "fitness": "Moving more, at any age and in any shoes.",
    "mind": "Worry, calm, company and attention.",
    "prevention": "Small precautions that pay off later.",
}
"""Key of each section and the line under its heading. Sleep and mind number their pages in the path."""
PAGED_BY_PATH = frozenset({"sleep", "mind"})
_MOST_READ = (
    "mind/worry-time",
    "nutrition/reading-a-food-label",
    "sleep/waking-at-three",
    "fitness/first-five-kilometres",
)


@dataclass(frozen=True, slots=True)
class ListingPage:
    """One page of a section's listing; `previous` and `next` are paths, None at the ends."""

    section: str
    number: int
    articles: tuple[Draft, ...]
    previous: str | None
    next: str | None


def _reached(revision: int, *ways: Reach) -> tuple[Draft, ...]:
    return tuple(draft for draft in drafts(revision) if draft.reach in ("everywhere", *ways))


def open_articles(revision: int) -> tuple[Draft, ...]:
    """The articles that may be linked from anywhere, newest first."""
    return _reached(revision)


def most_read(revision: int) -> tuple[Draft, ...]:
    """The site-wide favourites, which have nothing to do with the page they stand on."""
    online = {draft.address: draft for draft in open_articles(revision)}
    return tuple(online[address] for address in _MOST_READ if address in online)


def listing_path(section: str, number: int) -> str:
    """Path of a page of a section's listing: "?page=2" in some sections, "/page/2" in others."""
    if number == 1:
        return f"/category/{section}"
    return f"/category/{section}" + (f"/page/{number}" if section in PAGED_BY_PATH else f"?page={number}")


def listing(section: str, number: int, revision: int) -> ListingPage | None:
    """Page `number` of a section, counted from 1, or None where there is no such page."""
    listed = [draft for draft in _reached(revision, "page-2") if draft.section == section]
    start = (number - 1) * PAGE_SIZE
    if number < 1 or start >= len(listed):
        return None
    return ListingPage(
        section=section,
        number=number,
        articles=tuple(listed[start : start + PAGE_SIZE]),
        previous=listing_path(section, number - 1) if number > 1 else None,
        next=listing_path(section, number + 1) if start + PAGE_SIZE < len(listed) else None,
    )


def rss_articles(revision: int) -> tuple[Draft, ...]:
    """The site's feed: the newest fifteen, and those that only a feed tells of."""
    by_feed = [draft for draft in drafts(revision) if draft.reach == "feed" and draft.section != "prevention"]
    return (*open_articles(revision)[:15], *by_feed)


def atom_articles(revision: int) -> tuple[Draft, ...]:
    """The feed of the prevention section."""
    return tuple(draft for draft in _reached(revision, "feed") if draft.section == "prevention")


def sitemap_articles(revision: int) -> tuple[Draft, ...]:
    """What the sitemaps list, newest first."""
    return _reached(revision, "sitemap")


def neighbours(draft: Draft, revision: int) -> tuple[Draft | None, Draft | None]:
    """The older and the newer blog post of the same section, as its navigation links them."""
    posts = [
        other for other in drafts(revision) if other.section == draft.section and other.markup == "blog"
        and (other.reach == "everywhere" or other is draft)
    ]  # fmt: skip
    here = posts.index(draft)
    older = posts[here + 1] if here + 1 < len(posts) else None
    return older, posts[here - 1] if here else None


def search(words: str, revision: int) -> tuple[Draft, ...]:
    """Articles whose title or teaser holds `words`; none for an empty search."""
    wanted = words.strip().casefold()
    if not wanted:
        return ()
    return tuple(d for d in open_articles(revision) if wanted in f"{d.title} {d.teaser}".casefold())


def slug(name: str) -> str:
    """`name` as the last part of an address: "Zoë Lindqvist" is "zoe-lindqvist"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
