"""Links of a page that may lead to other articles, each resolved once, and how publishers' addresses look."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import urlsplit

from lxml.etree import _Element

from miacrawl.extract.outline import Outline, outline_of
from miacrawl.page import Page, text_of

_MAX_LINKS = 400
_NOT_ARTICLE_PATH = re.compile(
    r"/(?:tags?|topics?|themas?|themen|temas?|emne|aihe|sujets?|issue|author|authors|autor|autores|autoren|"
    r"auteurs?|profile?s?|users?|search|login|register|account|"
    r"subscribe|newsletters?|"
    r"shop|shopping|shopping-essentials|deals|coupons|store|cart|events?|jobs|podcasts?|episodes|about|contact|"
    r"privacy|privacy-policy|terms|feed|rss)(?:/|$)"
    r"|/(?:category|categories|section|sections|kategorie|rubrik|rubrique)/[^/]*/?$",
    re.I,
)
_NOT_ARTICLE_HOST = re.compile(
    r"(?:^|\.)(?:facebook|twitter|x|linkedin|pinterest|reddit|whatsapp|telegram|t|instagram|youtube|youtu|tiktok|"
    r"tumblr|flipboard|"
    r"taboola|outbrain|revcontent|zergnet|dianomi|mgid|doubleclick|googlesyndication|amazon|amzn|apple|google|play|"
    r"spotify|"
    r"paypal|patreon|feedburner|plista|ligatus|content-ad|addthis|bsky|threads|mastodon|adjust|onelink|applink)"
    r"\.(?:com|org|net|me|be|co|"
    r"app|it|de|social|to)$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may lead to an article: its element, absolute address, place among the page's links, its line."""

    node: _Element
    url: str
    place: int
    line: int


class Links:
    """The links of one page; computed when first asked for and kept."""

    def __init__(self, page: Page) -> None:
        # Not the page itself: it keeps these, and a cycle stays until the garbage collector comes.
        self.url, self.base_url = page.url, page.base_url
        self.outline: Outline = outline_of(page)
        self._known: dict[int, Link | None] = {}
        self._texts: dict[_Element, str] = {}

    def at(self, place: int) -> Link | None:
        """The link at a place among the outline's anchors, if it may lead to an article."""
        if place not in self._known:
            anchor = self.outline.anchors[place]
            href = anchor.href
            url = None
            if href and not href.startswith("#") and "sponsored" not in (anchor.node.get("rel") or ""):
                url = Page.absolute_from(self.base_url, href)
            found = Link(anchor.node, url, place, anchor.line) if url and leads_to_article(url) else None
            self._known[place] = found
        return self._known[place]

    def inside(self, node: _Element) -> list[Link]:
        """The links inside an element that may lead to an article, in page order; itself included."""
        span = self.outline.spans.get(node)
        if span is None:
            return []
        found = (self.at(place) for place in range(span.link, min(span.end, span.link + _MAX_LINKS)))
        return [link for link in found if link is not None]

    def all(self) -> list[Link]:
        """Every link of the page that may lead to an article, in page order."""
        return [link for place in range(len(self.outline.anchors)) if (link := self.at(place)) is not None]

    def text(self, node: _Element) -> str:
        """Text of a link's element, read once."""
        if node not in self._texts:
            self._texts[node] = text_of(node)
        return self._texts[node]

    @cached_property
    def publisher(self) -> str:
        """Publisher of the page, as its address tells."""
        return publisher(self.url)

    def is_own(self, link: Link) -> bool:
        """Whether a link leads to the page's own publisher."""
        return publisher(link.url) == self.publisher


def links_of(page: Page) -> Links:
    """The links of a page; made once per page."""
    return page.once(Links)


@lru_cache(maxsize=8_192)
def publisher(url: str) -> str:
    """What host names tell of a publisher: the name before the public suffix, and that."""
    labels = (urlsplit(url).hostname or "").split(".")
    # "co.uk", "com.tr", "org.za": a short label before a country's is part of the suffix.
    cut = 3 if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else 2
    return ".".join(labels[-cut:])


@lru_cache(maxsize=8_192)
def leads_to_article(url: str) -> bool:
    """Whether an address may be an article's: no home page, tag, author, shop or share address."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    if _NOT_ARTICLE_HOST.search(parts.hostname or "") or _NOT_ARTICLE_PATH.search(parts.path):
        return False
    if path.startswith("/@") and path.count("/") == 1:
        return False
    return len(path) > 1 or bool(parts.query)
