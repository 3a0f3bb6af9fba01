"""The visible headline: the element that body, blurb, read time, byline and related links are looked for around."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from miacrawl.extract.place import is_hidden, places_of
from miacrawl.page import Page, collapse, text_of, urlsplit_path

MAX_HEADLINE = 400
"""Characters; a longer text is no headline."""

_HEADINGS = ("h1", "h2", "h3")
_TAG_SCORE = {"h1": 3.0, "h2": 1.2, "h3": 0.5}
_NAMED = re.compile(
    r"(?:^|[^a-z])(?:headline|(?:article|entry|post|page|story|news|main|content)[-_]*(?:title|headline|heading)|titular|titre)",
    re.I,
)
_WORD = re.compile(r"\w+")
_NO_SPACES = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CLASSED = XPath(
    "//body//*[(contains(@class,'itle') or contains(@class,'eadline') or contains(@itemprop,'headline')"
    " or contains(@class,'titular') or contains(@class,'titre')) and not(self::h1 or self::h2 or self::h3)]"
)
_GOOD_ENOUGH = 4.0
_FILE_ENDS = frozenset(("html", "htm", "php", "aspx", "shtml", "amp"))
SEPARATOR = re.compile(r"\s+[-–—|·•»«:/\\]+\s+|\s*[|»]\s*")
"""What stands between a headline and a site's name in `<title>` and og:title."""


def headline_node(page: Page) -> HtmlElement | None:
    """The element that shows the article's headline, or None where the page shows none. Computed once per page."""
    return page.once(_headline_node)


def _headline_node(page: Page) -> HtmlElement | None:
    clues = [words(variant) for clue in title_clues(page) for variant in _variants(clue)]
    slug = _slug(page.url)
    if len(slug) >= 3:
        clues.append(slug)
    site = words(page.meta_first("og:site_name") or "")
    best, best_score = _best(page.root.iter(*_HEADINGS), clues, site)
    if best_score < _GOOD_ENOUGH:
        other, score = _best(cast(list[HtmlElement], _CLASSED(page.root)), clues, site)
        if score > best_score and score >= 2.5:
            best, best_score = other, score
    return best if best_score > 0.9 else None


def title_clues(page: Page) -> list[str]:
    """What the page's metadata calls the article, in the order of trust; empty where it says nothing."""
    found = (
        page.article_ld_text("headline"),
        page.meta_first("og:title"),
        page.meta_first("twitter:title"),
        document_title(page),
    )
    return [clue for clue in found if clue]


def _variants(clue: str) -> Iterator[str]:
    """`clue` as it is and, where it may carry a site's name at an end, its longer part."""
    yield clue
    parts = SEPARATOR.split(clue)
    if len(parts) > 1:
        yield max(clue[: clue.rindex(parts[-1])], clue[len(parts[0]) :], key=len)


def _slug(url: str) -> list[str]:
    """Words of the longest segment of an address's path: "/2024/a-man-walks_12.html" → a, man, walks."""
    segment = max(urlsplit_path(url).split("/"), key=len)
    return [word for word in re.split(r"[-_+.]|%20", segment.casefold()) if word.isalpha() and word not in _FILE_ENDS]


def document_title(page: Page) -> str:
    """Text of the first `<title>` that is not a picture's."""
    node = page.root.find(".//head/title")
    if node is None:
        node = page.root.find(".//title")
    return collapse(node.text or "") if node is not None else ""


def words(text: str) -> list[str]:
    """Words of `text` in lower case; scripts without blanks give one "word" per character."""
    text = text.casefold()
    if _NO_SPACES.search(text):
        text = _NO_SPACES.sub(r" \g<0> ", text)
    return _WORD.findall(text)


def likeness(one: list[str], other: list[str]) -> float:
    """Share of words that two texts have in common (Dice), from 0 to 1."""
    if not one or not other:
        return 0.0
    rest = list(other)
    common = 0
    for word in one:
        if word in rest:
            rest.remove(word)
            common += 1
    return 2 * common / (len(one) + len(other))


def _best(nodes: Iterable[HtmlElement], clues: list[list[str]], site: list[str]) -> tuple[HtmlElement | None, float]:
    best: HtmlElement | None = None
    best_score = 0.0
    for number, node in enumerate(nodes):
        if number > 500:
            break
        score = _score(node, clues, site) - min(number, 20) * 0.02
        if score > best_score:
            best, best_score = node, score
    return best, best_score


def _score(node: HtmlElement, clues: list[list[str]], site: list[str]) -> float:
    """How much `node` looks like the headline: its tag, its likeness to the page's own title, where it stands."""
    text = text_of(node)
    if not text or len(text) > MAX_HEADLINE:
        return 0.0
    mine = words(text)
    if not mine:
        return 0.0
    score = _TAG_SCORE.get(node.tag, 0.0)
    score += 4.0 * max((_resemblance(mine, clue) for clue in clues), default=0.0)
    if _NAMED.search(f"{node.get('class') or ''} {node.get('itemprop') or ''} {node.get('id') or ''}"):
        score += 0.8 if node.tag in _TAG_SCORE else 1.8
    if mine == site:
        score -= 3.0
    places = places_of(node)
    if places & {"nav", "footer", "aside", "related", "comment"}:
        score -= 3.5
    if is_hidden(node):
        score -= 2.5
    return score


def _resemblance(mine: list[str], clue: list[str]) -> float:
    """Likeness to a clue, which may end with a site's name: its beginning alone counts nearly as much."""
    whole = likeness(mine, clue)
    if 3 <= len(mine) < len(clue):
        return max(whole, 0.97 * likeness(mine, clue[: len(mine)]))
    return whole
