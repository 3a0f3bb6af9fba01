"""Related links: what the related, recommended and read-next blocks of a page and the promos in its text lead to."""

from __future__ import annotations

from miacrawl.article import RelatedLink, Where
from miacrawl.extract.blocks import Block, Extent, blocks_of, extent_of
from miacrawl.extract.cards import Card, cards
from miacrawl.extract.links import Link, Links, links_of
from miacrawl.page import Page
from miacrawl.urls import url_key

_MAX_CARDS = 40
_MAX_UNHEADED = 12
"""A longer list without a name or heading that says so is one of the whole site."""
_MAX_CONTAINER = 20
"""The same for lists that are named as related."""
MAX_RELATED = 100


def find_related(page: Page) -> tuple[tuple[RelatedLink, ...], str]:
    """The related links of a page in page order, and the rules that found them."""
    links = links_of(page)
    extent = extent_of(links.outline)
    own = {_key(page.url), _key(page.absolute(next((n.get("href") or "" for n in page.links("canonical")), "")) or "")}
    found: dict[str, tuple[int, Card, Block]] = {}
    for block in blocks_of(links, extent):
        shown = cards(links, _of_publisher(links, block.links), block.top)
        if block.heading is None and len(shown) > (_MAX_CONTAINER if block.source == "container" else _MAX_UNHEADED):
            continue
        for card in shown[:_MAX_CARDS]:
            key = _key(card.url)
            if key not in own:
                found[key] = _merged(found.get(key), card, block)
    ranked = sorted(found.values(), key=lambda item: item[0])[:MAX_RELATED]
    related = tuple(
        RelatedLink(card.url, card.title, card.blurb, block.heading, number, _where(links, card.link, extent))
        for number, (_, card, block) in enumerate(ranked, start=1)
    )
    return related, " + ".join(sorted({block.source for _, _, block in ranked}))


def _merged(known: tuple[int, Card, Block] | None, card: Card, block: Block) -> tuple[int, Card, Block]:
    """The better of two cards of one article: the one that has a teaser, else the first; at the first one's place."""
    if known is None:
        return card.link.place, card, block
    place, first, its = known
    better = card if (card.blurb and not first.blurb) or (card.link.place < place and not first.blurb) else first
    return min(place, card.link.place), better, its


def _of_publisher(links: Links, shown: tuple[Link, ...]) -> tuple[Link, ...]:
    """Without the off-site links of a block that leads mostly to the page's own site, if they look otherwise."""
    own = [link for link in shown if links.is_own(link)]
    if len(own) * 2 < len(shown):
        return shown
    looks = {_look(link) for link in own}
    return tuple(link for link in shown if links.is_own(link) or _look(link) in looks)


def _look(link: Link) -> tuple[str, ...]:
    """Tags and classes of a link and the elements around it."""
    node = link.node
    nodes = (node, *(above for _, above in zip(range(3), node.iterancestors(), strict=False)))
    return tuple(f"{one.tag} {one.get('class') or ''}" for one in nodes)


def _key(url: str) -> str:
    try:
        return url_key(url)
    except ValueError:
        return url


def _where(links: Links, link: Link, extent: Extent) -> Where:
    if extent.first < link.line < extent.last:
        return "inline"
    line = links.outline.lines[link.line] if link.line < len(links.outline.lines) else None
    in_aside = next(link.node.iterancestors("aside"), None) is not None
    if in_aside or link.line < extent.first or (line is not None and line.kind == "widget"):
        return "aside"
    return "end"
