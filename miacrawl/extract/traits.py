"""What is known of a line when it is judged to be text of the article or not: numbers, of the same kind on every page.

`TRAITS` names them in the order in which the trained trees know them, see `miacrawl.extract.judge`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml.etree import _Element

from miacrawl.extract.line import Line
from miacrawl.extract.related_words import is_other_heading, is_related_heading

TRAITS = (
    "tag", "width", "link_density", "ends_sentence", "kind", "furniture", "in_region", "to_end", "from_start",
    "parent_share", "grandparent_share", "look_share", "width_before", "width_after", "density_after",
    "same_parent_after", "since_prose", "until_prose", "text_before", "text_after", "repeated", "heading",
    "since_heading", "address", "page_text",
)  # fmt: skip
"""Widths are in characters (see `width`), shares from 0 to 1 of the page's prose, distances in lines."""

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
PROSE = 80
"""Width from which a line with few links counts as prose."""
_TAGS = ("p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "blockquote", "pre", "figcaption", "caption",
         "summary", "dt", "dd")  # fmt: skip
_KINDS = (None, "nav", "footer", "share", "newsletter", "related", "sponsored", "comment", "byline", "author", "tags",
          "widget", "overlay", "teaser", "caption", "hidden")  # fmt: skip
_TAG_NUMBER = {tag: number for number, tag in enumerate(_TAGS)}
_KIND_NUMBER = {kind: number for number, kind in enumerate(_KINDS)}
_ENDS = re.compile(r"[.!?…。！？:;][\"'”’»)\]]*$")
_FAR = 20
_NEAR = 2
_MAX_WIDTH = 2_000
_MAX_DISTANCE = 50
_MAX_PAGE = 50_000
_MAX_HEADING = 50


class Judged:
    """The lines of one page, `first` and `last` bounding those of the element that holds the article."""

    def __init__(self, lines: Sequence[Line], first: int, last: int) -> None:
        self.lines = lines
        self.first, self.last = first, last
        self.widths = [line.width for line in lines]
        self.densities = [line.link_density for line in lines]
        self.prose = [
            w >= PROSE and density < 0.3 and line.junk is None
            for line, w, density in zip(lines, self.widths, self.densities, strict=True)
        ]
        self.total = sum(w for w, prose in zip(self.widths, self.prose, strict=True) if prose) or 1
        self.until = _distances(reversed(self.prose), len(lines))[::-1]
        self.since = _distances(iter(self.prose), len(lines))

    def candidates(self) -> list[int]:
        """Numbers of the lines that may be text of the article: in its element, long, or next to prose."""
        densities, near = self.densities, [min(pair) <= _NEAR for pair in zip(self.since, self.until, strict=True)]
        return [
            number
            for number, w in enumerate(self.widths)
            if self.first <= number < self.last
            or (w >= PROSE and densities[number] < 0.5)
            or (near[number] and densities[number] < 0.8)
        ]

    def traits(self) -> Iterator[tuple[int, tuple[float, ...]]]:
        """Number and traits of each candidate, in reading order."""
        lines, widths, densities, total = self.lines, self.widths, self.densities, self.total
        parents = [_parent(line) for line in lines]
        looks = [(line.node.tag, line.node.get("class")) for line in lines]
        parent_share, grand_share, look_share = self._shares(parents, looks)
        before = self._text_before()
        headings = _headings(lines)
        seen = Counter(line.text for line in lines)
        end = len(lines) - 1
        first, last = self.first, self.last
        for number in self.candidates():
            line, parent = lines[number], parents[number]
            text = line.text
            heading, since_heading = headings[number]
            above = parent.getparent() if parent is not None else None
            yield (
                number,
                (
                    _TAG_NUMBER.get(line.tag, len(_TAGS)),
                    min(widths[number], _MAX_WIDTH),
                    densities[number],
                    _ENDS.search(text[-8:]) is not None,
                    _KIND_NUMBER.get(line.kind, len(_KINDS)),
                    line.is_furniture,
                    first <= number < last,
                    max(-1, min(_MAX_DISTANCE, last - 1 - number)),
                    max(-1, min(_MAX_DISTANCE, number - first)),
                    parent_share.get(parent, 0.0),
                    grand_share.get(above, 0.0),
                    look_share.get(looks[number], 0.0),
                    widths[number - 1] if number else 0,
                    widths[number + 1] if number < end else 0,
                    densities[number + 1] if number < end else 0.0,
                    number < end and parents[number + 1] is parent,
                    self.since[number],
                    self.until[number],
                    before[number] / total,
                    (before[-1] - before[number + 1]) / total,
                    min(3, seen[text]),
                    heading,
                    since_heading,
                    "http" in text or "www." in text or "@" in text,
                    min(total, _MAX_PAGE),
                ),
            )

    def _shares(
        self, parents: list[_Element | None], looks: list[tuple[str, str | None]]
    ) -> tuple[dict[_Element | None, float], dict[_Element | None, float], dict[tuple[str, str | None], float]]:
        """Of the page's prose the shares that stand below each parent and grandparent, and that have each look."""
        by_parent: dict[_Element | None, float] = {}
        by_look: dict[tuple[str, str | None], float] = {}
        for parent, look, w, prose in zip(parents, looks, self.widths, self.prose, strict=True):
            if prose:
                share = w / self.total
                by_parent[parent] = by_parent.get(parent, 0.0) + share
                by_look[look] = by_look.get(look, 0.0) + share
        by_grand: dict[_Element | None, float] = {}
        for parent, share in by_parent.items():
            above = parent.getparent() if parent is not None else None
            by_grand[above] = by_grand.get(above, 0.0) + share
        return by_parent, by_grand, by_look

    def _text_before(self) -> list[int]:
        """For each line the width of the region's prose before it; one more at the end, for all of it."""
        found = [0]
        for number, w in enumerate(self.widths):
            found.append(found[-1] + (w if self.prose[number] and self.first <= number < self.last else 0))
        return found


def _distances(prose: Iterator[bool], count: int) -> list[int]:
    """For each line how many lines ago the last one of prose was, at most `_FAR`."""
    found = []
    distance = _FAR
    for _, is_prose in zip(range(count), prose, strict=True):
        found.append(distance)
        distance = 1 if is_prose else min(_FAR, distance + 1)
    return found


def _headings(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """For each line the kind of the heading above it (0 none, 1 related, 2 other list, 3 any) and how far that is."""
    found = []
    kind, distance = 0, _FAR
    for line in lines:
        text = line.text
        if line.tag in HEADINGS or (len(text) < _MAX_HEADING and line.tag in ("div", "p") and is_related_heading(text)):
            kind = 1 if is_related_heading(text) else 2 if is_other_heading(text) else 3
            distance = 0
        elif distance < _FAR:
            distance += 1
        found.append((kind, distance))
    return found


def _parent(line: Line) -> _Element | None:
    """The element whose children a line's paragraph or list is one of."""
    node: _Element | None = line.node
    if line.tag == "li":
        while node is not None and node.tag not in ("ul", "ol"):
            node = node.getparent()
    return node.getparent() if node is not None else None
