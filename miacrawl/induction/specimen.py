"""A specimen: one article page, what generic extraction finds on it, and which elements say what."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from datetime import date
from functools import cached_property
from typing import Any

from lxml.etree import _Element

from miacrawl.article import Article
from miacrawl.extract.dates import day_of
from miacrawl.extract.extractor import read_page
from miacrawl.extract.marks import is_hidden
from miacrawl.page import SILENT_TAGS, Page, text_of

MAX_ELEMENTS = 20_000
"""Elements of a page that are looked at; what lies beyond is not article markup."""
MAX_LINE = 1_500
"""Characters of the longest text that is looked for in an element of its own."""


class Specimen:
    """One page with its article, read without any profile. `url`: its address."""

    def __init__(self, html: bytes, url: str, content_type: str | None = None) -> None:
        self.page = Page(html, url, content_type)
        self.article: Article = read_page(self.page, None)
        self._made: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """`make()`, computed the first time that it is asked for under `key`, and kept."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    @property
    def url(self) -> str:
        """Address that the page was read from."""
        return self.page.url

    @property
    def is_article(self) -> bool:
        """Whether the page is an article that can be compared with others."""
        return self.article.is_article and bool(self.article.title and self.article.body)

    def value(self, field: str) -> object:
        """What generic extraction found of a profile's field; None where it found nothing."""
        return getattr(self.article, "read_minutes" if field == "read_time" else field) or None

    @cached_property
    def elements(self) -> tuple[_Element, ...]:
        """The elements of the page's body, in page order, scripts and the like left out."""
        body = self.page.root.find("body")
        return tuple(_shown(body)) if body is not None else ()

    @cached_property
    def lines(self) -> dict[str, list[_Element]]:
        """Text of no more than MAX_LINE characters, in lower case → the visible elements that say it and no more."""
        found: dict[str, list[_Element]] = {}
        length: dict[_Element, int] = {}
        for node in reversed(self.elements):
            inner = sum(length.get(child, 0) + len(child.tail or "") for child in node)
            length[node] = len(node.text or "") + inner
        for node in self.elements:
            if length[node] <= 4 * MAX_LINE and (text := text_of(node)) and len(text) <= MAX_LINE:
                found.setdefault(text.casefold(), []).append(node)
        return found

    def saying(self, text: str) -> list[_Element]:
        """The visible elements whose whole text is `text`, letter case apart."""
        return [node for node in self.lines.get(text.casefold(), ()) if not is_hidden(node)]

    def day(self) -> date | None:
        """The day on which the article was published."""
        moment = self.article.published
        return day_of(moment) if moment else None


def _shown(body: _Element) -> Iterator[_Element]:
    for number, node in enumerate(body.iter()):
        if number >= MAX_ELEMENTS:
            return
        if isinstance(node.tag, str) and node.tag not in SILENT_TAGS:
            yield node
