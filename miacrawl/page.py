"""A `Page`: one HTML document, decoded and parsed once, with what every field asks of it."""

from __future__ import annotations

import html as html_lib
import json
import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Any, TypeVar, cast
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.etree import HTMLParser, _Element

from miacrawl.bounds import bounded, thin_out
from miacrawl.encoding import decode

Json = dict[str, Any]
T = TypeVar("T")

MAX_PAGE_BYTES = 8_000_000
"""What lies beyond is not read; the largest article pages have about a tenth of it."""
_MAX_LD_NODES = 5_000
_MAX_LD_DEPTH = 30
BLOCK_TAGS = frozenset(
    "address article aside blockquote br button dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 header hr li main nav ol option p pre section select summary table tbody td tfoot th thead tr ul".split()
)
SILENT_TAGS = frozenset("script style template noscript head title svg iframe object math textarea".split())
ARTICLE_TYPES = re.compile(r"(?:Article|Posting|Report|Analysis|Review|Opinion)(?:$|[^a-z])|Newsarticle", re.I)
_LONG_HREF = 1_000
"""Characters of an address from which it is not remembered."""
_BODY_END = ("</body>", "</html>", "</BODY>", "</HTML>")
_CONTROL = re.compile(r"[\x00-\x1f]+")
_LD_WRAP = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)"
    r"|(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")


def collapse(text: str) -> str:
    """`text` with each run of white space (and invisible spaces) as one blank, none at the ends.

    Soft hyphens and zero-width spaces between letters vanish without leaving a blank.
    """
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    return " ".join(text.split())


_INVISIBLE: dict[int, None] = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF, 0x200E, 0x200F, 0, *range(0xD800, 0xE000)))
"""Halves of surrogate pairs, which JSON can hold alone, are no characters: no file and no database takes them."""


def all_text(node: _Element) -> str:
    """All text below `node` as it stands in the source, that of scripts included; its own tail left out."""
    return str(etree.tostring(node, method="text", encoding="unicode", with_tail=False))


def attributes_of(node: _Element) -> dict[str, str]:
    """The attributes of an element, read at once."""
    return cast(dict[str, str], dict(node.items()))


def text_of(node: _Element) -> str:
    """Visible text of `node` on one line: blanks at block boundaries and `<br>`, none at inline tags."""
    if not len(node):
        return collapse(node.text or "") if node.tag not in SILENT_TAGS else ""
    parts: list[str] = []
    _gather(node, parts)
    return collapse("".join(parts))


def _gather(node: _Element, parts: list[str]) -> None:
    """Append the visible text below `node`, its own tail left out. libxml2 bounds the depth of a tree to 256."""
    if node.tag in SILENT_TAGS:
        return
    block = node.tag in BLOCK_TAGS
    if block:
        parts.append(" ")
    if node.text:
        parts.append(node.text)
    for child in node:
        _gather(child, parts)
        if child.tail:
            parts.append(child.tail)
    if block:
        parts.append(" ")


class Page:
    """One HTML document. Everything is computed once, when first asked for.

    `url` is the address it was read from; `content_type` the HTTP header's value, if known.
    """

    def __init__(self, html: bytes, url: str, content_type: str | None = None) -> None:
        self.url = url
        self.text, self.encoding = decode(html[:MAX_PAGE_BYTES], content_type)
        self._made: dict[Callable[[Page], Any], Any] = {}

    def once(self, make: Callable[[Page], T]) -> T:
        """`make(self)`, computed the first time and kept: for what several fields ask of a page."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast(T, self._made[make])

    @cached_property
    def root(self) -> _Element:
        """The parsed tree; an empty document where there is nothing to parse."""
        parser = HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True, huge_tree=False)
        # libxml2 drops what follows the body's end tag; browsers go on reading it as body.
        text = self.text.replace("\x00", "")
        for tag in _BODY_END:
            text = text.replace(tag, "")
        data = bounded(text).encode("utf-8", "replace")
        try:
            root = etree.fromstring(data, parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            root = None
        if root is None:
            root = etree.fromstring(b"<html><head></head><body></body></html>", HTMLParser(encoding="utf-8"))
        thin_out(root, len(data))
        return root

    @cached_property
    def base_url(self) -> str:
        """What relative links are resolved against: `<base href>` or the page's own address."""
        node = self.root.find(".//base[@href]")
        return self.absolute_from(self.url, node.get("href", "")) or self.url if node is not None else self.url

    @staticmethod
    def absolute_from(base: str, href: str) -> str | None:
        """`href` as an absolute http(s) address without fragment, or None if it is not one."""
        if len(href) > _LONG_HREF or len(base) > _LONG_HREF:
            return _resolved(base, href)
        # Of a path that begins at the root only the origin counts: all pages of a site have the same menu.
        return _resolved_before(_origin(base) if href[:1] == "/" and href[1:2] != "/" else base, href)

    def absolute(self, href: str) -> str | None:
        """`href` of this page as an absolute http(s) address without fragment, or None if it is not one."""
        return self.absolute_from(self.base_url, href)

    @cached_property
    def meta(self) -> dict[str, list[str]]:
        """Contents of `<meta>` by lower-cased name, property or itemprop, blank ones left out, in page order."""
        found: dict[str, list[str]] = {}
        for node in self.root.iter("meta"):
            content = collapse(html_lib.unescape(node.get("content") or ""))
            if not content:
                continue
            names = {(node.get(key) or "").strip().lower() for key in ("name", "property", "itemprop")} - {""}
            for name in names:
                found.setdefault(name, []).append(content)
        return found

    def meta_first(self, name: str) -> str | None:
        """First content of `<meta name|property|itemprop=name>`, or None."""
        return next(iter(self.meta.get(name.lower(), ())), None)

    def links(self, rel: str) -> list[_Element]:
        """The `<link>` elements whose rel list holds `rel`, in page order."""
        return self._links.get(rel, [])

    @cached_property
    def _links(self) -> dict[str, list[_Element]]:
        found: dict[str, list[_Element]] = {}
        for node in self.root.iter("link"):
            for rel in dict.fromkeys((node.get("rel") or "").lower().split()):
                found.setdefault(rel, []).append(node)
        return found

    @cached_property
    def json_ld(self) -> tuple[Json, ...]:
        """Every node of the page's JSON-LD, graphs and nested nodes flattened, in page order."""
        nodes: list[Json] = []
        for script in self.root.iter("script"):
            if "ld+json" in (script.get("type") or "").lower():
                data = _loads(script.text or "")
                if data is not None:
                    _flatten(data, nodes)
        return tuple(nodes)

    @cached_property
    def article_ld(self) -> Json:
        """The JSON-LD node that describes this page's article; empty where there is none."""
        candidates = [node for node in self.json_ld if any(ARTICLE_TYPES.search(kind) for kind in ld_types(node))]
        if not candidates:
            return {}
        here = urlsplit(self.url).path.rstrip("/")

        def rank(node: Json) -> tuple[bool, bool]:
            about = ld_text(node.get("url")) or ld_text(node.get("mainEntityOfPage")) or ld_text(node.get("@id")) or ""
            return bool(here) and urlsplit_path(about) == here, "headline" in node

        return max(candidates, key=rank)

    def article_ld_text(self, *path: str) -> str | None:
        """Text at `path` of the article node: ("publisher", "name"); None if there is none."""
        value: Any = self.article_ld
        for key in path:
            if isinstance(value, list):
                value = value[0] if value else None
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return ld_text(value)


def _resolved(base: str, href: str) -> str | None:
    try:
        url = urljoin(base, _CONTROL.sub("", href).strip())
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises ValueError on a port that is no number
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return parts._replace(fragment="").geturl()


_resolved_before = lru_cache(maxsize=20_000)(_resolved)


@lru_cache(maxsize=1_000)
def _origin(base: str) -> str:
    """`base` without its path; itself where it has none."""
    try:
        parts = urlsplit(base)
    except ValueError:
        return base
    return f"{parts.scheme}://{parts.netloc}/" if parts.scheme and parts.netloc else base


def urlsplit_path(url: str) -> str:
    """Path of `url` without a slash at its end; empty where the address can't be read."""
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""


def ld_types(node: Json) -> list[str]:
    """The `@type`s of a JSON-LD node, without their schema.org prefix."""
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return [re.split(r"[/#:]", kind)[-1] for kind in kinds if isinstance(kind, str)]


def ld_text(value: Any) -> str | None:
    """Plain text of a JSON-LD value: a string, a number, {"@value" | "name" | "url" | "@id": …}, or a list's first."""
    if isinstance(value, list):
        return next((text for item in value if (text := ld_text(item))), None)
    if isinstance(value, dict):
        return next((text for key in ("@value", "name", "url", "@id") if (text := ld_text(value.get(key)))), None)
    if isinstance(value, bool) or value is None:
        return None
    text = collapse(html_lib.unescape(html_lib.unescape(str(value))))
    if "<" in text:
        text = collapse(re.sub(r"</?[a-zA-Z][^<>]{0,500}>", " ", text))
    return text or None


def _loads(text: str) -> Any:
    """JSON as found in the wild: wrapped in comments, HTML-escaped, with raw control characters or stray commas."""
    text = _LD_WRAP.sub("", text.strip()).strip().rstrip(";")
    if not text or len(text) > MAX_PAGE_BYTES:
        return None
    for candidate in _readings(text):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _readings(text: str) -> Iterator[str]:
    yield text
    yield _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", text))
    yield html_lib.unescape(text)
    yield re.sub(r"\\(?![\"\\/bfnrtu])", r"\\\\", _CONTROL.sub(" ", text))


def _flatten(data: Any, into: list[Json], depth: int = 0) -> None:
    if depth > _MAX_LD_DEPTH or len(into) > _MAX_LD_NODES:
        return
    if isinstance(data, list):
        for item in data:
            _flatten(item, into, depth + 1)
    elif isinstance(data, dict):
        if "@type" in data:
            into.append(data)
        for value in data.values():
            if isinstance(value, (dict, list)):
                _flatten(value, into, depth + 1)
