"""A `Line`: a run of text that a reader sees as one paragraph, heading, list item or line, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar, cast

from lxml.etree import _Element

from miacrawl.extract.lines import is_furniture
from miacrawl.extract.names import NamePattern
from miacrawl.extract.place import own_places
from miacrawl.page import attributes_of, collapse

LONG = 140
"""Width from which a line counts as a paragraph of running text, see `width`."""
# WordPress puts a post's categories and tags into the classes of its container.
_POST_CLASSES = re.compile(r"(?<![\w-])(?:category|tag)-[\w-]+")
_WIDE = re.compile("[\u2e80-\uffff]")
_CAPTION = NamePattern(r"caption|(?<![a-z])credits?(?![a-z])")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)]*$")


T = TypeVar("T")
_UNKNOWN = object()


class Room:
    """What the lines of one page share: `nodes` hold the headline; what is asked of an element is kept.

    Names of the elements that hold the headline as well say nothing of a line.
    """

    def __init__(self, nodes: frozenset[_Element] = frozenset()) -> None:
        self.nodes = nodes
        self._above: dict[_Element, tuple[_Element, ...]] = {}
        self._known: dict[tuple[Callable[[Any], Any], _Element], Any] = {}

    def of(self, make: Callable[[_Element], T], node: _Element) -> T:
        """`make(node)`, computed the first time and kept: many lines stand in the same elements.

        Of an element, not of a line, which has its room: a cycle stays until the garbage collector comes.
        """
        known = self._known.get((make, node), _UNKNOWN)
        if known is _UNKNOWN:
            known = self._known[make, node] = make(node)
        return cast(T, known)

    def above(self, node: _Element | None) -> tuple[_Element, ...]:
        """`node` and the elements around it that do not hold the headline, nearest first."""
        if node is None or node in self.nodes or node.tag in ("body", "html"):
            return ()
        if node not in self._above:
            self._above[node] = (node, *self.above(node.getparent()))
        return self._above[node]


class Line:
    """A run of text.

    * `node`: the block element that it stands in; `tag`: that of the nearest paragraph-like element.
    * `parts`: its text pieces, one per element; `inner`: the inline elements of the run, in order.
    * `linked`: characters of it inside links, `link_density` their share (0 to 1); `breaks`: `<br>`s in it.
    * `junk`: the outermost element around it that is named as something other than the article, `kind`: as what.
    * `room`: what it shares with the other lines of its page.
    * `number`: its place in the page's reading order, from 0.
    """

    __slots__ = (
        "__dict__", "breaks", "inner", "junk", "kind", "link_density", "linked", "node", "number", "parts", "room",
        "tag", "text",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913, PLR0917 the walk hands over all it knows, and names would cost more than they tell
        self,
        text: str,
        node: _Element,
        tag: str,
        parts: list[str],
        inner: list[_Element],
        linked: int,
        breaks: int,
        junk: _Element | None,
        kind: str | None,
        room: Room,
        number: int,
    ) -> None:
        self.text = text
        self.node = node
        self.tag = tag
        self.parts = parts
        self.inner = inner
        self.linked = linked
        self.link_density = min(1.0, linked / len(text)) if linked else 0.0
        self.breaks = breaks
        self.junk = junk
        self.kind = kind
        self.room = room
        self.number = number

    @cached_property
    def is_furniture(self) -> bool:
        """Whether it is one of the page's lines among the text: a share, a promo, a sign-up, a credit."""
        return is_furniture(self.text, linked=self.link_density > 0.3)

    @cached_property
    def width(self) -> int:
        """Length of its text, see `width`."""
        return width(self.text)

    @cached_property
    def spaced(self) -> str:
        """The text with a blank between elements: "Jan 5•4 min" can be told apart again."""
        return collapse(" ".join(self.parts)) if len(self.parts) > 1 else self.text

    @cached_property
    def above(self) -> tuple[_Element, ...]:
        """The block element and those above it that do not hold the headline, nearest first."""
        return self.room.above(self.node)

    @cached_property
    def places(self) -> frozenset[str]:
        """Kinds of place it stands in, see `miacrawl.extract.place`."""
        return frozenset(place for node in self.above for place in self.room.of(own_places, node))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What `names_of` gives for the first elements of the run and the three next above, if anything."""
        return tuple(name for node in (*self.inner[:4], *self.above[:3]) if (name := self.room.of(names_of, node)))

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
        return self.width >= LONG and self.linked * 2 < len(self.text) and not self.is_caption

    @cached_property
    def is_sentence(self) -> bool:
        """Whether it ends as a sentence does."""
        return bool(_SENTENCE_END.search(self.text[-8:]))

    @property
    def is_link(self) -> bool:
        """Whether (nearly) all of its text is a link."""
        return self.linked >= 0.9 * max(1, len(self.text))


def width(text: str) -> int:
    """Length of `text` in characters, those of Chinese, Japanese and Korean counted double."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def names_of(node: _Element) -> str:
    """Class, id, itemprop and test id of an element, as one string."""
    attributes = attributes_of(node)
    if not attributes:
        return ""
    named = " ".join(
        value for key in ("class", "id", "itemprop", "data-testid", "data-qa", "rel") if (value := attributes.get(key))
    )[:400]
    return _POST_CLASSES.sub("", named) if "hentry" in named or "type-post" in named else named
