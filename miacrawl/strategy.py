"""A field is an ordered chain of strategies; the first good answer wins and names itself.

TITLE = (json_ld("headline"), meta("og:title"), css("h1"))
hit = find(page, TITLE)          # Found(value="…", source="json-ld:headline") or None
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from lxml.cssselect import CSSSelector

from miacrawl.page import Page, text_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value and the name of the rule that produced it."""

    value: T
    source: str


@dataclass(frozen=True, slots=True)
class Strategy(Generic[T]):
    """One source of one field: a name such as "meta:og:title" and a function from page to value or None."""

    source: str
    read: Callable[[Page], T | None]


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


def css(selector: str, prefix: str = "css") -> Strategy[str]:
    """Text of the first element that `selector` matches and that has text."""

    find_all = CSSSelector(selector, translator="html")

    def read(page: Page) -> str | None:
        return next((text for node in find_all(page.root) if (text := text_of(node))), None)

    return Strategy(f"{prefix}:{selector}", read)


def xpath(expression: str, prefix: str = "xpath") -> Strategy[str]:
    """Text of the first element or string that `expression` yields and that has text."""

    def read(page: Page) -> str | None:
        found = page.root.xpath(expression)
        for node in found if isinstance(found, list) else [found]:
            text = " ".join(node.split()) if isinstance(node, str) else text_of(node)
            if text:
                return text
        return None

    return Strategy(f"{prefix}:{expression}", read)
