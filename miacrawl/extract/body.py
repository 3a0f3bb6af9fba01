"""The body: the lines of the article's text, told from all else on the page.

Every line is weighed (long unlinked text counts for, links and named junk against); the element whose lines
weigh most holds the article; inside it, what is no text of the article is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from lxml.etree import _Element

from miacrawl.article import RelatedLink
from miacrawl.extract.line import Line
from miacrawl.extract.lines import is_date_line, is_furniture
from miacrawl.extract.outline import Outline, outline_of
from miacrawl.extract.word_count import count_words
from miacrawl.page import BLOCK_TAGS, Json, Page, collapse, ld_text

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ITEMS = frozenset(("li", "td", "th"))
_ROOMS = BLOCK_TAGS | {"body", "html"}
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
    text = "\n\n".join(line.text for line in kept)
    if len(text) < _MIN_SHELL:
        stated = _stated_body(page)
        if len(stated) > 2 * len(text):
            return _plain(stated, "json-ld:articleBody")
    if not text:
        return Body()
    from miacrawl.extract.body_html import render

    return Body(text, render(page, kept), count_words(text), "heuristic:blocks")


def article_passages(page: Page, title: str | None, blurb: str | None, related: Iterable[RelatedLink]) -> list[Line]:
    """The lines of the article's text, in reading order."""
    found = outline_of(page)
    if not found.lines:
        return []
    _forgive(found)
    start, end = _region(found)
    first = _after_headline(found, start, end)
    kept = [line for line in found.lines[first:end] if not _left_out(line)]
    kept = _without_repeats(_without_cards(kept, related), title, blurb)
    return _trimmed(kept)


def _weight(line: Line) -> float:
    length = len(line.text)
    density = line.link_density
    if line.junk is not None:
        return -0.1 * length if line.kind not in _SOFT_KINDS else 0.0
    if line.tag in _HEADINGS:
        return -60.0 if density > 0.6 else 10.0
    if density > 0.5:
        return -1.5 * min(length, 100)
    if length >= _LONG or (length > 40 and _ENDS.search(line.text)):
        return length * (1 - 1.5 * density)
    return -8.0 if line.tag not in ("li", "td", "th") else -2.0


def _forgive(found: Outline) -> None:
    """Take the mark of junk off what holds much of the page's text: a name there speaks of the layout.

    A single element that does, or all elements of one kind together (page builders name every part "widget").
    """
    total = 0
    inside: dict[_Element | str, int] = {}
    for line in found.lines:
        length = len(line.text)
        if length >= _LONG and line.link_density < 0.3:
            total += length
            if line.junk is not None and line.kind is not None:
                inside[line.junk] = inside.get(line.junk, 0) + length
                inside[line.kind] = inside.get(line.kind, 0) + length
    forgiven = {mark for mark, length in inside.items() if length > 0.4 * total and length > 400} - _RARELY_LAYOUT
    surely = {mark for mark in forgiven if inside[mark] > 0.8 * total}
    for line in found.lines if forgiven else ():
        marks = {line.junk, line.kind}
        if line.kind == "comment":
            continue
        if marks & surely or (marks & forgiven and line.kind not in _RARELY_LAYOUT):
            line.junk = line.kind = None


def _region(found: Outline) -> tuple[int, int]:
    """Range of the lines of the element that weighs most; of equals the smallest."""
    sums = [0.0, *accumulate(_weight(line) for line in found.lines)]
    ranges = [span for node, span in found.spans.items() if node.tag in _ROOMS and span.last > span.first]
    if not ranges:
        return 0, len(found.lines)
    best = max(ranges, key=lambda span: (sums[span.last] - sums[span.first], span.first - span.last))
    return best.first, best.last


def _after_headline(found: Outline, start: int, end: int) -> int:
    """Where the text begins: after the headline, if that stands in the region."""
    first, last = found.headline_lines
    if last <= first or not start <= first < end:
        return start
    later = sum(len(line.text) for line in found.lines[last:end])
    return last if later > 100 else start


def _left_out(line: Line) -> bool:
    if line.junk is not None or line.tag in ("h1", "figcaption", "caption", "summary"):
        return True
    if line.link_density > 0.8 and line.tag not in ("li", "td", "th"):
        return True
    return is_furniture(line.text, linked=line.link_density > 0.3)


def _without_cards(lines: list[Line], related: Iterable[RelatedLink]) -> list[Line]:
    """Without what related links show: their blocks' headings, their linked titles, their teasers."""
    links = tuple(related)
    titles = {collapse(link.title).casefold() for link in links}
    told = {collapse(text).casefold() for link in links for text in (link.blurb, link.heading) if text}
    kept = []
    for line in lines:
        folded = collapse(line.text).casefold().strip(" :")
        if folded in told or (folded in titles and line.link_density > 0.5):
            continue
        kept.append(line)
    return kept


def _without_repeats(lines: list[Line], title: str | None, blurb: str | None) -> list[Line]:
    """Without the title, the standfirst and the date at the text's opening."""
    known = {collapse(text).casefold() for text in (title, blurb) if text}
    opening = [
        line
        for line in lines[:4]
        if line.tag in _ITEMS or not (collapse(line.text).casefold() in known or is_date_line(line.text))
    ]
    return [*opening, *lines[4:]]


def _trimmed(lines: list[Line]) -> list[Line]:
    """Without the headings that nothing follows, and the short lines at the end that end no sentence."""
    kept = list(lines)
    while kept and (kept[-1].tag in _HEADINGS or _is_tail(kept[-1])):
        kept.pop()
    return [
        line
        for number, line in enumerate(kept)
        if line.tag not in _HEADINGS or line.link_density < 0.6 or number + 1 < len(kept)
    ]


def _is_tail(line: Line) -> bool:
    text = line.text
    return line.tag not in ("li", "td", "th", "pre", "blockquote") and len(text) < 60 and not _ENDS.search(text)


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
