"""The visible headline: the element that body, blurb, read time, byline and related links are looked for around."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import cast

from lxml.etree import XPath, _Element

from miacrawl.extract.marks import is_hidden
from miacrawl.extract.place import places_of
from miacrawl.page import Page, collapse, text_of, urlsplit_path

MAX_HEADLINE = 400
"""Characters; a longer text is no headline."""
SEPARATOR = re.compile(r"\s+[-–—|·•»«:/\\]+\s+|\s*[|»]\s*")
"""What stands between a headline and a site's name in `<title>` and og:title."""

_HEADINGS = ("h1", "h2", "h3")
_TAG_SCORE = {"h1": 3.0, "h2": 1.2, "h3": 0.5}
_NAMED = re.compile(
    r"(?:^|[^a-z])(?:headline|titular|titre|"
    r"(?:article|entry|post|page|story|news|main|content)[-_]*(?:title|headline|heading))",
    re.I,
)
_WORD = re.compile(r"\w+")
_NO_SPACES = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CLASSED = XPath(
    "//body//*[(contains(@class,'itle') or contains(@class,'eadline') or contains(@itemprop,'headline')"
    " or contains(@class,'titular') or contains(@class,'titre')) and not(self::h1 or self::h2 or self::h3)]"
)
_SAYING = XPath("//body//*[not(self::script or self::style or self::option)][normalize-space(text())=$text]")
_NO_PLACE = frozenset(("nav", "footer", "aside", "related", "comment"))
_FILE_ENDS = frozenset(("html", "htm", "php", "aspx", "shtml", "amp"))
_GOOD_ENOUGH = 4.0
_MAX_CANDIDATES = 500


@dataclass(frozen=True, slots=True)
class _Clues:
    """What a page's metadata and address call its article, as words: `named` in full, `parts` of it; its site."""

    named: tuple[list[str], ...]
    parts: tuple[list[str], ...]
    site: list[str]

    def resemblance(self, mine: list[str]) -> float:
        """How much a text is like the best of the clues, from 0 to 1."""
        return max((_resemblance(mine, clue) for clue in (*self.named, *self.parts)), default=0.0)


def headline_node(page: Page) -> _Element | None:
    """The element that shows the article's headline, or None where the page shows none. Computed once per page."""
    return page.once(_headline_node)


def title_clues(page: Page) -> list[str]:
    """What the page's metadata calls the article, in the order of trust; empty where it says nothing."""
    found = (
        page.article_ld_text("headline"),
        page.meta_first("og:title"),
        page.meta_first("twitter:title"),
        document_title(page),
    )
    return list(dict.fromkeys(clue[:MAX_HEADLINE] for clue in found if clue))


def document_title(page: Page) -> str:
    """Text of the first `<title>` that is not a picture's."""
    node = page.root.find(".//head/title")
    if node is None:
        node = page.root.find(".//title")
    return collapse(node.text or "") if node is not None else ""


def words(text: str) -> list[str]:
    """Words of `text` in lower case; scripts without blanks give one "word" per character."""
    text = text.casefold()
    if not text.isascii() and _NO_SPACES.search(text):
        text = _NO_SPACES.sub(r" \g<0> ", text)
    return _WORD.findall(text)


def likeness(one: list[str], other: list[str]) -> float:
    """Share of words that two texts have in common (Dice), from 0 to 1."""
    mine, others = set(one), set(other)
    if mine.isdisjoint(others):
        return 0.0
    if len(mine) == len(one) or len(others) == len(other):
        common = len(mine & others)  # where one of them says no word twice, each common one counts once
    else:
        common = (Counter(one) & Counter(other)).total()
    return 2 * common / (len(one) + len(other))


def _headline_node(page: Page) -> _Element | None:
    clues = _clues(page)
    best, best_score = _best(page.root.iter(*_HEADINGS), clues)
    if best_score < _GOOD_ENOUGH:
        other, score = _best(cast(list[_Element], _CLASSED(page.root)), clues)
        if score > best_score and score >= 2.5:
            best, best_score = other, score
    if best is not None and (best.tag == "h1" or not clues.named):
        return best if best_score > 0.9 else None
    if best is not None and (clues.resemblance(words(text_of(best))) >= 0.5 or _opens(best)):
        return best
    return _by_text(page)


def _clues(page: Page) -> _Clues:
    titles = title_clues(page)
    parts = [words(part) for title in titles for part in _longer_part(title)]
    slug = _slug(page.url)
    if len(slug) >= 3:
        parts.append(slug)
    named = tuple(found for title in titles if (found := words(title)))
    return _Clues(named, tuple(parts), words((page.meta_first("og:site_name") or "")[:MAX_HEADLINE]))


def _longer_part(clue: str) -> Iterator[str]:
    """The longer part of a title that may carry a site's name at an end."""
    parts = SEPARATOR.split(clue)
    if len(parts) > 1:
        yield max(clue[: clue.rindex(parts[-1])], clue[len(parts[0]) :], key=len)


def _slug(url: str) -> list[str]:
    """Words of the longest segment of an address's path: "/2024/a-man-walks_12.html" → a, man, walks."""
    segment = max(urlsplit_path(url).split("/"), key=len)[:MAX_HEADLINE]
    return [word for word in re.split(r"[-_+.]|%20", segment.casefold()) if word.isalpha() and word not in _FILE_ENDS]


def _opens(node: _Element) -> bool:
    """Whether a heading stands before all running text of the article or main part that it is in."""
    room = next(node.iterancestors("article", "main"), None)
    for other in room.iter("p", node.tag) if room is not None else ():
        if other is node:
            return True
        if other.tag == "p" and len(other.text or "") > 100:
            return False
    return False


def _by_text(page: Page) -> _Element | None:
    """The element whose own text is, word by word, what the metadata calls the article; whatever it is made of."""
    titles = title_clues(page)
    parts = sorted((part for title in titles for part in SEPARATOR.split(title) if part.count(" ") > 1), key=len)
    for clue in dict.fromkeys((*titles, *reversed(parts))):
        if not clue.isprintable():  # XPath takes no control characters
            continue
        for node in cast(list[_Element], _SAYING(page.root, text=clue.strip()))[:20]:
            if not places_of(node) & _NO_PLACE and not is_hidden(node):
                return node
    return None


def _best(nodes: Iterable[_Element], clues: _Clues) -> tuple[_Element | None, float]:
    best: _Element | None = None
    best_score = 0.0
    tops = 0
    for number, node in enumerate(islice(nodes, _MAX_CANDIDATES)):
        score = _score(node, clues, best_score) - min(number, 20) * 0.02
        if node.tag == "h1" and score > 2.5:
            score += 0.4 if not tops else 0.0  # a page's first sound h1 was most likely meant as its headline
            tops += 1
        if score > best_score:
            best, best_score = node, score
    return best, best_score


def _score(node: _Element, clues: _Clues, best: float) -> float:
    """How much `node` looks like the headline: its tag, its likeness to the page's own title, where it stands.

    What can't come up to `best` any more is not looked at closely.
    """
    text = text_of(node)
    mine = words(text) if len(text) <= MAX_HEADLINE else []
    if not mine:
        return 0.0
    score = _TAG_SCORE.get(node.tag, 0.0) + 4.0 * clues.resemblance(mine)
    if _NAMED.search(f"{node.get('class') or ''} {node.get('itemprop') or ''} {node.get('id') or ''}"[:500]):
        score += 0.8 if node.tag in _TAG_SCORE else 1.8
    if mine == clues.site or _links_home(node):
        score -= 3.0
    if score < 1.0 or score + 1.4 < best:
        return min(score, best)
    if places_of(node) & _NO_PLACE:
        score -= 3.9
    elif len(mine) > 1 and mine in clues.named:
        score += 1.0
    return score - 2.5 if is_hidden(node) else score


def _links_home(node: _Element) -> bool:
    """Whether the element is the site's logo: a link to its front page in it or around it."""
    link = node if node.tag == "a" else node.find(".//a")
    if link is None and (above := node.getparent()) is not None and above.tag == "a":
        link = above
    href = (link.get("href") or "#") if link is not None else "#"
    return href == "/" or (href.startswith("http") and urlsplit_path(href) == "" and "?" not in href)


def _resemblance(mine: list[str], clue: list[str]) -> float:
    """Likeness to a clue, which may end with a site's name: its beginning alone counts nearly as much."""
    whole = likeness(mine, clue)
    if 3 <= len(mine) < len(clue):
        return max(whole, (0.6 + 0.4 * len(mine) / len(clue)) * likeness(mine, clue[: len(mine)]))
    return whole
