"""XML by strangers, read as a stream: no tree built, no entity expanded, nothing fetched, everything bounded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, cast

from lxml import etree

from miacrawl.discover.pieces import as_utf8, pieces

HEAD_BYTES = 200_000
"""The root element stands within so much, or it is not looked for any further."""
MAX_EVENTS = 5_000_000
"""Tags and pieces of text; a sitemap of 50,000 addresses with 30 translations each has 3.3 million."""
MAX_TAG_BYTES = 1_000_000
"""The parser holds a tag or comment back until it is complete, at many times its size."""
MAX_DEPTH = 200
MAX_TEXT = 10_000
"""Characters of one field that are kept."""
MAX_FIELDS = 500
"""Fields of one record that are kept."""
_PROLOG = re.compile(rb"(?:\s+|<!--.*?-->|<\?.*?\?>|(?P<doctype><!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>))", re.S | re.I)
_UTF_16 = re.compile(rb"""(?<=<\?xml)[^>]{0,200}?encoding\s*=\s*["']utf-16[^>]{0,20}(?=\?>)""", re.I)
"""A declaration that no longer holds."""
_PROLOG_STARTS = (b"<!--", b"<?", b"<!DOCTYPE")
_BARE_AMPERSAND = re.compile(rb"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_LONGEST_REFERENCE = 34


@dataclass(frozen=True, slots=True)
class Field:
    """One element below a record. `name`: without namespace; `depth`: 1 for the record's own children."""

    name: str
    depth: int
    attributes: dict[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """One element that was asked for, with those of its descendants that were, in their order."""

    name: str
    text: str
    fields: tuple[Field, ...]

    def text_of(self, *names: str) -> str | None:
        """Text of the first field with one of these names that has any."""
        return next((field.text for field in self.fields if field.name in names and field.text), None)

    def children(self, name: str) -> Iterator[Field]:
        """The record's own children of this name."""
        return (field for field in self.fields if field.depth == 1 and field.name == name)


def records(data: bytes, kinds: frozenset[str], fields: frozenset[str]) -> Iterator[Record]:
    """The elements of `data` with the local names `kinds`, with the descendants named in `fields`; gzip is unpacked.

    One is in memory at a time. Broken XML yields what can be mended, and all that stands before the rest. Never raises.
    """
    reader = _Reader(kinds, fields)
    try:
        for _ in _fed(reader, _sound(pieces(data))):
            yield from reader.take()
    except (_Enough, etree.XMLSyntaxError):
        # The parser is not closed: it would only complain of what is missing.
        yield from reader.take()


def root_name(data: bytes) -> str | None:
    """Local name of the root element in lower case ("urlset", "rss", "feed", "html"), None where there is none.

    Looks at the first HEAD_BYTES only.
    """
    reader = _Root()
    try:
        for _ in _fed(reader, _sound(_up_to(HEAD_BYTES, pieces(data)))):
            pass
    except (_Enough, etree.XMLSyntaxError):
        pass
    return reader.name


def address_text(text: str) -> str:
    """An address as it was meant: many are escaped twice, or escaped within CDATA."""
    return text.replace("&amp;", "&")


class _Enough(Exception):  # noqa: N818  no error
    """Nothing more is read: what was asked for is known, or a bound is reached."""


class _Target:
    """What the parser calls. Counts the calls, and ends with _Enough when there are too many."""

    def __init__(self) -> None:
        self.events = 0

    def count(self) -> None:
        self.events += 1
        if self.events > MAX_EVENTS:
            raise _Enough

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count()

    def end(self, tag: str) -> None:
        self.count()

    def data(self, text: str) -> None:
        self.count()

    def comment(self, text: str) -> None:
        self.count()

    def close(self) -> None: ...


class _Root(_Target):
    """Ends at the first element."""

    def __init__(self) -> None:
        super().__init__()
        self.name: str | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.name = _local(tag).lower()
        raise _Enough


@dataclass(slots=True)
class _Open:
    """A field that is being read."""

    name: str
    depth: int
    attributes: dict[str, str]
    parts: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, text: str) -> None:
        if self.length < MAX_TEXT:
            self.parts.append(text[: MAX_TEXT - self.length])
            self.length += len(text)

    def done(self, below: int = 0) -> Field:
        """The field as read, its depth counted from `below`."""
        return Field(self.name, self.depth - below, self.attributes, "".join(self.parts).strip())


class _Reader(_Target):
    """Gathers records."""

    def __init__(self, kinds: frozenset[str], fields: frozenset[str]) -> None:
        super().__init__()
        self.kinds = kinds
        self.fields = fields
        self.ready: list[Record] = []
        self.depth = 0
        self.record: _Open | None = None
        self.found: list[_Open] = []
        self.open: list[_Open] = []

    def take(self) -> Iterator[Record]:
        """The records that are complete, each once."""
        ready, self.ready = self.ready, []
        return iter(ready)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Enough
        name = _local(tag)
        if self.record is None:
            if name in self.kinds:
                self.record = _Open(name, self.depth, {})
                self.open = [self.record]
        elif name in self.fields and len(self.found) < MAX_FIELDS:
            short = {_local(key): value[:MAX_TEXT] for key, value in list(attributes.items())[:20]}
            opened = _Open(name, self.depth, short)
            self.found.append(opened)
            self.open.append(opened)

    def data(self, text: str) -> None:
        self.count()
        if self.open and self.open[-1].depth == self.depth:
            self.open[-1].add(text)

    def end(self, tag: str) -> None:
        self.count()
        if self.open and self.open[-1].depth == self.depth:
            ended = self.open.pop()
            if ended is self.record:
                self._complete(ended)
        self.depth -= 1

    def _complete(self, record: _Open) -> None:
        fields = tuple(opened.done(record.depth) for opened in self.found)
        self.ready.append(Record(record.name, record.done().text, fields))
        self.record, self.found = None, []


def _fed(target: _Target, parts: Iterable[bytes]) -> Iterator[None]:
    """Have `parts` parsed, one after the other. Raises _Enough and XMLSyntaxError."""
    parser = etree.XMLParser(
        target=cast(Any, target), recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    held_back = 0
    for part in parts:
        before = target.events
        parser.feed(part)
        yield
        held_back = 0 if target.events > before else held_back + len(part)
        if held_back > MAX_TAG_BYTES:
            raise _Enough


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _up_to(length: int, parts: Iterable[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield part[:length]
        length -= len(part)
        if length <= 0:
            return


def _sound(parts: Iterator[bytes]) -> Iterator[bytes]:
    """`parts` as UTF-8, without white space before the first tag, DOCTYPE and bare "&".

    Without DOCTYPE there are no entities to be expanded, and no DTD to be fetched.
    """
    rest = as_utf8(parts)
    head = b""
    for part in rest:
        head = (head + part).lstrip(b"\xef\xbb\xbf \t\r\n")
        if (plain := _without_doctype(head)) is not None:
            plain = _UTF_16.sub(b"", plain, count=1)
            yield from _without_bare_ampersands(chain((plain,), rest))
            return
        if len(head) > HEAD_BYTES:
            return


def _without_doctype(head: bytes) -> bytes | None:
    """`head` without DOCTYPE, or None where more is needed to tell where what precedes the root ends."""
    place = removed = 0
    while match := _PROLOG.match(head, place):
        if match.lastgroup == "doctype" and removed < 3:
            removed += 1
            head = head[: match.start()] + head[match.end() :]
        else:
            place = match.end()
    begun = head[place : place + 9].upper()
    unfinished = not begun.strip() or any(begun.startswith(start[: len(begun)]) for start in _PROLOG_STARTS)
    return None if unfinished else head


def _without_bare_ampersands(parts: Iterable[bytes]) -> Iterator[bytes]:
    """`parts` with "&" as "&amp;" where no reference follows: addresses are often left unescaped."""
    kept = b""
    for part in parts:
        text = kept + part
        cut = text.rfind(b"&", max(0, len(text) - _LONGEST_REFERENCE))
        kept, text = (text[cut:], text[:cut]) if cut >= 0 else (b"", text)
        yield _BARE_AMPERSAND.sub(b"&amp;", text)
    yield _BARE_AMPERSAND.sub(b"&amp;", kept)
