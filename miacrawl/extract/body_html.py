"""The body as HTML that is safe to show: only the marks of text, links and images by http(s), nothing that runs."""

from __future__ import annotations

from html import escape

from lxml.html import HtmlElement

from miacrawl.extract.passages import Passage
from miacrawl.page import Page

_TAGS = frozenset(
    "p h2 h3 h4 h5 h6 ul ol li blockquote table thead tbody tr th td pre code em strong b i a figure figcaption img br "
    "sub sup dl dt dd hr".split()
)
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}}
_LISTS = ("ul", "ol")
_INLINE = frozenset("a em strong b i code sub sup br".split())
_MAX_FIGURES = 40


def render(page: Page, passages: list[Passage]) -> str:
    """Sanitised HTML of the body's passages, figures with their captions kept where they stand among them."""
    import nh3

    parts: list[str] = []
    open_list: HtmlElement | None = None
    for passage in passages:
        around = _list_of(passage) if passage.tag == "li" else None
        if around is not open_list:
            parts.append(f"</{open_list.tag}>" if open_list is not None else "")
            parts.append(f"<{around.tag}>" if around is not None else "")
            open_list = around
        parts.append(_one(page, passage))
    parts.append(f"</{open_list.tag}>" if open_list is not None else "")
    markup = "".join(parts)
    return nh3.clean(
        markup, tags=set(_TAGS), attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel="noopener noreferrer"
    )


def _list_of(passage: Passage) -> HtmlElement | None:
    node = passage.node
    while node is not None and node.tag not in _LISTS:
        node = node.getparent()
    return node


def _one(page: Page, passage: Passage) -> str:
    tag = {"h1": "h2", "div": "p", "td": "p", "th": "p", "dt": "p", "dd": "p"}.get(passage.tag, passage.tag)
    if tag not in _TAGS:
        tag = "p"
    inner = escape(passage.text) if passage.lines > 2 or passage.tag == "pre" else _inline(page, passage)
    return f"<{tag}>{inner}</{tag}>"


def _inline(page: Page, passage: Passage) -> str:
    """The passage with its links and emphasis, if its element holds nothing but the passage; else its plain text."""
    node = passage.node
    if any(
        isinstance(child.tag, str)
        and child.tag not in _INLINE | {"span", "font", "time", "u", "s", "small", "mark", "cite", "q", "abbr", "wbr"}
        for child in node.iterdescendants()
    ):
        return escape(passage.text)
    parts: list[str] = []
    _write(page, node, parts)
    return "".join(parts)


def _write(page: Page, node: HtmlElement, parts: list[str]) -> None:
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
