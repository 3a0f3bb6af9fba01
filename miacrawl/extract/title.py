"""The headline as shown, without overline and without the site's name."""

from __future__ import annotations

import html
import re

from lxml.etree import _Element

from miacrawl.extract.headline import SEPARATOR, document_title, headline_node, words
from miacrawl.extract.marks import hides
from miacrawl.extract.site_name import site_words
from miacrawl.page import Page, attributes_of, text_of
from miacrawl.strategy import Strategy, json_ld

_OTHER_PART = re.compile(
    r"(?<![a-z])(?:kicker|over-?line|eyebrow|pre-?title|super-?title|top-?line|top-?title|dachzeile|rubrik|rubric|"
    r"label|badge|category|tag|flag|icon|vignette|antetitulo|sub-?title|sub-?head(?:line|ing)?|"
    r"comments?|share|read-?time|date|byline|author|anchor|permalink|headerlink)(?![a-z])",
    re.I,
)
_PERMALINK = frozenset(("#", "¶", "§", "🔗", ""))
_EDGE = " \t-–—|·•»«:/\\"


def _shown(page: Page) -> str | None:
    """Text of the headline's element, without the parts that are elements of their own: overline, badge, permalink."""
    node = headline_node(page)
    if node is None:
        return None
    whole = text_of(node)
    text = whole
    for child in list(node.iter())[1:60]:
        part = text_of(child) if _is_other_part(child) else ""
        if part and text.startswith(part):
            text = text[len(part) :].lstrip(" :|–—-")
        elif part and text.endswith(part):
            text = text[: -len(part)].rstrip()
    return without_site(page, html.unescape(text or whole))


def _is_other_part(child: _Element) -> bool:
    if child.tag in ("small", "time", "button") or hides(child):
        return True
    if child.tag == "a" and text_of(child) in _PERMALINK:
        return True
    named = " ".join(value for key, value in attributes_of(child).items() if key == "class" or key.startswith("data-"))
    return bool(named and _OTHER_PART.search(named[:300])) or _is_overline(child)


def _is_overline(child: _Element) -> bool:
    """Whether an element opens its headline, ends with a colon, and the rest stands in an element of its own."""
    above, after = child.getparent(), child.getnext()
    if above is None or after is None or (above.text or "").strip() or (child.tail or "").strip():
        return False
    return child.getprevious() is None and text_of(child).endswith(":") and bool(text_of(after))


def without_site(page: Page, text: str) -> str:
    """`text` without the name of its site at either end: "Headline - Site", "Site | Headline"."""
    for _ in range(3):
        breaks = list(SEPARATOR.finditer(text))
        if not breaks:
            break
        head, tail = text[: breaks[0].start()], text[breaks[-1].end() :]
        if _is_site(page, tail):
            text = text[: breaks[-1].start()].rstrip(_EDGE)
        elif _is_site(page, head):
            text = text[breaks[0].end() :].lstrip(_EDGE)
        else:
            break
    return text


def _is_site(page: Page, text: str) -> bool:
    mine = "".join(words(text))
    return bool(mine) and any(mine == name or (len(mine) > 4 and mine in name) for name in page.once(site_words))


def _from_meta(name: str) -> Strategy[str]:
    def read(page: Page) -> str | None:
        text = page.meta_first(name)
        return without_site(page, text) if text else None

    return Strategy(f"meta:{name}", read)


def _from_document(page: Page) -> str | None:
    text = document_title(page)
    return without_site(page, text) if text else None


TITLE: tuple[Strategy[str], ...] = (
    Strategy("visible:headline", _shown),
    json_ld("headline"),
    _from_meta("og:title"),
    _from_meta("twitter:title"),
    _from_meta("dc.title"),
    Strategy("title", _from_document),
)
"""Sources of the title: what the page shows, then what its metadata says."""
