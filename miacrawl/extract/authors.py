"""Who wrote the article: the names of its byline, in order.

The visible byline is what readers are told; metadata confirms it, completes it or, where none is shown, stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml.etree import _Element

from miacrawl.extract.dates import find_date
from miacrawl.extract.headline import words
from miacrawl.extract.line import Line, names_of
from miacrawl.extract.names import NamePattern
from miacrawl.extract.person import is_generic, is_name, names_in
from miacrawl.extract.place import places_of
from miacrawl.extract.site_name import site_words
from miacrawl.extract.surroundings import surroundings
from miacrawl.page import Json, Page, all_text, ld_text, ld_types, text_of
from miacrawl.strategy import Strategy

Names = tuple[str, ...]

_CAPTION = NamePattern(r"caption|credit|licen[sc]e")

_AUTHOR_PATH = re.compile(
    r"/(?:authors?|autor(?:en|es|e|i|a|zy)?|auteurs?|autore|writers?|contributors?|profiles?|people|person|team|staff|"
    r"journalists?|journaliste|reporters?|columnists?|by|byline|bylines|user|users|members?|redakt\w*|skribent\w*|"
    r"forfatter\w*|yazar\w*|muhabir\w*|penulis|reporter|experts?|editors?|about-us/[\w-]+|opinionistas?|firmas?|signature|"
    r"temoignages|kirjoittaja|author_?\w*|@[\w.-]+|creators?)(?:[/.?=_-]|$)|[?&]author=",
    re.I,
)
_NAME_CLASS = NamePattern(
    r"(?<![a-z])(?:author[-_\w]{0,20}name|author[-_]{0,2}(?:title|link)|full-?name|by-?line[-_]{0,2}(?:name|author|link)|contributor[-_]{0,2}name|"
    r"writer[-_]{0,2}name|name[-_]{0,2}author|authors?[-_]{0,2}item[-_]{0,2}name|url fn|fn|authorname|nombre-autor|"
    r"autor[-_]{0,2}name|p-author|(?<![\w-])name(?![\w-])|reporter[-_]{0,2}name|bylinename|author-url)(?![a-z])"
)
_BYLINE_CLASS = NamePattern(
    r"(?<![a-z])(?:by-?line\w*|authors?|author[-_]?(?:by|info|line|box|list|wrapper|meta|block)\w*|auteurs?|autor(?:es|en|e|a|i)?|"
    r"writers?|written-?by|contrib-?byline\w*|contributors?|journalist\w*|reporter|signature|firma|post-?author\w*|entry-?author\w*|"
    r"article-?author\w*|meta-?author\w*|article-?byline\w*|vcard|creator|yazar\w*|penulis|skribent|forfatter|postedby|posted-by|poster)(?![a-z])"
    r"|(?:[a-z])(?:Byline|Author|Authors|AuthorName)(?![a-z])",
    re.NOFLAG,
)
_NOT_CLASS = NamePattern(
    r"(?<![a-z])(?:bio|biography|description|desc|role|job-?title|jobtitle|position|date|time|avatar|reviewer|reviewed|"
    r"editor|photographer|photo|translator|social|follow|comment\w*|caption|credit|factcheck\w*|fact-?check\w*|read-?time|licen[sc]e\w*|testimonial\w*)(?![a-z])"
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


def _near(page: Page) -> tuple[Line, ...]:
    return page.once(_find_near)


def _find_near(page: Page) -> tuple[Line, ...]:
    return tuple(_blocks_near(page))


def _blocks_near(page: Page) -> Iterator[Line]:
    """Blocks where a byline would be: after the headline up to the text, then just before it."""
    around = surroundings(page)
    for block in around.top:
        if "related" in block.places or (block.is_paragraph and len(block.text) > 300) or block.named(_CAPTION):
            continue
        if not any(node.tag in ("figure", "figcaption") for node in block.above):
            yield block
    for block in around.before[:8]:
        if not block.places & {"related", "nav", "footer"}:
            yield block


_MAX_LINE = 2_000
_MAX_META = 50
_MAX_INNER = 200
"""A block with more text or more inline elements than a byline has is not read to its end."""


def _elements(page: Page) -> Iterator[tuple[_Element, str]]:
    """The elements of those blocks, each once, innermost first, with the words that lead up to each."""
    seen: set[_Element] = set()
    before = ""
    for block in _near(page):
        line = f"{before} {block.spaced[:_MAX_LINE]}"
        for node in (*block.inner[:_MAX_INNER], *block.above[:3]):
            if node not in seen:
                seen.add(node)
                yield node, line
        before = block.spaced[-60:]


def _author_link(page: Page) -> Names | None:
    """Links to an author's page, told by rel=author or by their address."""
    found: list[str] = []
    home: _Element | None = None
    for node, line in _elements(page):
        if node.tag != "a" or _NOT_CLASS.matches(names_of(node)) or _is_other_role(line, node):
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


def _same_line(one: _Element, other: _Element) -> bool:
    """Whether two links stand in one byline: an element near above the first holds the second."""
    top = one
    for _ in range(5):
        above = top.getparent()
        if above is None or above.tag in ("body", "article", "main") or len(all_text(above)) > 1500:
            break
        top = above
    return top in other.iterancestors()


def _is_other_role(line: str, node: _Element) -> bool:
    """Whether the words before a name make its bearer a reviewer, photographer or translator."""
    name = text_of(node)
    before = line[: line.find(name)] if name and name in line else ""
    return bool(_OTHER.search(before[-40:]))


_OTHER = re.compile(
    r"review|geprüft|translat|übersetz|traduc|photo|foto|edited|illustrat|fact|updated by|verified", re.I
)


def _named_element(page: Page) -> Names | None:
    """Elements whose class or itemprop says that they hold an author's name."""
    found: list[str] = []
    for node, line in _elements(page):
        named = names_of(node)
        if not named or (_NOT_CLASS.matches(named) and not _NAME_CLASS.matches(node.get("class") or "")):
            continue
        prop = "author" in (node.get("itemprop") or "").split() or (
            "name" in (node.get("itemprop") or "").split() and "author" in (_itemprop_above(node) or "")
        )
        if (prop or _NAME_CLASS.matches(named)) and not _is_other_role(line, node):
            text = text_of(node)
            names = names_in(text, single=True) if len(text) <= 120 else ()
            found.extend(name for name in names if name not in found)
        if len(found) > 8:
            break
    return tuple(found) or None


def _itemprop_above(node: _Element) -> str | None:
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
    for block in _near(page):
        for node in (*block.inner, *block.above[:3]):
            named = names_of(node)
            if named and _BYLINE_CLASS.matches(named) and not _NOT_CLASS.matches(named):
                for text in (text_of(node), block.spaced):
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


_BY_INSIDE = re.compile(r"(?:^|[\s|•·])(?:by|von|par|por|di|av|af|door|oleh)\s+(?=[A-ZÀ-Þ])")
_DATELINE_GAP = re.compile(r"\s*(?:[|•·●/\n]|\s[-–—]\s|,\s(?=[A-Z][a-z]+\s\d))\s*")


def _by_inside(page: Page) -> Names | None:
    """A byline inside the line of the date: "Published August 7, 2023 by Nicole Burke"."""
    for block in _near(page):
        match = _BY_INSIDE.search(block.spaced) if len(block.spaced) <= 120 and not block.is_sentence else None
        names = names_in(block.spaced[match.end() :]) if match else ()
        if names and any(char.isdigit() for char in block.spaced):
            return names
    return None


def _beside_date(page: Page) -> Names | None:
    """A piece of the date's line, or a line next to it, that is nothing but a name of two to four words."""
    near = [block for block in _near(page) if not block.is_paragraph][:12]
    dated = [bool(find_date(block.spaced)) and len(block.spaced) < 100 for block in near]
    for number, block in enumerate(near):
        if not any(dated[max(0, number - 1) : number + 2]) or any("category" in name for name in block.names):
            continue
        for piece in _DATELINE_GAP.split(block.spaced if dated[number] else block.text):
            if 2 <= len(piece.split()) <= 4 and is_name(piece) and not _is_topic(page, piece) and piece.istitle():
                return (piece,)
    return None


def _is_topic(page: Page, text: str) -> bool:
    """Whether the page's metadata or addresses use `text` as a section or keyword, or the site is called so."""
    known = " ".join(
        content
        for name in ("article:section", "article:tag", "keywords", "news_keywords", "og:site_name", "og:title")
        for content in page.meta.get(name, ())
    )
    topic = page.article_ld_text("articleSection") or ""
    return text.casefold() in f"{known} {topic}".casefold() or "-".join(words(text)) in page.url.casefold()


def _elsewhere(page: Page) -> Names | None:
    """A short line anywhere in the page that is a byline: some show it below the text."""
    for node in page.root.iter("p", "div", "span", "em", "i"):
        text = (node.text or "").strip()
        if 0 < len(text) < 60 and _BY_ELSEWHERE.match(text):
            line = text_of(node)
            names = names_in(line) if len(line) < 80 and not places_of(node) & _NOT_PLACE else ()
            if names and " " in names[0]:
                return names
    return None


_BY_ELSEWHERE = re.compile(
    r"\s*(?:by|von|posted by|written by|text:|autor:|author:|escrito por|par|por|автор:)\s*(?:$|[^\W\d_])", re.I
)
_NOT_PLACE = frozenset(("nav", "related", "comment", "aside"))


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


def _real(page: Page, names: Names) -> Names:
    """Without accounts ("sara.peter"), roles and the site's own name."""
    site = page.once(site_words)
    return tuple(
        name
        for name in names
        if not is_generic(name) and "".join(words(name)) not in site and (" " in name or not name.islower())
    )


def _from_meta(name: str) -> Strategy[Names]:
    def read(page: Page) -> Names | None:
        found: list[str] = []
        for content in page.meta.get(name, ())[:_MAX_META]:
            if ("/" in content and "://" in content) or content.startswith("@"):
                continue
            text = content.partition(" / ")[0]
            if name.startswith(("dc", "citation")) and text.count(",") == 1:
                last, first = text.split(",")
                text = f"{first.strip()} {last.strip()}"
            found.extend(one for one in names_in(text, single=True) if one not in found)
        return _real(page, tuple(found)) or None

    return Strategy(f"meta:{name}", read)


def _from_labels(page: Page) -> Names | None:
    """Label and data pairs as Yoast writes them: twitter:label1 "Written by", data1 a name."""
    for number in range(1, 5):
        label, data = page.meta_first(f"twitter:label{number}"), page.meta_first(f"twitter:data{number}")
        if label and data and _WRITTEN.search(label):
            return _real(page, names_in(data, single=True)) or None
    return None


_WRITTEN = re.compile(
    r"written|verfasst|geschrieben|écrit|escrito|scritto|skrevet|skriven|auteur|autor|author|geschreven|napisa|автор|"
    r"yazan|penulis|由",
    re.I,
)


def _microdata(page: Page) -> Names | None:
    """An author's name that microdata or a link of class author gives anywhere in the page."""
    for node in page.root.iter("meta", "span", "a", "div"):
        if "author" in (node.get("itemprop") or "").split():
            inner = next((one for one in node.iter("meta", "span", "a") if one.get("itemprop") == "name"), node)
            names = names_in(inner.get("content") or text_of(inner), single=True)
            if names and _real(page, names):
                return _real(page, names)
    return None


VISIBLE: tuple[Strategy[Names], ...] = (
    Strategy("visible:author-link", _author_link),
    Strategy("visible:author-name", _named_element),
    Strategy("visible:byline", _byline_element),
    Strategy("heuristic:by-words", _by_words),
    Strategy("heuristic:by-inside", _by_inside),
)
DATA: tuple[Strategy[Names], ...] = (
    Strategy("json-ld:author", lambda page: _real(page, _persons(page)) or None),
    *(_from_meta(name) for name in _META),
    Strategy("meta:twitter:label", _from_labels),
    Strategy("microdata:author", _microdata),
)
GUESSES: tuple[Strategy[Names], ...] = (
    Strategy("heuristic:beside-date", _beside_date),
    Strategy("heuristic:elsewhere", _elsewhere),
)


def _confirmed(page: Page) -> Names | None:
    """People whom the JSON-LD names and whose names are shown by the headline."""
    shown = [block.spaced.casefold() for block in _near(page) if len(block.text) < 300]
    names = tuple(name for name in _persons(page) if not is_generic(name))
    if not any(" " in name or not name.isascii() for name in names):
        return None
    patterns = [re.compile(rf"(?<!\w){re.escape(name.casefold())}(?!\w)") for name in names]
    return names if all(any(pattern.search(text) for text in shown) for pattern in patterns) else None


AUTHORS: tuple[Strategy[Names], ...] = (Strategy("json-ld:author", _confirmed), *VISIBLE, *DATA, *GUESSES)
"""Sources of the authors: names that data and page agree on, the visible byline, metadata, a name beside the date."""
