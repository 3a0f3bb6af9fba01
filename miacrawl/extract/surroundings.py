"""The text around the headline in reading order: blocks before it and after it, each with where it stands.

Byline, date, read time, standfirst and section are all shown there, so this one walk serves them all. It is
bounded on both sides: a page is not read to its end for what stands at its top.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml.html import HtmlElement

from miacrawl.extract.headline import headline_node
from miacrawl.extract.names import NamePattern
from miacrawl.extract.place import hides, own_places
from miacrawl.page import BLOCK_TAGS, SILENT_TAGS, Page, collapse

LONG = 140
"""Characters from which a block counts as a paragraph of text (half as many in scripts written without blanks)."""
_MAX_BEFORE = 40
_MAX_AFTER = 90
_MAX_LONG_AFTER = 6
# WordPress puts a post's categories and tags into the classes of its container.
_POST_CLASSES = re.compile(r"(?<![\w-])(?:category|tag)-[\w-]+")
_WIDE = re.compile("[\u2e80-\uffff]")
_MENU_ITEMS = 12
"""More items than this make a list above the headline a menu, which is not read."""
_CAPTION = NamePattern(r"caption|(?<![a-z])credits?(?![a-z])")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)]*$")


@dataclass(eq=False)
class Block:
    """A run of text that is one visual line or paragraph.

    `node` is the block element that it stands in; `inner` the inline elements of the run, in order;
    `parts` its text pieces, one per element; `linked` the number of its characters inside links;
    `room` the elements that hold the headline as well, whose names therefore say nothing of this block.
    """

    node: HtmlElement
    room: frozenset[HtmlElement] = frozenset()
    parts: list[str] = field(default_factory=list)
    inner: list[HtmlElement] = field(default_factory=list)
    linked: int = 0

    @cached_property
    def text(self) -> str:
        """The run's text on one line, as shown."""
        return collapse("".join(self.parts))

    @cached_property
    def spaced(self) -> str:
        """The same with a blank between elements: "Jan 5•4 min" can be told apart again."""
        return collapse(" ".join(self.parts))

    @cached_property
    def above(self) -> tuple[HtmlElement, ...]:
        """The block element and those above it that do not hold the headline, nearest first."""
        chain = []
        node = self.node
        while node is not None and node not in self.room and node.tag not in ("body", "html"):
            chain.append(node)
            node = node.getparent()
        return tuple(chain)

    @cached_property
    def places(self) -> frozenset[str]:
        """Kinds of place it stands in, see `miacrawl.extract.place`."""
        return frozenset(place for node in self.above for place in own_places(node))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What `names_of` gives for the first elements of the run and the three next above, if anything."""
        return tuple(name for node in (*self.inner[:4], *self.above[:3]) if (name := names_of(node)))

    def named(self, pattern: NamePattern) -> bool:
        """Whether one of its names matches."""
        return any(map(pattern.matches, self.names))

    @cached_property
    def is_caption(self) -> bool:
        """Whether it belongs to a picture."""
        return any(node.tag in ("figure", "figcaption") for node in self.above) or self.named(_CAPTION)

    @cached_property
    def is_paragraph(self) -> bool:
        """Whether it is long running text."""
        return width(self.text) >= LONG and self.linked * 2 < len(self.text) and not self.is_caption

    @cached_property
    def is_sentence(self) -> bool:
        """Whether it ends as a sentence does."""
        return bool(_SENTENCE_END.search(self.text))

    @property
    def is_link(self) -> bool:
        """Whether (nearly) all of its text is a link."""
        return self.linked >= 0.9 * max(1, len(self.text))


@dataclass(frozen=True)
class Surroundings:
    """Blocks nearest first: `before` goes up from the headline, `after` down from it."""

    headline: HtmlElement | None
    before: tuple[Block, ...]
    after: tuple[Block, ...]

    @cached_property
    def top(self) -> tuple[Block, ...]:
        """The blocks after the headline up to and including the third paragraph of running text."""
        found: list[Block] = []
        paragraphs = 0
        for block in self.after:
            found.append(block)
            paragraphs += block.is_paragraph and not block.places & {"related", "nav", "aside"}
            if paragraphs == 3:
                break
        return tuple(found)


def width(text: str) -> int:
    """Length of `text` in characters, those of Chinese, Japanese and Korean counted double."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def names_of(node: HtmlElement) -> str:
    """Class, id, itemprop and test id of an element, as one string."""
    attributes = node.attrib
    if not attributes:
        return ""
    named = " ".join(
        value for key in ("class", "id", "itemprop", "data-testid", "data-qa", "rel") if (value := attributes.get(key))
    )[:400]
    return _POST_CLASSES.sub("", named) if "hentry" in named or "type-post" in named else named


def surroundings(page: Page) -> Surroundings:
    """What stands around the headline; where a page shows none, the body's beginning counts as after it."""
    return page.once(_surroundings)


def _surroundings(page: Page) -> Surroundings:
    headline = headline_node(page)
    if headline is None:
        body = page.root.find("body")
        after = _Reader(body, frozenset()).read(body.text, iter(body)) if body is not None else iter(())
        return Surroundings(None, (), tuple(_bounded(after)))
    room = frozenset((headline, *headline.iterancestors()))
    before: list[Block] = []
    for block in _up(headline, room):
        before.append(block)
        if len(before) == _MAX_BEFORE:
            break
    return Surroundings(headline, tuple(before), tuple(_bounded(_down(headline, room))))


def _bounded(blocks: Iterator[Block]) -> Iterator[Block]:
    paragraphs = 0
    for number, block in enumerate(blocks):
        yield block
        paragraphs += block.is_paragraph
        if number == _MAX_AFTER or paragraphs == _MAX_LONG_AFTER:
            return


def _down(headline: HtmlElement, room: frozenset[HtmlElement]) -> Iterator[Block]:
    node = headline
    while node.tag != "body" and (parent := node.getparent()) is not None:
        yield from _Reader(parent, room).read(node.tail, node.itersiblings())
        node = parent


def _up(headline: HtmlElement, room: frozenset[HtmlElement]) -> Iterator[Block]:
    node = headline
    while node.tag != "body" and (parent := node.getparent()) is not None:
        for sibling in node.itersiblings(preceding=True):
            yield from reversed(list(_Reader(parent, room, menus=False).read(None, iter((sibling,)))))
            if sibling.tail and collapse(sibling.tail):
                yield Block(parent, room, [sibling.tail])
        if parent.text and collapse(parent.text):
            yield Block(parent, room, [parent.text])
        node = parent


class _Reader:
    """Cuts neighbouring children of one element into blocks, in reading order."""

    def __init__(self, parent: HtmlElement, room: frozenset[HtmlElement], *, menus: bool = True) -> None:
        self.parent = parent
        self.room = room
        self.menus = menus
        self.run = Block(parent, room)

    def read(self, text: str | None, children: Iterator[HtmlElement]) -> Iterator[Block]:
        """The blocks of `children` and of the `text` before them."""
        self._say(text, False)
        for child in children:
            yield from self._enter(child, self.parent, False)
            self._say(child.tail, False)
        yield from self._flush(self.parent)

    def _say(self, text: str | None, linked: bool) -> None:
        if text:
            self.run.parts.append(text)
            if linked:
                self.run.linked += len(text.strip())

    def _flush(self, next_node: HtmlElement) -> Iterator[Block]:
        if self.run.text:
            yield self.run
        self.run = Block(next_node, self.room)

    def _enter(self, node: HtmlElement, owner: HtmlElement, linked: bool) -> Iterator[Block]:
        """Read one element; libxml2 bounds how deep they nest."""
        tag = node.tag
        if tag in SILENT_TAGS or (node.attrib and hides(node)):
            return
        if not self.menus and tag in ("ul", "ol") and len(node) > _MENU_ITEMS:
            return
        if tag == "br":
            if self.run.parts and self.run.parts[-1] == "\n":
                yield from self._flush(owner)
            else:
                self.run.parts.append("\n")
            return
        is_block = tag in BLOCK_TAGS or "-" in tag
        linked = linked or tag == "a"
        if is_block:
            yield from self._flush(node)
        else:
            self.run.inner.append(node)
        mine = node if is_block else owner
        self._say(node.text, linked)
        for child in node:
            yield from self._enter(child, mine, linked)
            self._say(child.tail, linked)
        if is_block:
            yield from self._flush(owner)
