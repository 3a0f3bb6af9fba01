"""A field is an ordered chain of strategies; the first good answer wins and names itself.

TITLE = (json_ld("headline"), meta("og:title"), css("h1"))
hit = find(page, TITLE)          # Found(value="…", source="json-ld:headline") or None
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Generic, TypeVar, cast

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.etree import XPathError, _Element

from miacrawl.page import Page, collapse, text_of

T = TypeVar("T")
MAX_SELECTOR = 1_000
"""Characters of the longest selector that is read."""


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value and the name of the rule that produced it."""

    value: T
    source: str


@dataclass(frozen=True, slots=True)
class Strategy(Generic[T]):
    """One source of one field: a name such as "meta:og:title" and a function from page to value or None.

    `since` and `until`: first and last day on which it holds, as pages of other days were made otherwise;
    None where it holds for all.
    """

    source: str
    read: Callable[[Page], T | None]
    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether this is a rule for pages of `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def answers(page: Page, chain: Iterable[Strategy[T]]) -> Iterator[Found[T]]:
    """Every answer that `chain` has for `page`, in order: the winner first, then the runners-up."""
    for strategy in chain:
        value = strategy.read(page)
        if value is not None and value not in ("", (), []):
            yield Found(value, strategy.source)


def find(page: Page, chain: Iterable[Strategy[T]]) -> Found[T] | None:
    """The first good answer of `chain`, or None."""
    return next(answers(page, chain), None)


def json_ld(*path: str) -> Strategy[str]:
    """Text at `path` of the page's article node in JSON-LD: json_ld("publisher", "name")."""
    return Strategy("json-ld:" + ".".join(path), lambda page: page.article_ld_text(*path))


def meta(name: str) -> Strategy[str]:
    """Content of `<meta name|property|itemprop=name>`, first one that is not blank."""
    return Strategy(f"meta:{name}", lambda page: page.meta_first(name))


def css(selector: str, prefix: str = "css", *, attribute: str | None = None) -> Strategy[str]:
    """Text, or the value of `attribute`, of the first element that `selector` matches and that has any."""

    def read(page: Page) -> str | None:
        return next((text for node in select(page, selector) if (text := said(node, attribute))), None)

    return Strategy(_named(prefix, selector, attribute), read)


def css_texts(selector: str, prefix: str = "css", *, attribute: str | None = None) -> Strategy[tuple[str, ...]]:
    """Texts, or values of `attribute`, of all elements that `selector` matches, in page order, each once."""

    def read(page: Page) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for node in select(page, selector) if (text := said(node, attribute))))

    return Strategy(_named(prefix, selector, attribute), read)


def css_elements(selector: str, prefix: str = "css") -> Strategy[tuple[_Element, ...]]:
    """The elements that `selector` matches, in page order, those inside another of them left out."""

    def read(page: Page) -> tuple[_Element, ...]:
        found = select(page, selector)
        chosen = set(found)
        return tuple(node for node in found if chosen.isdisjoint(node.iterancestors()))

    return Strategy(_named(prefix, selector, None), read)


def select(page: Page, selector: str) -> list[_Element]:
    """The elements of `page` that `selector` matches, in page order.

    Raises ValueError where `selector` can't be read (see `compiled`).
    """
    try:
        return cast(list[_Element], compiled(selector)(page.root))
    except XPathError:  # libxml2 gave up on a page made to be hard for it
        return []


def said(node: _Element, attribute: str | None = None) -> str:
    """Visible text of an element, or the value of one of its attributes, on one line; empty where there is none."""
    return text_of(node) if attribute is None else collapse(node.get(attribute) or "")


@lru_cache(maxsize=4_096)
def compiled(selector: str) -> CSSSelector:
    """`selector` made ready to be asked of trees.

    Raises ValueError saying what is wrong: bad syntax, a pseudo-element such as ::text, an undefined namespace.
    """
    if len(selector) > MAX_SELECTOR:
        raise ValueError(f"it has more than {MAX_SELECTOR} characters")
    try:
        made = CSSSelector(selector, translator="html")
        made(etree.Element("html"))
    except (SelectorError, XPathError, RecursionError) as error:
        raise ValueError(str(error) or type(error).__name__) from error
    return made


def _named(prefix: str, selector: str, attribute: str | None) -> str:
    return f"{prefix}({selector}@{attribute})" if attribute else f"{prefix}({selector})"
