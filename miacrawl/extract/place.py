"""Where on the page an element stands: in navigation, footer, sidebar, a related block, comments, or out of sight."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.etree import _Element

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
_HIDDEN_NAMES = frozenset(
    "hidden is-hidden u-hidden d-none sr-only visually-hidden visuallyhidden screen-reader screen-reader-text "
    "screen-reader-only element-invisible a11y-hidden assistive-text".split()
)
_SHOWN_NAME = re.compile(r"(?:sm|md|lg|xl|2xl|d-(?:sm|md|lg|xl))[:-](?:block|flex|grid|inline[\w-]*|table)")
_ROOM = frozenset(("body", "html", "main", "article"))


def places_of(node: _Element) -> set[str]:
    """Kinds of place that `node` or an element above it is named as: nav, footer, aside, banner, related, comment."""
    found: set[str] = set()
    above: _Element | None = node
    while above is not None and above.tag not in ("body", "html"):
        found |= own_places(above)
        above = above.getparent()
    return found


def own_places(node: _Element) -> frozenset[str]:
    """Kinds of place that `node` itself is named as."""
    attributes = node.attrib
    named = ""
    role = None
    if attributes:
        role = attributes.get("role")
        if node.tag not in _ROOM:
            named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return _places(node.tag, role, named[:500])


@lru_cache(maxsize=8_192)
def _places(tag: str, role: str | None, named: str) -> frozenset[str]:
    """Cached: a page's elements share few names, and so do the pages of a site."""
    found = {match.lastgroup for match in _NAMES.finditer(named) if match.lastgroup} if len(named) > 1 else set()
    found |= {place for place in (_TAG_PLACE.get(tag), _ROLE_PLACE.get(role or "")) if place}
    return frozenset(found)


def hides_by_style(style: str) -> bool:
    """Whether an inline style keeps its element out of sight."""
    return ("none" in style or "hidden" in style) and bool(_HIDDEN_STYLE.search(style))


def named_hidden(names: list[str]) -> bool:
    """Whether an element's names keep it out of sight, on narrow and wide screens alike."""
    return not _HIDDEN_NAMES.isdisjoint(names) and not any(map(_SHOWN_NAME.fullmatch, names))
