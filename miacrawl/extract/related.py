"""Related links: the related, recommended and read-next blocks of a page, and the promos inside its text.

A block is known by its heading ("Related Articles", "Mehr zum Thema", "関連記事") or by its name; what another
heading claims (most read, latest, sponsored) is no part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from miacrawl.article import RelatedLink, Where
from miacrawl.extract.cards import Card, Link, article_links, cards, in_junk, same_site
from miacrawl.extract.line import Line
from miacrawl.extract.marks import hides, junk_kind
from miacrawl.extract.outline import outline_of
from miacrawl.extract.related_words import is_other_heading, is_related_heading, promo_prefix
from miacrawl.page import Page, text_of
from miacrawl.urls import url_key

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_HEADING_LIKE = frozenset(
    ("h2", "h3", "h4", "h5", "h6", "div", "span", "p", "strong", "b", "legend", "header", "dt", "a")
)
_BARRED = frozenset(("nav", "footer", "share", "newsletter", "sponsored", "comment", "tags"))
_PROMO_KINDS = (None, "related")
_PROSE = 90
_MAX_CLIMB = 6
_MAX_SIBLINGS = 200
_MAX_BLOCKS = 40
"""Blocks of one kind that are looked at: a page of nothing but headings is not read to its end for each of them."""
_MAX_CARDS = 40
_MAX_UNHEADED = 12
"""A longer list without a heading that says so is one of the whole site."""
MAX_RELATED = 100


@dataclass(frozen=True, slots=True)
class Block:
    """A related block: its links, its heading, the rule that found it, and an element that bounds its cards."""

    links: tuple[Link, ...]
    heading: str | None
    source: str
    top: _Element | None


def find_related(page: Page, anchor: _Element | None) -> tuple[tuple[RelatedLink, ...], str]:
    """The related links of a page in page order, and the rules that found them; `anchor` is the headline's element."""
    order = {node: number for number, node in enumerate(page.root.iter())}
    extent = _extent(page, order)
    own = {_key(page.url), _key(page.absolute(next((n.get("href") or "" for n in page.links("canonical")), "")) or "")}
    found: dict[str, tuple[int, Card, Block]] = {}
    for block in (
        *islice(_headed(page, anchor), _MAX_BLOCKS),
        *islice(_named(page, anchor), _MAX_BLOCKS),
        *islice(_promos(page), _MAX_BLOCKS),
        *_lone_links(page, order, extent),
        *_inset(page, anchor, order, extent),
    ):
        shown = cards(page, _of_publisher(page, block.links), block.top)
        if block.heading is None and len(shown) > _MAX_UNHEADED:
            continue
        for card in shown[:_MAX_CARDS]:
            key = _key(card.url)
            place = order.get(card.node, 0)
            known = found.get(key)
            if key in own or (
                known is not None and (known[0] <= place or known[1].blurb) and (known[1].blurb or not card.blurb)
            ):
                continue
            found[key] = (min(place, known[0]) if known else place, card, known[2] if known else block)
    ranked = sorted(found.values(), key=lambda item: item[0])[:MAX_RELATED]
    links = tuple(
        RelatedLink(card.url, card.title, card.blurb, block.heading, number, _where(card.node, place, extent))
        for number, (place, card, block) in enumerate(ranked, start=1)
    )
    return links, " + ".join(sorted({block.source for _, _, block in ranked}))


def _of_publisher(page: Page, links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Without the off-site links of a block that leads mostly to the page's own site."""
    own = tuple(link for link in links if same_site(link.url, page.url))
    return own if len(own) * 2 >= len(links) else links


def _key(url: str) -> str:
    try:
        return url_key(url)
    except ValueError:
        return url


def _headed(page: Page, anchor: _Element | None) -> Iterator[Block]:
    """Blocks under a heading that says so."""
    for node in page.root.iter(*_HEADING_LIKE):
        text = _heading_text(node)
        if text is None or not is_related_heading(text) or node is anchor or _hidden_or_barred(node):
            continue
        links, top = _following_links(page, node, anchor)
        if links:
            yield Block(tuple(links), text.strip(" :"), "heading", top)


def _heading_text(node: _Element) -> str | None:
    """Text of an element that may be a heading: short, and not the wrapper of more than one element."""
    if node.tag in _HEADINGS:
        text = text_of(node)
        return text if len(text) <= 90 else None
    if len(node) > 1 or (len(node) and node[0].tag in _HEADING_LIKE - {"a"}):
        return None
    size = len(node.text or "") + sum(len(child.text or "") + len(child.tail or "") for child in node)
    return text_of(node) if 2 < size <= 120 else None


def _following_links(page: Page, heading: _Element, anchor: _Element | None) -> tuple[list[Link], _Element | None]:
    """The links between a heading and the next heading, prose or end of its block, and the element around both."""
    node = heading
    own = list(article_links(page, heading))
    for _ in range(_MAX_CLIMB):
        links: list[Link] = []
        for sibling in islice(node.itersiblings(), _MAX_SIBLINGS):
            if not isinstance(sibling.tag, str):
                continue
            if _ends_block(sibling, heading):
                break
            links.extend(_until_other_heading(page, sibling))
        if links:
            return [*own, *links], node.getparent()
        parent = node.getparent()
        if parent is None or parent.tag in ("body", "html", "main") or (anchor is not None and _holds(parent, anchor)):
            break
        if parent.tag == "article" and len(text_of(parent)) > 1500:
            break
        node = parent
    return [], None


def _until_other_heading(page: Page, node: _Element) -> Iterator[Link]:
    """Links below `node` up to a heading inside it that claims what follows for another list."""
    barred: _Element | None = None
    headings = {
        child for child in node.iter(*_HEADINGS) if is_other_heading(text_of(child)) and not child.xpath(".//a[@href]")
    }
    links = {link.node: link for link in article_links(page, node)}
    for child in node.iter():
        if child in headings:
            barred = child
        link = links.get(child)
        if link is not None and barred is None and not in_junk(child, node.getparent(), _BARRED) and not hides(child):
            yield link


def _ends_block(sibling: _Element, heading: _Element) -> bool:
    """Whether a sibling after the heading is no part of its block: a new heading, or prose."""
    if sibling.tag in _HEADINGS:
        return sibling.tag <= heading.tag or heading.tag not in _HEADINGS or not sibling.xpath(".//a[@href]")
    if sibling.tag in ("p", "blockquote"):
        text = text_of(sibling)
        linked = sum(len(text_of(link)) for link in sibling.iter("a"))
        return len(text) > _PROSE and linked < 0.5 * len(text)
    if junk_kind(sibling) in _BARRED:
        return True
    return any(is_other_heading(text_of(child)) for child in _first_heading(sibling))


def _first_heading(node: _Element) -> list[_Element]:
    for child in node.iter(*_HEADINGS):
        return [] if child.xpath(".//a[@href]|ancestor::a") else [child]
    return []


def _named(page: Page, anchor: _Element | None) -> Iterator[Block]:
    """Blocks whose element is named so, unless a heading says that they are another list."""
    top: _Element | None = None
    for node in page.root.iter(
        "div", "section", "aside", "ul", "ol", "nav", "p", "article", "li", "blockquote", "table"
    ):
        if junk_kind(node) != "related" and not (node.tag == "aside" and _is_related_name(node)):
            continue
        if top is not None and _holds(top, node):
            continue
        if (anchor is not None and _holds(node, anchor)) or _hidden_or_barred(node) or _holds_text(node):
            continue
        top = node
        heading = next(
            (text_of(child) for child in node.iter(*_HEADINGS) if not child.xpath(".//a[@href]|ancestor::a")), None
        )
        if heading is not None and is_other_heading(heading):
            continue
        links = tuple(_until_other_heading(page, node))
        if links:
            yield Block(
                links, heading if heading and is_related_heading(heading) else None, "container", node.getparent()
            )


def _is_related_name(node: _Element) -> bool:
    return "related" in (node.get("class") or "").lower().replace("_", "-").split("-")


def _promos(page: Page) -> Iterator[Block]:
    """Lines inside the text that are promos: "Read also: …"."""
    for line in outline_of(page).lines:
        if line.linked and line.kind in (*_PROMO_KINDS, "sponsored") and len(line.text) <= 300:
            prefix = promo_prefix(line.text)
            if prefix and line.linked >= 0.6 * (len(line.text) - len(prefix)):
                links = tuple(link for link in article_links(page, line.node) if same_site(link.url, page.url))
                if links:
                    yield Block(links[:3], None, "promo", line.node.getparent())


def _lone_links(page: Page, order: dict[_Element, int], extent: _Extent) -> Iterator[Block]:
    """Paragraphs and list items among the text that are nothing but a link to another article of the site."""
    headed_otherwise = False
    for line in outline_of(page).lines:
        if line.tag in _HEADINGS and line.link_density < 0.5:
            headed_otherwise = is_other_heading(line.text)
        if headed_otherwise or line.link_density < 0.95 or line.kind not in _PROMO_KINDS:
            continue
        if order.get(line.node, 0) < extent.first or not _holds(extent.heart, line.node):
            continue
        links = tuple(article_links(page, line.node))
        if len({link.url for link in links}) == 1 and same_site(links[0].url, page.url):
            yield Block(links, None, "lone-link", line.node.getparent())


def _hidden_or_barred(node: _Element) -> bool:
    while node is not None and node.tag != "body":
        kind = junk_kind(node)
        if kind == "footer" and _in_article(node):
            kind = None
        if hides(node) or (kind in _BARRED and node.tag != "form"):
            return True
        node = node.getparent()
    return False


def _holds(node: _Element | None, other: _Element | None) -> bool:
    while other is not None:
        if other is node:
            return True
        other = other.getparent()
    return False


def _in_article(node: _Element) -> bool:
    """Whether a footer is the article's own."""
    return next(node.iterancestors("article", "main"), None) is not None


def _holds_text(node: _Element) -> bool:
    """Whether `node` holds so much unlinked prose that it is the article or the page, not a block of cards."""
    long = [text for child in node.iter("p") if len(text := text_of(child)) > 200]
    return len(long) > 6 and sum(map(len, long)) > 3000


def _inset(page: Page, anchor: _Element | None, order: dict[_Element, int], extent: _Extent) -> Iterator[Block]:
    """Small `<article>` elements inside the article: cards set among its text."""
    for node in page.root.iter("article"):
        outer = next(node.iterancestors("article"), None)
        if (
            outer is None
            or not extent.first < order[node] < extent.last
            or (anchor is not None and (_holds(node, anchor) or not _holds(outer, anchor)))
        ):
            continue
        links = tuple(article_links(page, node))
        if len({link.url for link in links}) == 1 and same_site(links[0].url, page.url) and len(text_of(node)) < 500:
            yield Block(links, None, "inset", node.getparent())


@dataclass(frozen=True, slots=True)
class _Extent:
    heart: _Element | None
    first: int
    last: int


def _extent(page: Page, order: dict[_Element, int]) -> _Extent:
    """Where the article's paragraphs begin and end, as places in the tree."""
    votes: dict[_Element, int] = {}
    long: list[Line] = []
    for line in outline_of(page).lines:
        if line.junk is None and len(line.text) >= _PROSE and line.link_density < 0.4:
            long.append(line)
            parent = line.node.getparent()
            if parent is not None:
                votes[parent] = votes.get(parent, 0) + len(line.text)
    if not votes:
        return _Extent(None, 0, 0)
    heart = max(votes, key=lambda node: votes[node])
    places = [order[line.node] for line in long if line.node.getparent() is heart]
    return _Extent(heart, min(places), max(places))


def _where(node: _Element, place: int, extent: _Extent) -> Where:
    if extent.first < place < extent.last:
        return "inline"
    if place < extent.first or in_junk(node, None, frozenset(("widget",))):
        return "aside"
    return "end"
