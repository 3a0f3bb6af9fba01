"""Cards: what a related block shows of each article: title, teaser, address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.etree import _Element

from miacrawl.extract.marks import hides, junk_kind
from miacrawl.extract.related_words import is_more_control, is_related_heading, promo_prefix
from miacrawl.page import BLOCK_TAGS, SILENT_TAGS, Page, collapse, text_of

_MAX_LINKS = 400
_TITLE_NAMED = re.compile(
    r"(?:^|[^a-z])(?:title|headline|heading|titel|titre|titulo|titular|hed)(?![a-z])|[a-z](?:Title|Headline)", re.I
)
_BLURB_NAMED = re.compile(
    r"(?:^|[^a-z])(?:excerpt|teaser|summary|dek|description|desc|blurb|standfirst|subtitle|lead|intro|"
    r"snippet)(?![a-z])",
    re.I,
)
_META_NAMED = re.compile(
    r"(?:^|[^a-z])(?:date|time|author|byline|meta|category|kicker|tag|label|eyebrow|section|credit|caption)s?(?![a-z])",
    re.I,
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NOT_ARTICLE_PATH = re.compile(
    r"/(?:tags?|topics?|themas?|themen|temas?|emne|aihe|sujets?|issue|author|authors|autor|autores|autoren|"
    r"auteurs?|profile?s?|users?|search|login|register|account|"
    r"subscribe|newsletters?|"
    r"shop|shopping|shopping-essentials|deals|coupons|store|cart|events?|jobs|podcasts?|episodes|about|contact|"
    r"privacy|terms|feed|rss)(?:/|$)"
    r"|/(?:category|categories|section|sections|kategorie|rubrik|rubrique)/[^/]*/?$",
    re.I,
)
_NOT_ARTICLE_HOST = re.compile(
    r"(?:^|\.)(?:facebook|twitter|x|linkedin|pinterest|reddit|whatsapp|telegram|t|instagram|youtube|youtu|tiktok|"
    r"tumblr|flipboard|"
    r"taboola|outbrain|revcontent|zergnet|dianomi|mgid|doubleclick|googlesyndication|amazon|amzn|apple|google|play|"
    r"spotify|"
    r"paypal|patreon|feedburner|plista|ligatus|content-ad|addthis|bsky|threads|mastodon)\.(?:com|org|net|me|be|co|"
    r"app|it|de|social|to)$",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)]*$")
_CJK = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DATE_LINE = re.compile(
    r"^\W*(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|(?:\w+\.? )?\d{1,2}\.?(?:st|nd|rd|"
    r"th)?,? \w+\.?,? \d{2,4}|\w+\.? \d{1,2},? \d{4}|"
    r"\d+ (?:min|minutes?|hours?|days?|weeks?|months?|years?)\b.{0,20}|(?:by|von|por|par|di|af|"
    r"av)(?-i:(?: [A-ZÀ-Þ][\w.'’-]*){1,4}))\W*(?:[|"
    r"•·].{0,40})?$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the page that may lead to an article: its element and absolute address."""

    node: _Element
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a block shows of one article."""

    url: str
    title: str
    blurb: str | None
    node: _Element


def article_links(page: Page, node: _Element) -> Iterator[Link]:
    """The links below `node` that may lead to another article, in page order."""
    for count, anchor in enumerate(node.iter("a")):
        if count >= _MAX_LINKS:
            return
        href = anchor.get("href")
        if not href or href.startswith("#") or "sponsored" in (anchor.get("rel") or ""):
            continue
        url = page.absolute(href)
        if url and leads_to_article(url):
            yield Link(anchor, url)


def same_site(url: str, other: str) -> bool:
    """Whether two addresses are of one publisher, as far as host names tell: same name before the public suffix."""
    return _publisher(url) == _publisher(other)


def _publisher(url: str) -> str:
    labels = (urlsplit(url).hostname or "").split(".")
    # "co.uk", "com.tr", "org.za": a short label before a country's is part of the suffix.
    cut = 3 if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else 2
    return labels[-cut] if len(labels) >= cut else ".".join(labels)


def leads_to_article(url: str) -> bool:
    """Whether an address may be an article's: no home page, tag, author, shop or share address."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    if _NOT_ARTICLE_HOST.search(parts.hostname or "") or _NOT_ARTICLE_PATH.search(parts.path):
        return False
    if path.startswith("/@") and path.count("/") == 1:
        return False
    return len(path) > 1 or bool(parts.query)


def cards(page: Page, links: Iterable[Link], top: _Element | None) -> list[Card]:
    """One card for each address among `links`, in their order; `top` bounds a card from above."""
    by_url: dict[str, list[_Element]] = {}
    for link in links:
        by_url.setdefault(link.url, []).append(link.node)
    all_nodes = {node: url for url, nodes in by_url.items() for node in nodes}
    made = (_card(url, nodes, all_nodes, top) for url, nodes in by_url.items())
    return [card for card in made if card is not None]


def is_title(text: str) -> bool:
    """Whether a text may be an article's title: more than a word or two, no control, no date."""
    if is_more_control(text) or is_related_heading(text) or _DATE_LINE.match(text[:120]) or len(text) > 300:
        return False
    if _CJK.search(text):
        return len(text) >= 6
    return len(text) >= 25 or (len(text) >= 10 and text.count(" ") >= 2)


def _card(url: str, nodes: list[_Element], all_nodes: dict[_Element, str], top: _Element | None) -> Card | None:
    room = _room(nodes[0], url, all_nodes, top)
    title = _title(nodes, room)
    if title is None:
        return None
    return Card(url, title, _blurb(room, title), nodes[0])


def _room(node: _Element, url: str, all_nodes: dict[_Element, str], top: _Element | None) -> _Element:
    """The largest element around a link that holds no link to another article."""
    room = node
    while (parent := room.getparent()) is not None and parent is not top and parent.tag not in ("body", "html"):
        others = sum(1 for anchor in parent.iter("a") if all_nodes.get(anchor, url) != url)
        if others or sum(1 for _ in parent.iter(*_HEADINGS)) > 2:
            break
        room = parent
    return room


def _title(nodes: list[_Element], room: _Element) -> str | None:
    """The card's title: its heading, what is named so, else the longest link text, else the picture's words."""
    for node in nodes:
        inside = [child for child in node.iter() if child.tag in _HEADINGS or _named(child, _TITLE_NAMED)]
        around = [parent for parent in node.iterancestors() if parent.tag in _HEADINGS]
        for candidate in (*inside, *([node] if around else ())):
            text = _clean(text_of(candidate))
            if is_title(text):
                return text
    for child in room.iter(*_HEADINGS):
        text = _clean(text_of(child))
        if is_title(text):
            return text
    texts = [lines[0] for node in nodes if (lines := _title_lines(node))]
    if texts:
        return max(texts, key=len)
    named = [child for child in room.iter() if _named(child, _TITLE_NAMED)]
    shown = [_clean(text_of(child)) for child in named]
    told = [_clean(node.get("title") or node.get("aria-label") or "") for node in nodes]
    told += [_clean(image.get("alt") or "") for node in nodes for image in node.iter("img")]
    return next((text for text in (*shown, *told, *_plain_lines(room)) if is_title(text)), None)


def _plain_lines(room: _Element) -> list[str]:
    """A card's lines, for cards whose link is an empty sheet laid over them: kicker and date are no titles."""
    lines = [(_clean(text), node) for text, node in lines_of(room)[:12]]
    return [text for text, node in lines if not _named(node, _META_NAMED) and not _named(node, _BLURB_NAMED)]


def _title_lines(node: _Element) -> list[str]:
    return [text for line, _ in lines_of(node) if is_title(text := _clean(line))]


def _blurb(room: _Element, title: str) -> str | None:
    """The card's teaser: what is named so, else its longest line that is a sentence and not the title."""
    folded = title.casefold()
    best: str | None = None
    for line, node in lines_of(room):
        # Title and teaser may share a line: "<a>Title</a> <small>teaser</small>".
        text = line[len(title) :].strip(" :–—-") if line.casefold().startswith(folded) else line
        if len(text) < 20 and not _CJK.search(text):
            continue
        if text.casefold().strip(" .…") in folded or folded in text.casefold() or _DATE_LINE.match(text[:120]):
            continue
        if _named(node, _BLURB_NAMED):
            return text
        if _named(node, _META_NAMED) or is_more_control(text):
            continue
        if _is_teaser(text) and (best is None or len(text) > len(best)):
            best = text
    return best


def _is_teaser(text: str) -> bool:
    """Whether a line without a telling name is a teaser: long, or a short sentence."""
    if len(text) >= 40 or (_CJK.search(text) and len(text) >= 20):
        return True
    return text.count(" ") >= 3 and bool(_SENTENCE_END.search(text))


def _clean(text: str) -> str:
    prefix = promo_prefix(text)
    return (text[len(prefix) :] if prefix and len(text) - len(prefix) > 10 else text).strip(" |›»→>")


def _named(node: _Element, names: re.Pattern[str]) -> bool:
    named = f"{node.get('class') or ''} {node.get('itemprop') or ''} {node.get('id') or ''}"
    return len(named) > 2 and bool(names.search(named[:300]))


def lines_of(node: _Element) -> list[tuple[str, _Element]]:
    """The lines of text below `node`, each with the element that it stands in: block boundaries and spans part them."""
    found: list[tuple[str, _Element]] = []
    parts: list[str] = []

    def flush(owner: _Element) -> None:
        text = collapse("".join(parts))
        parts.clear()
        if text:
            found.append((text, owner))

    def walk(element: _Element) -> None:
        if element.tag in SILENT_TAGS or not isinstance(element.tag, str) or hides(element):
            return
        parted = element.tag in BLOCK_TAGS or (element.tag == "span" and bool(element.get("class")))
        if parted:
            flush(element.getparent() if element is not node else element)
        if element.text:
            parts.append(element.text)
        for child in element:
            walk(child)
            if child.tail:
                parts.append(child.tail)
        if parted:
            flush(element)

    walk(node)
    flush(node)
    return found


def in_junk(node: _Element, top: _Element | None, kinds: frozenset[str]) -> bool:
    """Whether an element between `node` and `top` is named as one of `kinds`."""
    while node is not None and node is not top:
        if junk_kind(node) in kinds:
            return True
        node = node.getparent()
    return False
