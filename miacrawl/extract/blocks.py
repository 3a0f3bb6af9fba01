"""Blocks of related links: where on a page they stand and which links belong to each.

A block is known by its heading ("Related Articles", "Mehr zum Thema", "関連記事") or by its name; what another
heading claims (most read, latest, sponsored) is no part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from miacrawl.extract.line import Line
from miacrawl.extract.links import Link, Links
from miacrawl.extract.marks import is_shut, junk_kind
from miacrawl.extract.outline import Outline
from miacrawl.extract.related_words import is_other_heading, is_related_heading, promo_prefix
from miacrawl.extract.traits import HEADINGS

_HEADING_LIKE = HEADINGS | {"div", "span", "p", "strong", "b", "legend", "header", "dt", "a", "button"}
_BARRED = frozenset(("nav", "footer", "share", "newsletter", "sponsored", "comment", "tags"))
_PROMO_BARRED = frozenset(("footer", "share", "newsletter", "comment", "tags"))
_PROSE = 90
_MAX_HEADING = 90
_MAX_PROMO = 300
_MAX_CLIMB = 6
_MAX_SIBLINGS = 200
_MAX_BLOCKS = 40
"""Blocks of one kind that are looked at: a page of nothing but headings is not read to its end for each of them."""


@dataclass(frozen=True, slots=True)
class Block:
    """A related block: its links, its heading, the rule that found it, and an element that bounds its cards."""

    links: tuple[Link, ...]
    heading: str | None
    source: str
    top: _Element | None


@dataclass(frozen=True, slots=True)
class Extent:
    """Where the article's paragraphs are: the element that holds them, the numbers of the first and last line."""

    heart: _Element | None
    first: int
    last: int


def blocks_of(links: Links, extent: Extent) -> Iterator[Block]:
    """Every related block of a page, those that a heading names first."""
    yield from islice(_headed(links), _MAX_BLOCKS)
    yield from islice(_named(links), _MAX_BLOCKS)
    yield from islice(_promos(links), _MAX_BLOCKS)
    yield from _lone_links(links, extent)
    yield from _inset(links, extent)


def extent_of(outline: Outline) -> Extent:
    """Where the article's paragraphs begin and end."""
    votes: dict[_Element, int] = {}
    long: list[tuple[Line, _Element]] = []
    for line in outline.lines:
        if line.junk is None and len(line.text) >= _PROSE and line.link_density < 0.4:
            parent = line.node.getparent()
            if parent is not None:
                long.append((line, parent))
                votes[parent] = votes.get(parent, 0) + len(line.text)
    if not votes:
        return Extent(None, 0, 0)
    heart = max(votes, key=lambda node: votes[node])
    places = [line.number for line, parent in long if parent is heart]
    return Extent(heart, places[0], places[-1])


def _headed(links: Links) -> Iterator[Block]:
    """Blocks under a heading that says so."""
    outline = links.outline
    for line in outline.lines:
        node = _heading_node(line)
        if node is None or node is outline.headline or _is_barred(node):
            continue
        found, top = _following_links(links, node)
        if found:
            yield Block(tuple(found), _heading_text(line).strip(" :"), "heading", top)


def _heading_text(line: Line) -> str:
    """A line's text, or its first piece where that is an element of its own and heads what follows in the line."""
    if len(line.parts) < 2 or is_related_heading(line.text):
        return line.text
    return next((part.strip() for part in line.parts if not part.isspace()), "")


def _heading_node(line: Line) -> _Element | None:
    """The element that heads a related block, if the line is or begins with such a heading."""
    if len(line.text) <= _MAX_HEADING and is_related_heading(line.text):
        if line.is_link and line.tag not in HEADINGS:
            return None  # a control: "More information →"
        return line.node if line.node.tag in _HEADING_LIKE or not line.inner else line.inner[0]
    if line.inner and line.tag not in HEADINGS and len(line.parts) > 1:
        first = _heading_text(line)
        if 2 < len(first) <= _MAX_HEADING and is_related_heading(first):
            return next((node for node in line.inner if (node.text or "").strip() == first), None)
    return None


def _following_links(links: Links, heading: _Element) -> tuple[list[Link], _Element | None]:
    """The links between a heading and the next heading, prose or end of its block, and the element around both."""
    outline = links.outline
    node = heading
    own = links.inside(heading)
    for _ in range(_MAX_CLIMB):
        found: list[Link] = []
        for sibling in islice(node.itersiblings(), _MAX_SIBLINGS):
            if sibling not in outline.spans:
                continue
            if _ends_block(outline, sibling, heading):
                break
            found.extend(_until_other_heading(links, sibling))
        if found:
            return [*own, *found], node.getparent()
        parent = node.getparent()
        if parent is None or parent.tag in ("body", "html", "main") or parent in outline.room:
            break
        if parent.tag == "article" and sum(len(line.text) for line in outline.lines_in(parent)) > 1500:
            break
        node = parent
    return [], None


def _until_other_heading(links: Links, node: _Element) -> Iterator[Link]:
    """Links inside `node` up to a heading inside it that claims what follows for another list."""
    outline = links.outline
    end = next(
        (line.number for line in outline.lines_in(node) if _is_other(line) and line.node is not node),
        len(outline.lines) + 1,  # a link without words at the very end stands behind the last line
    )
    above = node.getparent()
    for link in links.inside(node):
        if link.line < end and not _in_junk(link.node, above, _BARRED):
            yield link


def _is_other(line: Line) -> bool:
    """Whether a line is a heading, no link, of another list."""
    return line.tag in HEADINGS and not line.linked and is_other_heading(line.text)


def _ends_block(outline: Outline, sibling: _Element, heading: _Element) -> bool:
    """Whether a sibling after the heading is no part of its block: a new heading, or prose."""
    tag = sibling.tag
    if tag in HEADINGS:
        return tag <= heading.tag or heading.tag not in HEADINGS or not outline.anchors_in(sibling)
    lines = outline.lines_in(sibling)
    if tag in ("p", "blockquote"):
        length = sum(len(line.text) for line in lines)
        return length > _PROSE and sum(line.linked for line in lines) < 0.5 * length
    if junk_kind(sibling) in _BARRED:
        return True
    first = next((line for line in lines if line.tag in HEADINGS), None)
    return first is not None and _is_other(first)


def _named(links: Links) -> Iterator[Block]:
    """Blocks whose element is named so, unless a heading says that they are another list."""
    outline = links.outline
    end = 0
    for node in outline.named_related:
        span = outline.spans.get(node)
        if span is None or span.link < end or node in outline.room or _is_barred(node) or _holds_text(outline, node):
            continue
        end = span.end
        heading = next((line for line in outline.lines_in(node) if line.tag in HEADINGS and not line.linked), None)
        if heading is not None and is_other_heading(heading.text):
            continue
        found = tuple(_until_other_heading(links, node))
        if found:
            told = heading.text if heading is not None and is_related_heading(heading.text) else None
            yield Block(found, told, "container", node.getparent())


def _holds_text(outline: Outline, node: _Element) -> bool:
    """Whether `node` holds so much unlinked prose that it is the article or the page, not a block of cards."""
    long = [len(line.text) for line in outline.lines_in(node) if line.tag == "p" and len(line.text) > 200]
    return len(long) > 6 and sum(long) > 3000


def _promos(links: Links) -> Iterator[Block]:
    """Lines inside the text that are promos: "Read also: …"."""
    outline = links.outline
    for line in outline.lines:
        if not line.linked or len(line.text) > _MAX_PROMO or line.kind in _PROMO_BARRED:
            continue
        prefix = promo_prefix(line.text)
        if prefix is None and line.link_density > 0.9 and len(line.parts) > 1:
            first = _heading_text(line)
            prefix = first if is_related_heading(first) and len(line.text) - len(first) > 10 else None
        if prefix and line.linked >= 0.6 * (len(line.text) - len(prefix)):
            found = tuple(link for link in _of_line(links, line) if links.is_own(link))
            if found:
                yield Block(found[:3], None, "promo", line.node.getparent())


def _of_line(links: Links, line: Line) -> list[Link]:
    """The links of a line: inside its element, or the one around it."""
    found = links.inside(line.node)
    if found:
        return found
    around = next((node for node in line.node.iterancestors("a")), None)
    return links.inside(around)[:1] if around is not None else []


def _lone_links(links: Links, extent: Extent) -> Iterator[Block]:
    """Paragraphs and list items among the text that are nothing but a link to another article of the site."""
    headed_otherwise = False
    span = links.outline.spans.get(extent.heart) if extent.heart is not None else None
    if span is None:
        return
    for line in links.outline.lines:
        if line.tag in HEADINGS and line.link_density < 0.5:
            headed_otherwise = is_other_heading(line.text)
        if headed_otherwise or line.link_density < 0.95 or line.kind not in (None, "related"):
            continue
        if not max(extent.first, span.first) <= line.number < span.last:
            continue
        found = links.inside(line.node)
        if len({link.url for link in found}) == 1 and links.is_own(found[0]):
            yield Block(tuple(found), None, "lone-link", line.node.getparent())


def _inset(links: Links, extent: Extent) -> Iterator[Block]:
    """Small `<article>` elements inside the article: cards set among its text."""
    outline = links.outline
    for node, span in outline.spans.items():
        if node.tag != "article" or not extent.first < span.first < extent.last or node in outline.room:
            continue
        outer = next(node.iterancestors("article"), None)
        if outer is None or (outline.headline is not None and outer not in outline.room):
            continue
        found = links.inside(node)
        small = sum(len(line.text) for line in outline.lines_in(node)) < 500
        if small and len({link.url for link in found}) == 1 and links.is_own(found[0]):
            yield Block(tuple(found), None, "inset", node.getparent())


def _is_barred(node: _Element | None) -> bool:
    """Whether an element stands in navigation, the page's footer, a share block or another place of no articles."""
    while node is not None and node.tag != "body":
        kind = junk_kind(node)
        if kind == "footer" and next(node.iterancestors("article", "main"), None) is not None:
            kind = None  # the article's own
        if is_shut(node) or (kind in _BARRED and node.tag != "form"):
            return True
        node = node.getparent()
    return False


def _in_junk(node: _Element | None, top: _Element | None, kinds: frozenset[str]) -> bool:
    """Whether an element between `node` and `top` is named as one of `kinds`."""
    while node is not None and node is not top:
        if junk_kind(node) in kinds:
            return True
        node = node.getparent()
    return False
