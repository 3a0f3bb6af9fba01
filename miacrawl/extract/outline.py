"""The page as a reader sees it: its lines in reading order, its links, and what each element holds of both.

One walk over the parsed tree makes all of it; every field, the body and the related links are read from it.
What is kept out of sight is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from lxml.etree import _Element

from miacrawl.extract.headline import headline_node
from miacrawl.extract.line import Line, Room
from miacrawl.extract.marks import Marks, marks_of
from miacrawl.page import BLOCK_TAGS, SILENT_TAGS, Page, collapse

_CARRIERS = frozenset("p h1 h2 h3 h4 h5 h6 li blockquote pre td th dt dd figcaption caption summary".split())
_HOLDERS = frozenset(("li", "blockquote", "pre", "td", "th"))
_WORDLESS = SILENT_TAGS | frozenset(
    "area audio canvas col colgroup embed img input link meta param picture source track video wbr".split()
)
_PLAIN_MARKS = frozenset(("b", "strong", "em", "i", "sub", "sup", "u"))
_BLOCKS = BLOCK_TAGS | {"body", "html"}
_FOLDABLE = (None, "related")
_UNREAD = frozenset(("nav", "footer"))
"""Inside these no element is asked for its name: no field, body or related link is read from them."""
_NO_MARKS = Marks(False, None)
_NO_ROOM: frozenset[_Element] = frozenset()


class Anchor(NamedTuple):
    """A link of the page: its element, its href as written, the number of the line that it stands in."""

    node: _Element
    href: str
    line: int


class Span(NamedTuple):
    """What an element holds: its lines are `lines[first:last]`, its links `anchors[link:end]`."""

    first: int
    last: int
    link: int
    end: int


@dataclass(slots=True)
class Outline:
    """Lines and links of a page in reading order; `spans` has every visible element that holds any of them.

    `named_related` are the elements that are named as a block of related links, outer ones first;
    `figures` the page's figures, each with the number of the line that comes after its beginning.
    `headline` is the element that shows the headline, `room` that and all elements around it; its own lines are
    `lines[headline_lines[0]:headline_lines[1]]`.
    """

    headline: _Element | None = None
    headline_lines: tuple[int, int] = (0, 0)
    room: frozenset[_Element] = _NO_ROOM
    lines: list[Line] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    spans: dict[_Element, Span] = field(default_factory=dict)
    named_related: list[_Element] = field(default_factory=list)
    figures: list[tuple[_Element, int]] = field(default_factory=list)

    def lines_in(self, node: _Element) -> list[Line]:
        """The lines inside an element; of an inline element the line that it is a part of."""
        span = self.spans.get(node)
        return self.lines[span.first : span.last] if span else []

    def anchors_in(self, node: _Element) -> list[Anchor]:
        """The links inside an element, itself included."""
        span = self.spans.get(node)
        return self.anchors[span.link : span.end] if span else []


def outline_of(page: Page) -> Outline:
    """The outline of a page; computed once per page."""
    return page.once(_outline_of)


def _outline_of(page: Page) -> Outline:
    headline = headline_node(page)
    room = frozenset((headline, *headline.iterancestors())) if headline is not None else _NO_ROOM
    body = page.root.find("body")
    top = body if body is not None else page.root
    walk = _Walk(Outline(headline, room=room), top)
    walk.element(top, "div", None, None)
    return walk.found


class _Walk:
    """State of the one walk: the run being gathered, and what it stands in."""

    __slots__ = ("anchors", "breaks", "found", "in_link", "inner", "lines", "linked", "parts", "place", "room",
                 "shared", "spans")  # fmt: skip

    def __init__(self, found: Outline, top: _Element) -> None:
        self.found = found
        self.lines, self.anchors, self.spans, self.room = found.lines, found.anchors, found.spans, found.room
        self.shared = Room(found.room)
        self.parts: list[str] = []
        self.inner: list[_Element] = []
        self.linked = 0
        self.in_link = 0
        self.breaks = 0
        self.place: tuple[_Element, str, _Element | None, str | None] = (top, "div", None, None)

    # The one walk over every element of every page, where each call counts.
    def element(self, node: _Element, tag: str, junk: _Element | None, kind: str | None) -> None:  # noqa: PLR0912, PLR0915
        """Walk `node`, whose surroundings are of `tag` and inside `junk`. Depth is bounded by the parser (256)."""
        name = node.tag
        if name in _WORDLESS:
            return
        if name == "br":
            self._break()
            return
        hidden, own, folded = marks_of(node) if name not in _PLAIN_MARKS and kind not in _UNREAD else _NO_MARKS
        if hidden and not (folded and junk is None and own in _FOLDABLE) and node not in self.room:
            return
        if own is not None:
            if own == "related":
                self.found.named_related.append(node)
            if junk is None:
                junk, kind = node, own
        if name == "figure":
            self.found.figures.append((node, len(self.lines)))
        outer = self.place
        block = name in _BLOCKS or ("-" in name and tag not in _CARRIERS) or node is self.found.headline
        if block:
            if self.parts:
                self.flush()
            if name in _CARRIERS:
                if not (name == "p" and tag in _HOLDERS):
                    tag = name
            elif tag not in _HOLDERS:
                tag = "div"
            self.place = (node, tag, junk, kind)
        else:
            self.inner.append(node)
        first, link = len(self.lines), len(self.anchors)
        href = node.get("href") if name == "a" else None
        if href is not None:
            self.in_link += 1
            self.anchors.append(Anchor(node, href, first))
        text = node.text
        if text and (self.parts or not text.isspace()):
            self._say(text)
        for child in node:
            self.element(child, tag, junk, kind)
            text = child.tail
            if text and (self.parts or not text.isspace()):
                self._say(text)
        if href is not None:
            self.in_link -= 1
        if block:
            if self.parts:
                self.flush()
            self.place = outer
            last = len(self.lines)
            if node is self.found.headline:
                self.found.headline_lines = (first, last)
        else:
            last = len(self.lines) + 1
        end = len(self.anchors)
        if last > first or end > link:
            self.spans[node] = Span(first, last, link, end)

    def _say(self, text: str) -> None:
        self.parts.append(text)
        if self.in_link:
            self.linked += len(text.strip())

    def _break(self) -> None:
        """A `<br>`: two of them with nothing between end a line."""
        for part in reversed(self.parts):
            if part == "\n":
                if self.place[1] != "pre":
                    self.flush()
                    return
                break
            if not part.isspace():
                break
        self.breaks += 1
        self.parts.append("\n")

    def flush(self) -> None:
        """End the run being gathered."""
        node, tag, junk, kind = self.place
        text = "".join(self.parts)
        text = text.strip("\n") if tag == "pre" else collapse(text)
        if text and not text.isspace():
            found = Line(
                text,
                node,
                tag,
                self.parts,
                self.inner,
                self.linked,
                self.breaks,
                junk,
                kind,
                self.shared,
                len(self.lines),
            )
            self.lines.append(found)
        self.parts, self.inner, self.linked, self.breaks = [], [], 0, 0
