"""A captured page as a document that does nothing: no script runs in it, and it asks nothing of anybody.

The policy under which it is served (`headers.REPLAY_POLICY`) stops scripts, and whatever a page would load. What a
browser does in spite of such a policy is not in the document at all: it looks up, and connects to, hosts that a page
merely names (`dns-prefetch`, `preconnect`), obeys `<meta>` (refresh, referrer, charset) and follows links.

So the page is written anew from its tree, with the elements and attributes named here and no others. Every `<` of the
document is one that this module wrote, and no element is among them whose content a browser reads otherwise than as
text and tags, but for `<style>`, in which no `<` is left. So there is nothing in which a browser and the parser used
here could see different things, and no charset by which other bytes become tags: it is served as UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml.etree import _Element
from markupsafe import escape

from miacrawl.page import Page, attributes_of

MAX_CHARACTERS = 8_000_000
"""Of what is no page: what would come behind them is left out. A page is bounded when it is parsed."""
MAX_LINKS = 2_000
"""Of a page that are worked out, where they are given as paths; what comes behind them is shown as it stands."""
_ELEMENTS = frozenset(
    "a abbr acronym address article aside b bdi bdo big blockquote body br button caption center cite code col "
    "colgroup data dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 "
    "h5 h6 header hgroup hr html i img input ins kbd label legend li main mark menu meter nav ol optgroup option "
    "output p picture pre progress q rp rt ruby s samp search section select small span strike strong sub summary sup "
    "table tbody td textarea tfoot th thead time tr tt u ul var wbr".split()
)
_VOID = frozenset("br col hr img input wbr".split())
_SPECIAL = re.compile(r"[<>&\"']")
_NAME = re.compile(r"[a-z0-9_-]{1,100}")
_CUSTOM = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")
_UNSEEN = frozenset(
    "applet audio base canvas embed head iframe link meta noembed noframes object param plaintext script source "
    "style svg template title track video xmp".split()
)
"""Elements that vanish with what is in them; of others that are not in `_ELEMENTS` the content stays."""
_ATTRIBUTES = frozenset(
    "abbr align alt bgcolor border cellpadding cellspacing checked class clear color cols colspan datetime dir face "
    "for headers height hidden high id label lang low max min multiple nowrap open optimum placeholder readonly "
    "reversed role rows rowspan scope selected size span start style title valign value width wrap".split()
)
_ANY_OF = ("aria-", "data-")
"""Stylesheets choose by them; without scripts they do nothing."""
_TYPES = {
    "input": frozenset("button checkbox color date email hidden number radio range reset search submit tel".split()),
    "button": frozenset({"button"}),
    "ol": frozenset({"1", "a", "A", "i", "I"}),
    "ul": frozenset({"disc", "circle", "square"}),
    "li": frozenset({"1", "a", "A", "i", "I", "disc", "circle", "square"}),
}
_CONTROLS = frozenset("button fieldset input optgroup option select textarea".split())
_PICTURES = tuple(f"data:image/{kind}" for kind in ("gif", "png", "jpeg", "webp", "avif", "svg+xml"))
_LOOK = (
    ":where(a:not([href]))[title]{color:#0645ad;text-decoration:underline;cursor:help}"
    ":where(img:not([src])){outline:1px dotted #999;color:#555}"
)
"""Of links that lead nowhere any more, and of pictures that are not here; rules of the page's own go before it."""


def replayed(page: Page, title: str) -> str:
    """`page` as a whole document, whose title is `title`."""
    return "".join(_Replay(page).document(title))


def shown_text(text: str, title: str) -> str:
    """Something that is no page (a feed, JSON, …), as a document that shows it as text."""
    look = "pre{white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.5 monospace;margin:12px}"
    shown = escape(text[:MAX_CHARACTERS].replace("\0", "\ufffd"))
    return f"<!doctype html><html>{_opening(title, look)}</head><body><pre>\n{shown}</pre></body></html>"


def _opening(title: str, look: str) -> str:
    return f'<head><meta charset="utf-8"><title>{escape(title)}</title><style>{look}</style>'


class _Replay:
    """A page being written. `links`: how many more are worked out; `origin`: what paths from the root begin with."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.links = MAX_LINKS
        self.origin = (page.absolute("/") or "").rstrip("/")
        self.parts: list[str] = []

    def document(self, title: str) -> list[str]:
        """The document in its parts."""
        root = self.page.root
        parts = self.parts
        parts.append("<!doctype html>" if "<!doctype html" in self.page.text[:1_000].lower() else "")
        parts.append(f"<html{self._attributes(root, 'html')}>{_opening(title, _LOOK)}")
        head, body = root.find("head"), root.find("body")
        parts += [_style(style) for style in head.iter("style")] if head is not None else []
        parts.append("</head>")
        if body is not None:
            self._write(body)
        parts.append("</html>")
        return parts

    def _write(self, element: _Element) -> None:
        """Write an element and all that is in it. libxml2 bounds the depth of a tree to 256."""
        tag = element.tag
        if tag == "style":
            self.parts.append(_style(element))
        if tag in _UNSEEN or not isinstance(tag, str):
            return
        parts = self.parts
        known = tag in _ELEMENTS or _is_custom(tag)
        if known:
            attributes = self._attributes(element, tag)
            parts.append(f"<{tag}{attributes}>")
        text = element.text
        if text:
            parts.append(_escaped(text))
        for child in element:
            self._write(child)
            text = child.tail
            if text:
                parts.append(_escaped(text))
        if known and tag not in _VOID:
            parts.append(f"</{tag}>")

    def _attributes(self, element: _Element, tag: str) -> str:
        given = attributes_of(element)
        if not given:
            return " disabled" if tag in _CONTROLS else ""
        found: list[str] = []
        for name, value in given.items():
            if name in _ATTRIBUTES or (name.startswith(_ANY_OF) and _NAME.fullmatch(name)):
                if name != "title" or tag != "a":
                    found.append(f' {name}="{_escaped(value)}"')
            elif name == "type" and value in _TYPES.get(tag, ()):
                found.append(f' type="{value}"')
            elif name == "src" and tag == "img" and value.lstrip().lower().startswith(_PICTURES):
                found.append(f' src="{_escaped(value)}"')
        if tag == "a":
            found.append(self._link(given))
        elif tag in _CONTROLS:
            found.append(" disabled")
        return "".join(found)

    def _link(self, given: Mapping[str, str]) -> str:
        """A link within the page; any other says where it led, and leads nowhere."""
        href, title = given.get("href", "").strip(), given.get("title", "")
        told = [title] if title else []
        if href.startswith("#"):
            return f' href="{_escaped(href)}"' + (f' title="{_escaped(title)}"' if title else "")
        if href:
            told.append(f"Led to {self._led_to(href)[:500]}")
        return f' title="{_escaped(" · ".join(told))}"' if told else ""

    def _led_to(self, href: str) -> str:
        if href.startswith(("https://", "http://")):
            return href
        if href.startswith("/") and not href.startswith("//") and self.origin:
            return self.origin + href
        self.links -= 1
        return (self.page.absolute(href) if self.links > 0 else None) or href


def _escaped(text: str) -> str:
    """Text and values of attributes, in double quotes, as HTML has them: no `<`, `>` or quotation mark is left."""
    return str(escape(text)) if _SPECIAL.search(text) else text


def _style(element: _Element) -> str:
    """Rules as they stand; a `<` in them, which only strings can hold, is written in CSS's own way."""
    media = f' media="{_escaped(element.get("media", ""))}"' if element.get("media") else ""
    rules = "".join(map(str, element.itertext())).replace("\0", "").replace("<", r"\3c ")
    return f"<style{media}>{rules}</style>"


def _is_custom(tag: str) -> bool:
    """Whether it is an element that a page's own script would define; the language's own with a hyphen are drawings."""
    return bool(_CUSTOM.fullmatch(tag)) and not tag.startswith(("annotation-", "font-", "color-", "missing-"))
