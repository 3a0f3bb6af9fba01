"""Where on the page an element stands: in navigation, footer, sidebar, a related block, comments, or out of sight."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

_TAG_PLACE = {"nav": "nav", "footer": "footer", "aside": "aside"}
_ROLE_PLACE = {"navigation": "nav", "contentinfo": "footer", "complementary": "aside", "banner": "banner"}
_NAMES = re.compile(
    r"(?<![a-z])(?:"
    r"(?P<nav>breadcrumbs?|breadcrumb[-_]?\w*|navbar|nav|navigation|menu|submenu|mega-?menu|site-?header|masthead)"
    r"|(?P<footer>footer|site-?footer|colophon)"
    r"|(?P<aside>sidebar|widget|widget-area|rail|right-?col)"
    r"|(?P<related>related(?:[-_]\w*)?|recirc\w*|recommend\w*|read-?next|read-?more|more-on|outbrain|taboola|yarpp\w*|jp-relatedposts)"
    r"|(?P<comment>comments?|comment-?(?:list|area|body)|disqus\w*|respond)"
    r")(?![a-z])",
    re.I,
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:hidden|is-hidden|u-hidden|d-none|sr-only|visually-?hidden|screen-reader(?:-text|-only)?|"
    r"element-invisible|a11y-hidden|assistive-text)(?:\s|$)",
    re.I,
)
_SHOWN_CLASS = re.compile(
    r"(?:^|\s)(?:sm|md|lg|xl|2xl|d-(?:sm|md|lg|xl))[:-](?:block|flex|grid|inline[\w-]*|table)(?:\s|$)"
)
_ROOM = frozenset(("body", "html", "main", "article"))


def places_of(node: HtmlElement) -> set[str]:
    """Kinds of place that `node` or an element above it is named as: nav, footer, aside, banner, related, comment."""
    found: set[str] = set()
    while node is not None and node.tag not in ("body", "html"):
        found |= own_places(node)
        node = node.getparent()
    return found


def own_places(node: HtmlElement) -> frozenset[str]:
    """Kinds of place that `node` itself is named as."""
    attributes = node.attrib
    named = ""
    role = None
    if attributes:
        role = attributes.get("role")
        if node.tag not in _ROOM:
            named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return _places(node.tag, role, named[:500])


@lru_cache(maxsize=20_000)
def _places(tag: str, role: str | None, named: str) -> frozenset[str]:
    """Cached: a page's elements share few names, and so do the pages of a site."""
    found = {match.lastgroup for match in _NAMES.finditer(named) if match.lastgroup} if len(named) > 1 else set()
    found |= {place for place in (_TAG_PLACE.get(tag), _ROLE_PLACE.get(role or "")) if place}
    return frozenset(found)


def is_hidden(node: HtmlElement) -> bool:
    """Whether `node` or an element above it is kept out of sight by its own attributes."""
    while node is not None and node.tag != "body":
        if hides(node):
            return True
        node = node.getparent()
    return False


def hides(node: HtmlElement) -> bool:
    """Whether `node` itself is kept out of sight by an attribute, a style or a usual class name."""
    attributes = node.attrib
    if not attributes:
        return False
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        # React streams parts of a page in hidden elements called S:0, S:1 …, and its script moves them into place.
        return not (attributes.get("id") or "").startswith("S:")
    style = attributes.get("style")
    if style and _HIDDEN_STYLE.search(style):
        return True
    named = attributes.get("class")
    return bool(named) and _named_hidden(named[:500])


@lru_cache(maxsize=20_000)
def _named_hidden(named: str) -> bool:
    return bool(_HIDDEN_CLASS.search(named)) and not _SHOWN_CLASS.search(named)
