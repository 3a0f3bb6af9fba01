"""What a site profile says of authors, body and related links, read by the rules that serve every page.

A profile names the elements; what in them is name, text or card is found as it is elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from lxml import etree
from lxml.etree import _Element

from miacrawl.article import RelatedLink, Where
from miacrawl.extract.authors import Names
from miacrawl.extract.body import Body, find_body
from miacrawl.extract.cards import cards
from miacrawl.extract.language import language_of
from miacrawl.extract.links import links_of
from miacrawl.extract.person import names_in
from miacrawl.extract.place import places_of
from miacrawl.page import Page, text_of
from miacrawl.site import Site
from miacrawl.strategy import Strategy, answers
from miacrawl.urls import key_of

MAX_RELATED = 100
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PROSE = 90
_MAX_SIBLINGS = 200


def profiled_authors(site: Site | None) -> tuple[Strategy[Names], ...]:
    """A profile's strategies for the authors, as strategies that give the names in their texts."""
    return tuple(_named(rule) for rule in (site.authors if site else ()))


def _named(rule: Strategy[tuple[str, ...]]) -> Strategy[Names]:
    def read(page: Page) -> Names | None:
        texts = (rule.read(page) or ())[:20]
        return tuple(dict.fromkeys(name for text in texts for name in names_in(text, single=True))) or None

    return Strategy(rule.source, read, rule.since, rule.until)


def profiled_body(
    page: Page, site: Site | None, title: str | None, blurb: str | None, related: tuple[RelatedLink, ...]
) -> Body | None:
    """The body in the elements that a profile names; None where there is no profile, or no text in them."""
    for found in answers(page, site.body if site else ()):
        body = find_body(_alone(page, found.value, title or ""), title, blurb, related)
        if body.text:
            return Body(body.text, body.html, body.word_count, found.source)
    return None


def _alone(page: Page, nodes: tuple[_Element, ...], title: str) -> Page:
    """A page that shows its headline, `nodes` and nothing else, under the same address and in the same language."""
    inside = b"".join(etree.tostring(node, encoding="utf-8", method="html", with_tail=False) for node in nodes)
    language, name = escape(page.once(language_of) or ""), escape(title)
    # Without the headline, the first heading of the text would be taken for it, and what stands before it cut off.
    head = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{name}</title>'
        f'<base href="{escape(page.base_url)}"></head><body><h1>{name}</h1>'
    )
    return Page(head.encode("utf-8", "replace") + inside + b"</body></html>", page.url)


def profiled_related(page: Page, site: Site | None) -> tuple[tuple[RelatedLink, ...], str] | None:
    """The related links in the elements that a profile names, and the rule; None where there are none."""
    for found in answers(page, site.related if site else ()):
        links = tuple(_links(page, found.value))
        if links:
            return links, found.source
    return None


def _links(page: Page, nodes: tuple[_Element, ...]) -> Iterator[RelatedLink]:
    """One related link for each address in `nodes`, the page's own left out."""
    seen = {key_of(page.url)}
    links = links_of(page)
    for node in nodes:
        heading, where = _heading(node), _where(node)
        for card in cards(links, links.inside(node), node):
            key = key_of(card.url)
            if key in seen:
                continue
            yield RelatedLink(card.url, card.title, card.blurb, heading, len(seen), where)
            seen.add(key)
            if len(seen) > MAX_RELATED:
                return


def _heading(node: _Element) -> str | None:
    """The block's heading: the first in it that holds no link and stands in none, else the one right before it."""
    inside = next((one for one in node.iter(*_HEADINGS) if _is_plain(one)), None)
    before = node.getprevious()
    heading = inside if inside is not None else before if before is not None and before.tag in _HEADINGS else None
    text = text_of(heading).strip(" :") if heading is not None else ""
    return text if 0 < len(text) <= _PROSE else None


def _is_plain(heading: _Element) -> bool:
    return heading.find(".//a[@href]") is None and next(heading.iterancestors("a"), None) is None


def _where(node: _Element) -> Where:
    """Where a block stands: among paragraphs of the text, in a sidebar, or after the text."""
    if _has_prose(node, preceding=True) and _has_prose(node, preceding=False):
        return "inline"
    return "aside" if "aside" in places_of(node) else "end"


def _has_prose(node: _Element, *, preceding: bool) -> bool:
    siblings = node.itersiblings("p", preceding=preceding)
    return any(len(text_of(one)) >= _PROSE for _, one in zip(range(_MAX_SIBLINGS), siblings, strict=False))
