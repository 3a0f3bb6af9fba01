"""Records out of files that others made (WARC 0.17 to 1.1, ARC), one after the other, past whatever is wrong.

What can't be read is told with its offset and passed over; memory is bounded by one record of the largest size taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from warcio.recordloader import ARC2WARCHeadersParser
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from miacrawl.warc.stream import Bytes, Damaged, Stream

MAX_BLOCK_BYTES = 32 * 2**20
"""A larger record is passed over: no page is."""
_WARC = b"WARC/"
_ARC = re.compile(rb"[a-z][a-z0-9+.-]*:\S+ \S+ \d{14} \S+ \d+\r?\n", re.I)
_MOST_HEADERS, _MOST_HEAD_BYTES = 200, 262_144
_NAMES = {
    name.lower(): name
    for name in (
        *("WARC-Type", "WARC-Record-ID", "WARC-Date", "WARC-Target-URI", "WARC-IP-Address", "WARC-Payload-Digest"),
        *("WARC-Block-Digest", "WARC-Concurrent-To", "WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Profile"),
        *("WARC-Refers-To-Date", "WARC-Truncated", "WARC-Segment-Number", "WARC-Filename", "Content-Type"),
        "Content-Length",
    )
}


@dataclass(frozen=True, slots=True)
class Raw:
    """A record: its headers by their usual names, and its block.

    `offset`: where it begins in the file, or the gzip member that it is in; `length`: of the member, where the record
    has one to itself. `oversize`: bytes of a block that is too large to be taken, and was left out. `headless`: the
    block of an ARC record, which has no header of its own kind before it.
    """

    headers: Mapping[str, str]
    block: bytes
    offset: int
    length: int | None = None
    oversize: int = 0

    @property
    def kind(self) -> str:
        """WARC-Type."""
        return self.headers.get("WARC-Type", "").lower()


Trouble = Callable[[str, int], None]
"""Told what is wrong, in words, and at which offset."""


def records(file: Bytes, trouble: Trouble, started: Callable[[Stream], None] = lambda stream: None) -> Iterator[Raw]:
    """The records of a file. `started` is given the stream, which knows how far reading has come."""
    reader = _Reader(file, trouble)
    started(reader.stream)
    yield from reader.records()


class _Reader:
    def __init__(self, file: Bytes, trouble: Trouble) -> None:
        self.stream = Stream(file)
        self.trouble = trouble
        self.found = 0
        self.damage: Damaged | None = None
        """Met behind a record that is whole."""
        self.astray = False
        """Whether what follows is neither the end of a record nor the start of one."""

    def records(self) -> Iterator[Raw]:
        while True:
            try:
                began = self._at_start()
                if began is None:
                    break
                record = self._record(*began)
            except Damaged as damage:
                self.trouble(str(damage), damage.offset)
                if not damage.skipped:
                    return
                continue
            if record is not None:
                self.found += 1
                yield record
        if not self.found and not self.stream.taken:
            self.trouble("it is empty", 0)

    def _record(self, line: bytes, offset: int, at_member: bool) -> Raw | None:
        """The record that begins with `line`; None where it can't be taken, which has been told."""
        headers = self._warc_headers(line) if line.startswith(_WARC) else _arc_headers(line, self.stream)
        size = _size(headers) if headers else None
        if headers is None or size is None:
            cut = not self.stream.starts_with(b"") and headers is None
            told = (
                "a record does not say how long it is (Content-Length)" if headers else "a record has no whole header"
            )
            self.trouble("it ends in the middle of a record" if cut else told, offset)
            self.astray = True
            return None
        oversize = size if size > MAX_BLOCK_BYTES else 0
        block = b"" if oversize else self.stream.read(size)
        got = self.stream.skip(size) if oversize else len(block)
        if got < size:
            self.trouble("it ends in the middle of a record", offset)
            return None
        length = self._length(offset, at_member)
        if self.astray:
            told = "a record is longer or shorter than it says (Content-Length), and was passed over"
            self.trouble(told, offset)
            return None
        return Raw(headers, block, offset, length, oversize)

    def _length(self, offset: int, at_member: bool) -> int | None:
        """Length of the gzip member that a record just read has to itself; None where it shares it, or is not packed.

        Raises Damaged where the member itself is damaged.
        """
        try:
            ended = self._blank_lines()
            _, at_end = self.stream.where()
            self.astray = not (ended or (at_end and self.stream.packed) or not self.stream.starts_with(b""))
        except Damaged as damage:
            if damage.offset == offset:
                raise
            self.damage, at_end = damage, True
        return self.stream.end - offset if self.stream.packed and at_member and at_end else None

    def _at_start(self) -> tuple[bytes, int, bool] | None:
        """The first line of the next record, its offset, and whether a gzip member begins with it."""
        if self.damage is not None:
            damage, self.damage = self.damage, None
            raise damage
        strange: int | None = None
        while True:
            offset, at_member = self.stream.where()
            line = self.stream.readline()
            if not line:
                break
            if line.startswith(_WARC) or _ARC.match(line):
                if strange is not None:
                    self._strange(strange)
                return line, offset, at_member
            if strange is None and line.strip():
                strange = offset
        if strange is not None:
            self._strange(strange)
        return None

    def _strange(self, offset: int) -> None:
        if not self.astray:
            self.trouble("something follows that is no record" if self.found else "it is no WARC file", offset)
        self.astray = False

    def _blank_lines(self) -> bool:
        """Read over the line ends behind a record; whether there is any."""
        found = False
        for _ in range(2):
            if self.stream.starts_with(b"\r") or self.stream.starts_with(b"\n"):
                self.stream.readline()
                found = True
        return found

    def _warc_headers(self, line: bytes) -> dict[str, str] | None:
        lines, size = [line], len(line)
        while True:
            line = self.stream.readline()
            size += len(line)
            if not line or len(lines) > _MOST_HEADERS or size > _MOST_HEAD_BYTES:
                return None
            lines.append(line)
            if not line.strip():
                break
        parsed = StatusAndHeadersParser([], verify=False).parse(BytesIO(b"".join(lines)))
        return {_NAMES.get(name.lower(), name): value for name, value in reversed(parsed.headers)}


def _arc_headers(line: bytes, stream: Stream) -> dict[str, str] | None:
    """Headers of an ARC record; those of the file itself become a warcinfo record."""
    if line.startswith(b"filedesc:"):
        size = _size({"Content-Length": line.rsplit(b" ", 1)[-1].decode("latin-1").strip()})
        return None if size is None else {"WARC-Type": "warcinfo", "Content-Length": str(size)}
    try:
        parsed = ARC2WARCHeadersParser().parse(stream, line)
    except (StatusAndHeadersParserException, ValueError):
        return None
    return dict(parsed.headers)


def _size(headers: Mapping[str, str]) -> int | None:
    text = headers.get("Content-Length", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
