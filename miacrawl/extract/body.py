"""The body: the lines of the article's text, told from all else on the page.

Every line is judged by trained trees (`miacrawl.extract.judge`) from what is known of it and of the lines around it;
what no body may hold (bylines, sign-ups, related links, the title once more) is left out whatever they say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from miacrawl.article import RelatedLink
from miacrawl.extract.embedded import embedded_html
from miacrawl.extract.judge import is_text
from miacrawl.extract.line import Line
from miacrawl.extract.lines import is_date_line
from miacrawl.extract.outline import Outline, outline_of
from miacrawl.extract.region import find_region
from miacrawl.extract.traits import HEADINGS
from miacrawl.extract.word_count import count_words
from miacrawl.page import Json, Page, collapse, ld_text

_ITEMS = frozenset(("li", "td", "th"))
_NEVER = frozenset(("newsletter", "related", "sponsored", "comment", "byline", "author", "share", "nav"))
_MIN_SHELL = 200


@dataclass(frozen=True, slots=True)
class Body:
    """Text (paragraphs joined by a blank line), sanitised HTML, number of words, and the rule that found them."""

    text: str = ""
    html: str = ""
    word_count: int = 0
    source: str = ""


def find_body(page: Page, title: str | None, blurb: str | None, related: tuple[RelatedLink, ...]) -> Body:
    """The body of the page's article; an empty `Body` where it has none."""
    kept = article_lines(page, title, blurb, related)
    text = "\n\n".join(line.text for line in kept)
    if len(text) < _MIN_SHELL:
        stated = _stated_body(page)
        if len(stated) > 2 * len(text):
            return _plain(stated, "json-ld:articleBody")
        embedded = _embedded(page, title, blurb)
        if len(embedded.text) > 2 * len(text):
            return embedded
    return _rendered(page, kept, "heuristic:blocks")


def _rendered(page: Page, kept: list[Line], source: str) -> Body:
    from miacrawl.extract.body_html import render

    text = "\n\n".join(line.text for line in kept)
    return Body(text, render(page, kept), count_words(text), source) if text else Body()


def _embedded(page: Page, title: str | None, blurb: str | None) -> Body:
    """The text in the data of the page's scripts, read as if the page showed it below its title."""
    html = embedded_html(page)
    if html is None:
        return Body()
    head = f'<base href="{escape(page.base_url)}"><h1>{escape(title or "")}</h1>'
    shown = Page((head + html).encode("utf-8", "replace"), page.url, "text/html; charset=utf-8")
    return _rendered(shown, article_lines(shown, title, blurb, ()), "embedded:state")


def article_lines(page: Page, title: str | None, blurb: str | None, related: Iterable[RelatedLink]) -> list[Line]:
    """The lines of the article's text, in reading order."""
    found = outline_of(page)
    if not found.lines:
        return []
    first, last = find_region(found)
    begin = _after_headline(found, first, last)
    kept = [found.lines[number] for number in is_text(found.lines, first, last) if number >= begin]
    kept = [line for line in kept if not _left_out(line)]
    kept = _without_repeats(_without_cards(kept, related), title, blurb)
    while kept and kept[-1].tag in HEADINGS:
        kept.pop()
    return kept


def _after_headline(found: Outline, start: int, end: int) -> int:
    """Where the text begins: after the headline, if that stands in the region."""
    first, last = found.headline_lines
    if last <= first or not start <= first < end:
        return start
    later = sum(len(line.text) for line in found.lines[last:end])
    return last if later > 100 else start


def _left_out(line: Line) -> bool:
    """Whether a line is none of the body by what it is, however it may look."""
    if line.tag in ("figcaption", "caption") or line.kind in _NEVER:
        return True
    return line.is_furniture


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


def _stated_body(page: Page) -> str:
    """The text that JSON-LD states as the article's body, paragraphs apart; empty where it states none."""
    node: Json = page.article_ld
    value = node.get("articleBody") or node.get("text")
    if not isinstance(value, str):
        return ld_text(value) or ""
    parts = (collapse(re.sub(r"<[^<>]{0,500}>", " ", part)) for part in re.split(r"\n\s*\n|\r\n|\n|</p>", value))
    return "\n\n".join(part for part in parts if part)


def _plain(text: str, source: str) -> Body:
    html = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
    return Body(text, html, count_words(text), source)
