"""Articles as an Atom feed (RFC 4287, with pages by RFC 5005)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of what has none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An article: `key` is what it keeps for ever, `link` leads to it here, `original` (if any) to where it was."""

    key: str
    title: str
    link: str
    original: str | None
    summary: str
    authors: tuple[str, ...]
    section: str
    language: str
    published: datetime | None
    updated: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """A list of entries; `address` is the feed's own, `page` that of the same list to be read in a browser.

    `others`: addresses of other pages of the feed by their relation (next, previous, first).
    """

    title: str
    author: str
    address: str
    page: str
    entries: Sequence[Entry]
    others: Mapping[str, str]

    @property
    def updated(self) -> datetime:
        """When an entry last changed."""
        return max((entry.updated for entry in self.entries), default=BEGINNING)


def atom(feed: Feed) -> bytes:
    """The feed as XML."""
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap=_default_namespace())
    _text(root, "id", feed.others.get("first", feed.address))
    _text(root, "title", feed.title)
    _text(root, "updated", _stamp(feed.updated))
    _text(_node(root, "author"), "name", feed.author)
    _text(root, "generator", "miacrawl")
    _node(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    _node(root, "link", rel="alternate", type="text/html", href=feed.page)
    for relation, address in feed.others.items():
        _node(root, "link", rel=relation, type="application/atom+xml", href=address)
    for entry in feed.entries:
        _entry(root, entry)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def moment(stored: object) -> datetime | None:
    """The time in UTC that `stored` states in ISO 8601, in UTC where it names no zone; None where it states none."""
    try:
        found = datetime.fromisoformat(str(stored or ""))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):  # years before the first and after the last
        return None


def _entry(root: etree._Element, entry: Entry) -> None:
    node = _node(root, "entry")
    if _LANGUAGE.fullmatch(entry.language):
        node.set("{http://www.w3.org/XML/1998/namespace}lang", entry.language)
    _text(node, "id", uuid5(NAMESPACE_URL, entry.key.encode("utf-8", "replace").decode()).urn)
    _text(node, "title", entry.title)
    _text(node, "updated", _stamp(entry.updated))
    if entry.published:
        _text(node, "published", _stamp(entry.published))
    for author in entry.authors:
        _text(_node(node, "author"), "name", author)
    _node(node, "link", rel="alternate", type="text/html", href=entry.link)
    if entry.original:
        _node(node, "link", rel="via", href=entry.original)
    if entry.section:
        _node(node, "category", term=entry.section)
    _text(node, "summary", entry.summary)


def _stamp(time: datetime) -> str:
    """As RFC 3339 has it."""
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")


def _node(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    clean = {key: _NOT_XML.sub("", value) for key, value in attributes.items()}
    return etree.SubElement(parent, f"{{{_ATOM}}}{name}", clean)


def _text(parent: etree._Element, name: str, text: str) -> None:
    _node(parent, name).text = _NOT_XML.sub("", text)


def _default_namespace() -> Any:
    """Atom's as the one without a prefix, which lxml writes as None and its type stubs do not know."""
    return {None: _ATOM}
