"""The publisher's own description of the article in the page's metadata, where it says something of its own.

It is no blurb: readers of the page do not see it. A description that repeats the title, the blurb or the body's
opening, or says what the whole site is about, is left out.
"""

from __future__ import annotations

from collections.abc import Callable

from miacrawl.extract.blurb import body_start
from miacrawl.extract.headline import likeness, title_clues, words
from miacrawl.extract.surroundings import surroundings
from miacrawl.page import Page, collapse, ld_text, ld_types, text_of
from miacrawl.strategy import Strategy

_MIN_WORDS = 4
_MAX = 2000
_SITE_TYPES = frozenset(("WebSite", "Organization", "NewsMediaOrganization"))


def _own(source: str, read: Callable[[Page], str | None]) -> Strategy[str]:
    def checked(page: Page) -> str | None:
        text = read(page)
        return text if text and len(text) <= _MAX and says_something(page, text) else None

    return Strategy(source, checked)


def says_something(page: Page, text: str) -> bool:
    """Whether a description is more than the title, the site's slogan or the opening of the text."""
    mine = words(text)
    if len(mine) < _MIN_WORDS or "<" in text:
        return False
    headline = surroundings(page).headline
    titles = [*title_clues(page), text_of(headline) if headline is not None else ""]
    if any(likeness(mine, words(title)) > 0.8 for title in titles):
        return False
    return collapse(text) not in page.once(slogans) and not _opens_body(page, mine)


def slogans(page: Page) -> frozenset[str]:
    """What the page's metadata says of the whole site."""
    nodes = [node for node in page.json_ld if _SITE_TYPES.intersection(ld_types(node))]
    found = (ld_text(node.get(key)) for node in nodes for key in ("description", "slogan", "alternateName"))
    return frozenset(text for text in found if text)


def _opens_body(page: Page, mine: list[str]) -> bool:
    """Whether a description is, word by word, what one of the body's first paragraphs begins with."""
    blocks = body_start(page)[:6] or surroundings(page).top
    opening = [words(block.text[: 2 * _MAX]) for block in blocks]
    head = mine[: max(_MIN_WORDS, len(mine) - 2)]  # the last words may be cut short
    for number, first in enumerate(opening[:4]):
        text = list(first)
        for more in opening[number + 1 :]:
            if len(text) >= len(head):
                break
            text += more
        if likeness(text[: len(head)], head) > 0.9:
            return True
    return False


SUMMARY: tuple[Strategy[str], ...] = (
    _own("meta:og:description", lambda page: page.meta_first("og:description")),
    _own("meta:description", lambda page: page.meta_first("description")),
    _own("json-ld:description", lambda page: page.article_ld_text("description")),
    _own("meta:twitter:description", lambda page: page.meta_first("twitter:description")),
    _own("meta:dc.description", lambda page: page.meta_first("dc.description")),
)
"""Sources of the summary."""
