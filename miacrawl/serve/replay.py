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
from collections.abc import Iterator

from lxml.etree import _Element
from markupsafe import escape

from miacrawl.page import Page

MAX_CHARACTERS = 16_000_000
"""Of the document: what would come behind them is left out."""
MAX_LINKS = 2_000
"""Of a page that are told where they led in full; others as they stand."""
_ELEMENTS = frozenset(
    "a abbr acronym address article aside b bdi bdo big blockquote body br button caption center cite code col "
    "colgroup data dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 "
    "h5 h6 header hgroup hr html i img input ins kbd label legend li main mark menu meter nav ol optgroup option "
    "output p picture pre progress q rp rt ruby s samp search section select small span strike strong sub summary sup "
    "table tbody td textarea tfoot th thead time tr tt u ul var wbr".split()
)
_VOID = frozenset("br col hr img input wbr".split())
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
    """A page being written. `links`: how many more are told where they led."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.links = MAX_LINKS

    def document(self, title: str) -> Iterator[str]:
        root = self.page.root
        yield "<!doctype html>" if "<!doctype html" in self.page.text[:1_000].lower() else ""
        yield f"<html{self._attributes(root, 'html')}>{_opening(title, _LOOK)}"
        head, body = root.find("head"), root.find("body")
        for style in head.iter("style") if head is not None else ():
            yield _style(style)
        yield "</head>"
        left = MAX_CHARACTERS
        for part in self._written(body) if body is not None else ():
            left -= len(part)
            if left < 0:
                break
            yield part
        yield "</html>"

    def _written(self, element: _Element) -> Iterator[str]:
        """An element and all that is in it. libxml2 bounds the depth of a tree to 256."""
        tag = element.tag
        if tag == "style":
            yield _style(element)
        if not isinstance(tag, str) or tag in _UNSEEN:
            return
        known = tag in _ELEMENTS or _is_custom(tag)
        if known:
            yield f"<{tag}{self._attributes(element, tag)}>"
        if element.text:
            yield str(escape(element.text))
        for child in element:
            yield from self._written(child)
            if child.tail:
                yield str(escape(child.tail))
        if known and tag not in _VOID:
            yield f"</{tag}>"

    def _attributes(self, element: _Element, tag: str) -> str:
        found: list[str] = []
        given = element.attrib
        for name, value in given.items():
            if name == "href" and tag == "a":
                found.append(self._link(value.strip(), given.get("title", "")))
            elif name == "title" and tag == "a" and "href" in given:
                continue  # it is a part of what says where the link led
            elif name in _ATTRIBUTES or (name.startswith(_ANY_OF) and _NAME.fullmatch(name)):
                found.append(f' {name}="{escape(value)}"')
            elif name == "type" and value in _TYPES.get(tag, ()):
                found.append(f' type="{value}"')
            elif name == "src" and tag == "img" and value.lstrip().lower().startswith(_PICTURES):
                found.append(f' src="{escape(value)}"')
        if tag in _CONTROLS:
            found.append(" disabled")
        return "".join(found)

    def _link(self, href: str, title: str) -> str:
        """A link within the page; any other says where it led, and leads nowhere."""
        said = f"{title} · " if title else ""
        if href.startswith("#"):
            return f' href="{escape(href)}"' + (f' title="{escape(title)}"' if title else "")
        self.links -= 1
        address = (self.page.absolute(href) if self.links > 0 else None) or href
        return f' title="{escape(said)}Led to {escape(address[:500])}"'


def _style(element: _Element) -> str:
    """Rules as they stand; a `<` in them, which only strings can hold, is written in CSS's own way."""
    media = f' media="{escape(element.get("media"))}"' if element.get("media") else ""
    rules = "".join(map(str, element.itertext())).replace("\0", "").replace("<", r"\3c ")
    return f"<style{media}>{rules}</style>"


def _is_custom(tag: str) -> bool:
    """Whether it is an element that a page's own script would define; the language's own with a hyphen are drawings."""
    return bool(_CUSTOM.fullmatch(tag)) and not tag.startswith(("annotation-", "font-", "color-", "missing-"))
