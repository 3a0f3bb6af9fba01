"""Who wrote the article: the names of its byline, in order.

The visible byline is what readers are told; metadata confirms it, completes it or, where none is shown, stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from miacrawl.extract.headline import words
from miacrawl.extract.person import is_generic, names_in
from miacrawl.extract.site_name import site_words
from miacrawl.extract.surroundings import Block, names_of, surroundings
from miacrawl.page import Json, Page, ld_text, ld_types, text_of
from miacrawl.strategy import Strategy

Names = tuple[str, ...]

_AUTHOR_PATH = re.compile(
    r"/(?:authors?|autor(?:en|es|e|i|a|zy)?|auteurs?|autore|writers?|contributors?|profiles?|people|person|team|staff|"
    r"journalists?|journaliste|reporters?|columnists?|by|byline|bylines|user|users|members?|redakt\w*|skribent\w*|"
    r"forfatter\w*|yazar\w*|muhabir\w*|penulis|reporter|experts?|editors?|about-us/[\w-]+|opinionistas?|firmas?|signature|"
    r"temoignages|kirjoittaja|author_?\w*|@[\w.-]+|creators?)(?:[/.?=_-]|$)|[?&]author=",
    re.I,
)
_NAME_CLASS = re.compile(
    r"(?<![a-z])(?:author[-_]{0,2}(?:name|title|link)|by-?line[-_]{0,2}(?:name|author|link)|contributor[-_]{0,2}name|"
    r"writer[-_]{0,2}name|name[-_]{0,2}author|authors?[-_]{0,2}item[-_]{0,2}name|url fn|fn|authorname|nombre-autor|"
    r"autor[-_]{0,2}name|p-author|reporter[-_]{0,2}name|bylinename|author-url)(?![a-z])",
    re.I,
)
_BYLINE_CLASS = re.compile(
    r"(?<![a-z])(?:by-?line\w*|authors?|author[-_]?(?:by|info|line|box|list|wrapper|meta|block)\w*|auteurs?|autor(?:es|en|e|a|i)?|"
    r"writers?|written-?by|contrib-?byline\w*|contributors?|journalist\w*|reporter|signature|firma|post-?author\w*|entry-?author\w*|"
    r"article-?author\w*|meta-?author\w*|article-?byline\w*|vcard|creator|yazar\w*|penulis|skribent|forfatter|postedby|posted-by|poster)(?![a-z])"
    r"|(?:[a-z])(?:Byline|Author|Authors|AuthorName)(?![a-z])",
)
_NOT_CLASS = re.compile(
    r"(?<![a-z])(?:bio|biography|description|desc|role|job-?title|jobtitle|position|date|time|avatar|reviewer|reviewed|"
    r"editor|photographer|photo|translator|social|follow|comment\w*|caption|credit|factcheck\w*|fact-?check\w*|read-?time)(?![a-z])",
    re.I,
)
_BY = re.compile(
    r"^\W*(?:by|von|par|por|di|af|av|door|oleh|от|przez|text|words by|written by|posted by|автор)[\s:]+(?=[^\W\d_])",
    re.I,
)
_META = (
    "parsely-author", "sailthru.author", "author", "article:author", "dc.creator", "dcterms.creator", "dc.author",
    "byl", "byline", "og:article:author", "og:author", "articleauthor", "cxenseparse:author", "citation_author",
    "article.author", "authors", "creator", "twitter:creator",
)  # fmt: skip


def _near(page: Page) -> Iterator[Block]:
    """Blocks where a byline would be: after the headline up to the text, then just before it."""
    around = surroundings(page)
    for block in around.top:
        if "related" not in block.places and not (block.is_paragraph and len(block.text) > 300):
            yield block
    for block in around.before[:8]:
        if not block.places & {"related", "nav", "footer"}:
            yield block


def _elements(page: Page) -> Iterator[tuple[HtmlElement, Block]]:
    """The elements of those blocks, each once, innermost first, with their block."""
    seen: set[HtmlElement] = set()
    for block in _near(page):
        for node in (*block.inner, *block.above[:3]):
            if node not in seen:
                seen.add(node)
                yield node, block


def _author_link(page: Page) -> Names | None:
    """Links to an author's page, told by rel=author or by their address."""
    found: list[str] = []
    home: HtmlElement | None = None
    for node, block in _elements(page):
        if node.tag != "a" or _NOT_CLASS.search(names_of(node)) or _is_other_role(block, node):
            continue
        rel = "author" in (node.get("rel") or "").split()
        if rel or _AUTHOR_PATH.search(node.get("href") or ""):
            if home is not None and not _same_line(home, node):
                break
            text = text_of(node)
            names = names_in(text, single=rel) if len(text) < 120 else ()
            if names:
                home = home if home is not None else node
                found.extend(name for name in names if name not in found)
    return tuple(found) or None


def _same_line(one: HtmlElement, other: HtmlElement) -> bool:
    """Whether two links stand in one byline: an element near above the first holds the second."""
    top = one
    for _ in range(5):
        above = top.getparent()
        if above is None or above.tag in ("body", "article", "main") or len(above.text_content()) > 1500:
            break
        top = above
    return top in other.iterancestors()


def _is_other_role(block: Block, node: HtmlElement) -> bool:
    """Whether the words before a name make its bearer a reviewer, photographer or translator."""
    text, name = block.spaced, text_of(node)
    before = text[: text.find(name)] if name and name in text else ""
    return bool(_OTHER.search(before[-40:]))


_OTHER = re.compile(
    r"review|geprüft|translat|übersetz|traduc|photo|foto|edited|illustrat|fact|updated by|verified", re.I
)


def _named_element(page: Page) -> Names | None:
    """Elements whose class or itemprop says that they hold an author's name."""
    found: list[str] = []
    for node, block in _elements(page):
        named = names_of(node)
        if not named or _NOT_CLASS.search(named):
            continue
        prop = "author" in (node.get("itemprop") or "").split() or (
            "name" in (node.get("itemprop") or "").split() and "author" in (_itemprop_above(node) or "")
        )
        if (prop or _NAME_CLASS.search(named)) and not _is_other_role(block, node):
            text = text_of(node)
            names = names_in(text, single=True) if len(text) <= 120 else ()
            found.extend(name for name in names if name not in found)
        if len(found) > 8:
            break
    return tuple(found) or None


def _itemprop_above(node: HtmlElement) -> str | None:
    above = node.getparent()
    for _ in range(3):
        if above is None:
            return None
        prop: str | None = above.get("itemprop")
        if prop:
            return prop
        above = above.getparent()
    return None


def _byline_element(page: Page) -> Names | None:
    """Lines whose class says that they are the byline."""
    for node, _ in _elements(page):
        named = names_of(node)
        if named and _BYLINE_CLASS.search(named) and not _NOT_CLASS.search(named):
            text = text_of(node)
            names = names_in(text, single=bool(_BY.match(text))) if 2 < len(text) <= 200 else ()
            if names:
                return names
    return None


def _by_words(page: Page) -> Names | None:
    """A short line that begins with "By", "Von", "Par" … and a name."""
    for block in _near(page):
        for text in (block.text, block.spaced):
            match = _BY.search(text) if len(text) <= 160 else None
            names = names_in(text) if match else ()
            if names and not (block.is_sentence and len(text) > 60):
                return names
    return None


def _persons(page: Page) -> Names:
    """Names that the JSON-LD gives as author: people, and organisations left out."""
    known = {node["@id"]: node for node in page.json_ld if isinstance(node.get("@id"), str) and node.get("name")}
    return _ld_names(page.article_ld.get("author"), known) or _ld_names(page.article_ld.get("creator"), known)


def _ld_names(value: Any, known: dict[str, Json]) -> Names:
    found: list[str] = []
    for item in (value if isinstance(value, list) else [value])[:20]:
        node = item
        if isinstance(node, dict) and not node.get("name"):
            node = known.get(str(node.get("@id")), node)
        if isinstance(node, dict) and "Organization" in "".join(ld_types(node)):
            continue
        text = ld_text(node.get("name")) if isinstance(node, dict) else ld_text(node)
        found.extend(name for name in names_in(text or "", single=True) if name not in found)
    return tuple(found)


def _json_ld(page: Page) -> Names | None:
    return _real(page, _persons(page)) or None


def _real(page: Page, names: Names, *, full: bool = False) -> Names:
    """Without accounts, roles and the site's own name; with `full`, without single words too."""
    site = page.once(site_words)
    return tuple(
        name
        for name in names
        if not is_generic(name) and "".join(words(name)) not in site and not (full and _is_short(name))
    )


def _is_short(name: str) -> bool:
    return name.isascii() and " " not in name


def _from_meta(name: str) -> Strategy[Names]:
    def read(page: Page) -> Names | None:
        found: list[str] = []
        for content in page.meta.get(name, ()):
            if ("/" in content and "://" in content) or content.startswith("@"):
                continue
            text = content.partition(" / ")[0]
            if name.startswith(("dc", "citation")) and text.count(",") == 1:
                last, first = text.split(",")
                text = f"{first.strip()} {last.strip()}"
            found.extend(one for one in names_in(text, single=True) if one not in found)
        return _real(page, tuple(found), full=True) or None

    return Strategy(f"meta:{name}", read)


def _microdata(page: Page) -> Names | None:
    """An author's name that microdata or a link of class author gives anywhere in the page."""
    for node in page.root.iter("meta", "span", "a", "div"):
        if "author" in (node.get("itemprop") or "").split():
            inner = next((one for one in node.iter("meta", "span", "a") if one.get("itemprop") == "name"), node)
            names = names_in(inner.get("content") or text_of(inner), single=True)
            if names:
                return names
    return None


VISIBLE: tuple[Strategy[Names], ...] = (
    Strategy("visible:author-link", _author_link),
    Strategy("visible:author-name", _named_element),
    Strategy("visible:byline", _byline_element),
    Strategy("heuristic:by-words", _by_words),
)
DATA: tuple[Strategy[Names], ...] = (
    Strategy("json-ld:author", lambda page: _real(page, _persons(page), full=True) or None),
    *(_from_meta(name) for name in _META),
    Strategy("microdata:author", _microdata),
)


def _confirmed(page: Page) -> Names | None:
    """People whom the JSON-LD names and whose names are shown by the headline."""
    shown = [block.spaced.casefold() for block in _near(page) if len(block.text) < 300]
    names = [name for name in _real(page, _persons(page)) if " " in name or not name.isascii()]
    seen = tuple(name for name in names if any(name.casefold() in text for text in shown))
    return seen if seen and len(seen) == len(names) else None


AUTHORS: tuple[Strategy[Names], ...] = (Strategy("json-ld:author", _confirmed), *VISIBLE, *DATA)
"""Sources of the authors: names that data and page agree on, the visible byline, metadata alone."""
