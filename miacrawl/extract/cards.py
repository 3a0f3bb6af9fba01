"""Cards: what a related block shows of each article: title, teaser, address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.etree import _Element

from miacrawl.extract.links import Link, Links
from miacrawl.extract.marks import is_shut
from miacrawl.extract.related_words import is_more_control, is_related_heading, promo_prefix
from miacrawl.page import BLOCK_TAGS, SILENT_TAGS, collapse, text_of

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
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)]*$")
_CJK = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MIN_HEADED = 3
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NO_TITLE = re.compile(r"https?://|www\.|skip (?:to|past|this)\b", re.I)
_DATE_LINE = re.compile(
    r"^\W*(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|(?:\w+\.? )?\d{1,2}\.?(?:st|nd|rd|"
    r"th)?,? \w+\.?,? \d{2,4}|\w+\.? \d{1,2},? \d{4}|"
    r"\d+ (?:min|minutes?|hours?|days?|weeks?|months?|years?)\b.{0,20}|(?:by|von|por|par|di|af|"
    r"av)(?-i:(?: [A-ZÀ-Þ][\w.'’-]*){1,4}))\W*(?:[|"
    r"•·].{0,40})?$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Card:
    """What a block shows of one article."""

    url: str
    title: str
    blurb: str | None
    link: Link


def cards(links: Links, shown: Iterable[Link], top: _Element | None) -> list[Card]:
    """One card for each address among `shown`, in their order; `top` bounds a card from above."""
    by_url: dict[str, list[Link]] = {}
    for link in shown:
        by_url.setdefault(link.url, []).append(link)
    headed = {url for url, same in by_url.items() if any(_is_headed(link.node) for link in same)}
    if len(headed) >= _MIN_HEADED:  # the block's titles are headings: other links that only say something are bylines
        by_url = {
            url: same for url, same in by_url.items() if url in headed or any(not links.text(one.node) for one in same)
        }
    made = (_card(links, same, top) for same in by_url.values())
    return [card for card in made if card is not None]


def is_title(text: str) -> bool:
    """Whether a text may be an article's title: more than a word or two, no control, no date."""
    if is_more_control(text) or is_related_heading(text) or _DATE_LINE.match(text[:120]) or len(text) > 300:
        return False
    if _NO_TITLE.match(text):
        return False
    if _CJK.search(text):
        return len(text) >= 6
    return len(text) >= 25 or (len(text) >= 10 and text.count(" ") >= 2)


def _card(links: Links, same: list[Link], top: _Element | None) -> Card | None:
    room = _room(links, same[0], top)
    nodes = [link.node for link in same]
    if all(_is_rubric(links, node) for node in nodes):
        return None
    title = _title(nodes, room)
    if title is None:
        return None
    return Card(same[0].url, title, _blurb(room, title), same[0])


def _is_headed(node: _Element) -> bool:
    """Whether a link is (in) a heading or holds one."""
    return next(node.iter(*_HEADINGS), None) is not None or next(node.iterancestors(*_HEADINGS), None) is not None


def _is_rubric(links: Links, node: _Element) -> bool:
    """Whether a link only says a word or two: a card's rubric or source, not its title, picture or control."""
    text = links.text(node)
    return bool(text) and not is_more_control(text) and not is_title(_clean(text)) and not _has_picture(node)


def _has_picture(node: _Element) -> bool:
    return next(node.iter("img", "picture", "figure", "svg", "amp-img"), None) is not None


def _room(links: Links, link: Link, top: _Element | None) -> _Element:
    """The largest element around a link that shows the title of no other article."""
    room = link.node
    most = 2 if links.text(room) else 1  # a link without words is a sheet laid over its card, which has one heading
    while (parent := room.getparent()) is not None and parent is not top and parent.tag not in ("body", "html"):
        if any(other.url != link.url and is_title(links.text(other.node)) for other in links.inside(parent)):
            break
        if sum(line.tag in _HEADINGS for line in links.outline.lines_in(parent)) > most:
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
        return texts[0]
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
        if is_more_control(text) or (_named(node, _META_NAMED) and not _is_told(text)):
            continue
        if _is_teaser(text) and (best is None or len(text) > len(best)):
            best = text
    return best


def _is_told(text: str) -> bool:
    """Whether a line says so much that it is a teaser though its name calls it a kicker or a category."""
    return len(text) >= 45 and text.count(" ") >= 5 and not _YEAR.search(text)


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
    _walk(node, node, parts, found)
    _flush(node, parts, found)
    return found


# Functions within one another would be a cycle, which keeps the whole page until the garbage collector comes.
def _walk(element: _Element, top: _Element, parts: list[str], found: list[tuple[str, _Element]]) -> None:
    if element.tag in SILENT_TAGS or not isinstance(element.tag, str) or is_shut(element):
        return
    parted = element.tag in BLOCK_TAGS or (element.tag == "span" and bool(element.get("class")))
    if parted:
        above = element.getparent()
        _flush(element if above is None or element is top else above, parts, found)
    if element.text:
        parts.append(element.text)
    for child in element:
        _walk(child, top, parts, found)
        if child.tail:
            parts.append(child.tail)
    if parted:
        _flush(element, parts, found)


def _flush(owner: _Element, parts: list[str], found: list[tuple[str, _Element]]) -> None:
    text = collapse("".join(parts))
    parts.clear()
    if text:
        found.append((text, owner))
