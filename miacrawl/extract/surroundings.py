"""The text around the headline in reading order: lines before it and after it.

Byline, date, read time, standfirst and section are all shown there. It is bounded on both sides: a page is not read
to its end for what stands at its top.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml.etree import _Element

from miacrawl.extract.line import Line
from miacrawl.extract.outline import outline_of
from miacrawl.page import Page

_MAX_BEFORE = 40
_MAX_AFTER = 90
_MAX_LONG_AFTER = 6
_MENU_ITEMS = 12
"""More items than this make a list above the headline a menu, which is not read."""


@dataclass(frozen=True)
class Surroundings:
    """Lines nearest first: `before` goes up from the headline, `after` down from it."""

    headline: _Element | None
    before: tuple[Line, ...]
    after: tuple[Line, ...]

    @cached_property
    def top(self) -> tuple[Line, ...]:
        """The lines after the headline up to and including the third paragraph of running text."""
        found: list[Line] = []
        paragraphs = 0
        for line in self.after:
            found.append(line)
            paragraphs += line.is_paragraph and not line.places & {"related", "nav", "aside"}
            if paragraphs == 3:
                break
        return tuple(found)


def surroundings(page: Page) -> Surroundings:
    """What stands around the headline; where a page shows none, the body's beginning counts as after it."""
    return page.once(_surroundings)


def _surroundings(page: Page) -> Surroundings:
    outline = outline_of(page)
    start, end = outline.headline_lines
    before = tuple(_bounded_before(reversed(outline.lines[:start])))
    return Surroundings(outline.headline, before, tuple(_bounded(outline.lines[end : end + _MAX_AFTER + 1])))


def _bounded(lines: Iterable[Line]) -> Iterator[Line]:
    paragraphs = 0
    for line in lines:
        yield line
        paragraphs += line.is_paragraph
        if paragraphs == _MAX_LONG_AFTER:
            return


def _bounded_before(lines: Iterable[Line]) -> Iterator[Line]:
    count = 0
    menus: dict[_Element, bool] = {}
    for line in lines:
        if not _in_menu(line, menus):
            yield line
            count += 1
        if count == _MAX_BEFORE:
            return


def _in_menu(line: Line, menus: dict[_Element, bool]) -> bool:
    """Whether a line stands in a long list; `menus` remembers the answer for each list."""
    for node in line.above:
        if node.tag in ("ul", "ol"):
            if node not in menus:
                menus[node] = len(node) > _MENU_ITEMS
            if menus[node]:
                return True
    return False
