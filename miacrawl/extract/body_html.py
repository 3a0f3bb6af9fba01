"""The body as HTML that is safe to show: only the marks of text, links and images by http(s), nothing that runs."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from html import escape
from itertools import islice

from lxml.etree import _Element

from miacrawl.extract.line import Line
from miacrawl.extract.marks import junk_kind
from miacrawl.extract.outline import outline_of
from miacrawl.page import Page, text_of

_TAGS = frozenset(
    "p h2 h3 h4 h5 h6 ul ol li blockquote table thead tbody tr th td pre code em strong b i a figure figcaption img br "
    "sub sup dl dt dd hr".split()
)
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}}
_LISTS = ("ul", "ol")
_INLINE = frozenset("a em strong b i code sub sup br".split())
_PLAIN = frozenset("span font time u s small mark cite q abbr wbr".split())
_ELSEWHERE = frozenset(("related", "sponsored", "newsletter", "comment", "nav", "footer", "author"))
_MAX_FIGURES = 40
_MAX_PARAGRAPH = 20_000


def render(page: Page, lines: list[Line]) -> str:
    """Sanitised HTML of the body's lines, figures with their captions kept where they stand among them."""
    import nh3

    shared = Counter(line.node for line in outline_of(page).lines)
    figures = deque(_figures(page, lines))
    parts: list[str] = []
    open_list: _Element | None = None
    for line in lines:
        around = _list_of(line) if line.tag == "li" else None
        if around is not open_list:
            parts.append(f"</{open_list.tag}>" if open_list is not None else "")
            while figures and figures[0][0] <= line.number:
                parts.append(figures.popleft()[1])
            parts.append(f"<{around.tag}>" if around is not None else "")
            open_list = around
        while open_list is None and figures and figures[0][0] <= line.number:
            parts.append(figures.popleft()[1])
        parts.append(_one(page, line, alone=shared[line.node] == 1))
    parts.append(f"</{open_list.tag}>" if open_list is not None else "")
    return nh3.clean(
        "".join(parts),
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )


def _figures(page: Page, lines: list[Line]) -> list[tuple[int, str]]:
    """The figures among the lines: the number of the line after each, and its HTML."""
    first, last = lines[0].number, lines[-1].number
    among = (
        (number, node)
        for node, number in outline_of(page).figures
        if first < number <= last and not _is_elsewhere(node)
    )
    return [(number, html) for number, node in islice(among, _MAX_FIGURES) if (html := _figure(page, node))]


def _is_elsewhere(node: _Element) -> bool:
    """Whether a figure belongs to a card, an advert or another part that is not the article's text."""
    return any(junk_kind(parent) in _ELSEWHERE for parent in node.iterancestors())


def _figure(page: Page, node: _Element) -> str:
    image = node.find(".//img")
    caption = node.find(".//figcaption")
    told = escape(text_of(caption)) if caption is not None else ""
    source = (image.get("src") or image.get("data-src") or "") if image is not None else ""
    address = page.absolute(source) if source else None
    if address is None:
        return f"<figure><figcaption>{told}</figcaption></figure>" if told else ""
    alt = escape(image.get("alt") or "") if image is not None else ""
    closing = f"<figcaption>{told}</figcaption>" if told else ""
    return f'<figure><img src="{escape(address)}" alt="{alt}">{closing}</figure>'


def _list_of(line: Line) -> _Element | None:
    node: _Element | None = line.node
    while node is not None and node.tag not in _LISTS:
        node = node.getparent()
    return node


def _one(page: Page, line: Line, *, alone: bool) -> str:
    """A line in its tag; `alone`: its element holds no other line, so the element's inline marks are its own."""
    tag = {"h1": "h2", "div": "p", "td": "p", "th": "p", "dt": "p", "dd": "p"}.get(line.tag, line.tag)
    if tag not in _TAGS:
        tag = "p"
    if len(line.text) > _MAX_PARAGRAPH:
        return "".join(f"<{tag}>{escape(part)}</{tag}>" for part in _parts(line.text))
    inner = _inline(page, line) if alone and line.tag != "pre" else escape(line.text)
    return f"<{tag}>{inner}</{tag}>"


def _parts(text: str) -> Iterator[str]:
    """An endless paragraph in parts: what cleans the HTML takes time by the square of a text's length."""
    for start in range(0, len(text), _MAX_PARAGRAPH):
        yield text[start : start + _MAX_PARAGRAPH]


def _inline(page: Page, line: Line) -> str:
    """The line with its links and emphasis, if its element holds nothing but inline marks; else its plain text."""
    node = line.node
    if any(isinstance(child.tag, str) and child.tag not in _INLINE | _PLAIN for child in node.iterdescendants()):
        return escape(line.text)
    parts: list[str] = []
    _write(page, node, parts)
    return "".join(parts)


def _write(page: Page, node: _Element, parts: list[str]) -> None:
    parts.append(escape(node.text or ""))
    for child in node:
        if child.tag == "br":
            parts.append("<br>")
        elif child.tag == "a":
            href = page.absolute(child.get("href") or "")
            parts.append(f'<a href="{escape(href)}">' if href else "")
            _write(page, child, parts)
            parts.append("</a>" if href else "")
        elif child.tag in _INLINE:
            parts.append(f"<{child.tag}>")
            _write(page, child, parts)
            parts.append(f"</{child.tag}>")
        elif isinstance(child.tag, str):
            _write(page, child, parts)
        parts.append(escape(child.tail or ""))
