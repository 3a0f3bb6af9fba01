"""The body: the passages of the article's text, told from all else on the page.

Every passage is weighed (long unlinked text counts for, links and named junk against); the element whose passages
weigh most holds the article; inside it, what is no text of the article is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from lxml.html import HtmlElement

from miacrawl.article import RelatedLink
from miacrawl.extract.headline import headline_node
from miacrawl.extract.lines import is_date_line, is_furniture
from miacrawl.extract.passages import Passage, Passages, passages_of
from miacrawl.extract.word_count import count_words
from miacrawl.page import Json, Page, collapse, ld_text

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ITEMS = frozenset(("li", "td", "th"))
_LONG = 80
_ENDS = re.compile(r"[.!?…。！？:;][\"'”’»)\]]*$")
_SOFT_KINDS = frozenset(("byline", "author", "tags", "caption", "hidden"))
_MIN_SHELL = 200
_RARELY_LAYOUT = frozenset(("comment", "related", "footer", "caption", "sponsored", "hidden", "overlay"))


@dataclass(frozen=True, slots=True)
class Body:
    """Text (paragraphs joined by a blank line), sanitised HTML, number of words, and the rule that found them."""

    text: str = ""
    html: str = ""
    word_count: int = 0
    source: str = ""


def find_body(page: Page, title: str | None, blurb: str | None, related: tuple[RelatedLink, ...]) -> Body:
    """The body of the page's article; an empty `Body` where it has none."""
    kept = article_passages(page, title, blurb, related)
    text = "\n\n".join(passage.text for passage in kept)
    if len(text) < _MIN_SHELL:
        stated = _stated_body(page)
        if len(stated) > 2 * len(text):
            return _plain(stated, "json-ld:articleBody")
    if not text:
        return Body()
    from miacrawl.extract.body_html import render

    return Body(text, render(page, kept), count_words(text), "heuristic:blocks")


def article_passages(page: Page, title: str | None, blurb: str | None, related: Iterable[RelatedLink]) -> list[Passage]:
    """The passages of the article's text, in reading order."""
    found = passages_of(page)
    if not found.items:
        return []
    _forgive(found)
    start, end = _region(found)
    first = _after_headline(found, headline_node(page), start, end)
    kept = [passage for passage in found.items[first:end] if not _left_out(passage)]
    kept = _without_repeats(_without_cards(kept, related), title, blurb)
    return _trimmed(kept)


def _weight(passage: Passage) -> float:
    length = len(passage.text)
    density = passage.link_density
    if passage.junk is not None:
        return -0.1 * length if passage.kind not in _SOFT_KINDS else 0.0
    if passage.tag in _HEADINGS:
        return -60.0 if density > 0.6 else 10.0
    if density > 0.5:
        return -1.5 * min(length, 100)
    if length >= _LONG or (length > 40 and _ENDS.search(passage.text)):
        return length * (1 - 1.5 * density)
    return -8.0 if passage.tag not in ("li", "td", "th") else -2.0


def _forgive(found: Passages) -> None:
    """Take the mark of junk off what holds much of the page's text: a name there speaks of the layout.

    A single element that does, or all elements of one kind together (page builders name every part "widget").
    """
    total = 0
    inside: dict[HtmlElement | str, int] = {}
    for passage in found.items:
        length = len(passage.text)
        if length >= _LONG and passage.link_density < 0.3:
            total += length
            if passage.junk is not None and passage.kind is not None:
                inside[passage.junk] = inside.get(passage.junk, 0) + length
                inside[passage.kind] = inside.get(passage.kind, 0) + length
    forgiven = {mark for mark, length in inside.items() if length > 0.4 * total and length > 400} - _RARELY_LAYOUT
    surely = {mark for mark in forgiven if inside[mark] > 0.8 * total}
    for passage in found.items if forgiven else ():
        marks = {passage.junk, passage.kind}
        if passage.kind == "comment":
            continue
        if marks & surely or (marks & forgiven and passage.kind not in _RARELY_LAYOUT):
            passage.junk = passage.kind = None


def _region(found: Passages) -> tuple[int, int]:
    """Range of the passages of the element that weighs most; of equals the smallest."""
    sums = [0.0, *accumulate(_weight(passage) for passage in found.items)]
    if not found.ranges:
        return 0, len(found.items)
    _, start, end = max(found.ranges, key=lambda item: (sums[item[2]] - sums[item[1]], item[1] - item[2]))
    return start, end


def _after_headline(found: Passages, headline: HtmlElement | None, start: int, end: int) -> int:
    """Where the text begins: after the headline, if that stands in the region."""
    if headline is None:
        return start
    inside = {headline, *headline.iter()}
    for number in range(start, end):
        if found.items[number].node in inside:
            later = sum(len(passage.text) for passage in found.items[number + 1 : end])
            return number + 1 if later > 100 else start
    return start


def _left_out(passage: Passage) -> bool:
    if passage.junk is not None or passage.tag in ("h1", "figcaption", "caption", "summary"):
        return True
    if passage.link_density > 0.8 and passage.tag not in ("li", "td", "th"):
        return True
    return is_furniture(passage.text, linked=passage.link_density > 0.3)


def _without_cards(passages: list[Passage], related: Iterable[RelatedLink]) -> list[Passage]:
    """Without what related links show: their blocks' headings, their linked titles, their teasers."""
    links = tuple(related)
    titles = {collapse(link.title).casefold() for link in links}
    told = {collapse(text).casefold() for link in links for text in (link.blurb, link.heading) if text}
    kept = []
    for passage in passages:
        folded = collapse(passage.text).casefold().strip(" :")
        if folded in told or (folded in titles and passage.link_density > 0.5):
            continue
        kept.append(passage)
    return kept


def _without_repeats(passages: list[Passage], title: str | None, blurb: str | None) -> list[Passage]:
    """Without the title, the standfirst and the date at the text's opening."""
    known = {collapse(text).casefold() for text in (title, blurb) if text}
    opening = [
        passage
        for passage in passages[:4]
        if passage.tag in _ITEMS or not (collapse(passage.text).casefold() in known or is_date_line(passage.text))
    ]
    return [*opening, *passages[4:]]


def _trimmed(passages: list[Passage]) -> list[Passage]:
    """Without the headings that nothing follows, and the short lines at the end that end no sentence."""
    kept = list(passages)
    while kept and (kept[-1].tag in _HEADINGS or _is_tail(kept[-1])):
        kept.pop()
    return [
        passage
        for number, passage in enumerate(kept)
        if passage.tag not in _HEADINGS or passage.link_density < 0.6 or number + 1 < len(kept)
    ]


def _is_tail(passage: Passage) -> bool:
    text = passage.text
    return passage.tag not in ("li", "td", "th", "pre", "blockquote") and len(text) < 60 and not _ENDS.search(text)


def _stated_body(page: Page) -> str:
    """The text that JSON-LD states as the article's body, paragraphs apart; empty where it states none."""
    node: Json = page.article_ld
    value = node.get("articleBody") or node.get("text")
    if not isinstance(value, str):
        return ld_text(value) or ""
    parts = (collapse(re.sub(r"<[^<>]{0,500}>", " ", part)) for part in re.split(r"\n\s*\n|\r\n|\n|</p>", value))
    return "\n\n".join(part for part in parts if part)


def _plain(text: str, source: str) -> Body:
    from html import escape

    html = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
    return Body(text, html, count_words(text), source)
