"""The page as passages: runs of text that a reader sees as one paragraph, heading, list item or line.

One walk over the tree finds them all, with what each stands in; body and flags are made from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml.html import HtmlElement

from miacrawl.extract.junk import junk_kind
from miacrawl.extract.place import hides
from miacrawl.page import BLOCK_TAGS, SILENT_TAGS, Page, collapse

_CARRIERS = frozenset("p h1 h2 h3 h4 h5 h6 li blockquote pre td th dt dd figcaption caption summary".split())
_HOLDERS = frozenset(("li", "blockquote", "pre", "td", "th"))


@dataclass(slots=True, eq=False)
class Passage:
    """A run of text.

    `node` is the block element that it stands in, `tag` that of the nearest paragraph-like element;
    `linked` counts its characters inside links; `junk` is the outermost element around it that is named as
    something other than the article, `kind` what that is named as.
    """

    text: str
    node: HtmlElement
    tag: str
    linked: int
    junk: HtmlElement | None
    kind: str | None
    lines: int = 1

    @property
    def link_density(self) -> float:
        """Share of the text that is linked, 0 to 1."""
        return min(1.0, self.linked / max(1, len(self.text)))


@dataclass(slots=True)
class Passages:
    """Every passage of a page in reading order, and for each element the range of passages inside it."""

    items: list[Passage] = field(default_factory=list)
    ranges: list[tuple[HtmlElement, int, int]] = field(default_factory=list)


def passages_of(page: Page) -> Passages:
    """The passages of a page; computed once per page."""
    return page.once(_passages_of)


def _passages_of(page: Page) -> Passages:
    body = page.root.find("body")
    top = body if body is not None else page.root
    walk = _Walk(top)
    walk.element(top, "div", None, None)
    walk.flush()
    walk.found.ranges.append((top, 0, len(walk.found.items)))
    return walk.found


class _Walk:
    """State of the one walk: the run being gathered, and what it stands in."""

    def __init__(self, top: HtmlElement) -> None:
        self.found = Passages()
        self.parts: list[str] = []
        self.linked = 0
        self.in_link = 0
        self.breaks = 0
        self.lines = 1
        self.place: tuple[HtmlElement, str, HtmlElement | None, str | None] = (top, "div", None, None)

    def element(self, node: HtmlElement, tag: str, junk: HtmlElement | None, kind: str | None) -> None:
        """Walk `node`, whose surroundings are of `tag` and inside `junk`. Depth is bounded by the parser (256)."""
        name = node.tag
        if name in SILENT_TAGS or not isinstance(name, str) or hides(node):
            return
        if name == "br":
            self._break()
            return
        if junk is None and (kind := junk_kind(node)) is not None:
            junk = node
        block = name in BLOCK_TAGS
        outer = self.place
        if block:
            self.flush()
            tag = self._tag(name, tag)
            self.place = (node, tag, junk, kind)
        start = len(self.found.items)
        link = name == "a" and node.get("href") is not None
        self.in_link += link
        if node.text:
            self._text(node.text)
        for child in node:
            self.element(child, tag, junk, kind)
            if child.tail:
                self._text(child.tail)
        self.in_link -= link
        if block:
            self.flush()
            self.place = outer
            if len(self.found.items) > start:
                self.found.ranges.append((node, start, len(self.found.items)))

    @staticmethod
    def _tag(name: str, around: str) -> str:
        """What a passage directly in `name` is: a paragraph in a list item, quote or cell is part of that."""
        if name in _CARRIERS and not (name == "p" and around in _HOLDERS):
            return name
        return around if around in _HOLDERS else "div"

    def _text(self, text: str) -> None:
        if self.breaks and text.strip():
            self.breaks = 0
        self.parts.append(text)
        if self.in_link:
            self.linked += len(text.strip())

    def _break(self) -> None:
        self.breaks += 1
        self.lines += 1
        self.parts.append("\n" if self.place[1] == "pre" else " ")
        if self.breaks == 2 and self.place[1] != "pre":
            self.flush()

    def flush(self) -> None:
        """End the run being gathered."""
        self.breaks = 0
        if not self.parts:
            return
        node, tag, junk, kind = self.place
        text = "".join(self.parts)
        text = text.strip("\n") if tag == "pre" else collapse(text)
        if text.strip():
            self.found.items.append(Passage(text, node, tag, self.linked, junk, kind, self.lines))
        self.parts.clear()
        self.linked = 0
        self.lines = 1
