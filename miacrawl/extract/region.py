"""The part of the page that holds the article: the element whose lines weigh most as running text."""

from __future__ import annotations

import re
from itertools import accumulate

from lxml.etree import _Element

from miacrawl.extract.line import Line
from miacrawl.extract.outline import Outline
from miacrawl.extract.traits import HEADINGS
from miacrawl.page import BLOCK_TAGS

_ROOMS = BLOCK_TAGS | {"body", "html"}
_LONG = 80
_ENDS = re.compile(r"[.!?…。！？:;][\"'”’»)\]]*$")
_SOFT_KINDS = frozenset(("byline", "author", "tags", "caption", "hidden"))
_RARELY_LAYOUT = frozenset(("comment", "related", "footer", "caption", "sponsored", "hidden", "overlay"))


def find_region(found: Outline) -> tuple[int, int]:
    """Range of the lines of the element that weighs most; of equals the smallest.

    Marks of junk that turn out to speak of the page's layout are taken off its lines first.
    """
    _forgive(found)
    sums = [0.0, *accumulate(_weight(line) for line in found.lines)]
    best, first, last = 0.0, 0, len(found.lines)
    for node, span in found.spans.items():
        weight = sums[min(span.last, len(found.lines))] - sums[span.first]
        smaller = weight == best and span.last - span.first < last - first
        if (weight > best or smaller) and node.tag in _ROOMS:
            best, first, last = weight, span.first, span.last
    return first, last


def _weight(line: Line) -> float:
    length = len(line.text)
    density = line.link_density
    if line.junk is not None:
        return -0.1 * length if line.kind not in _SOFT_KINDS else 0.0
    if line.tag in HEADINGS:
        return -60.0 if density > 0.6 else 10.0
    if density > 0.5:
        return -1.5 * min(length, 100)
    if length >= _LONG or (length > 40 and _ENDS.search(line.text[-8:])):
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
