"""A file read from one end to the other: every gzip member in it, and the stretches that are none."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from miacrawl.warc.reading import MAX_RECORD_BYTES

_READ_AHEAD = 2**16
_MAGIC = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes of a file. `data`: content of the gzip member that they are, None where they are none: `trouble` says why.

    `named`: whether somebody said beforehand that a record is there.
    """

    offset: int
    length: int
    data: bytes | None
    trouble: str = ""
    named: bool = False

    @property
    def end(self) -> int:
        """Offset of what follows."""
        return self.offset + self.length


def stretches(file: BinaryIO, start: int, end: int, named: Iterable[tuple[int, int]]) -> Iterator[Stretch]:
    """All of a file from `start`, where a member begins, to `end`, in their order.

    `named`: offset and length of the records that are said to be there, by offset; each is one stretch, damaged or not.
    What lies between them is looked at too: after damage, from the next whole member on.
    """
    at = start
    for offset, length in named:
        yield from _between(file, at, min(offset, end))
        yield _named(file, offset, length)
        at = max(at, offset + length)
    yield from _between(file, at, end)


def only_named(file: BinaryIO, named: Iterable[tuple[int, int]]) -> Iterator[Stretch]:
    """The records that are said to be in a file, and nothing else of it."""
    for offset, length in named:
        yield _named(file, offset, length)


def member_at(file: BinaryIO, offset: int, end: int) -> Stretch:
    """The gzip member that begins at `offset` and ends before `end`, or a damaged stretch of all these bytes."""
    file.seek(offset)
    # isal would take half the time, but lets flags of a header pass that zlib, and so other tools, refuse.
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    pieces: list[bytes] = []
    room, taken = MAX_RECORD_BYTES, 0
    while not unpacker.eof and (chunk := file.read(min(_READ_AHEAD, end - offset - taken))):
        taken += len(chunk)
        try:
            piece = unpacker.decompress(chunk, room)
        except zlib.error as error:
            return Stretch(offset, end - offset, None, f"no gzip member ({error})")
        room -= len(piece)
        pieces.append(piece)
        if room <= 0 and not unpacker.eof:
            return Stretch(offset, end - offset, None, f"a record of over {MAX_RECORD_BYTES // 2**20} MB")
    if not unpacker.eof:
        return Stretch(offset, end - offset, None, "a torn record")
    return Stretch(offset, taken - len(unpacker.unused_data), b"".join(pieces))


def _named(file: BinaryIO, offset: int, length: int) -> Stretch:
    found = member_at(file, offset, offset + length)
    if found.data is not None and found.length == length:
        return Stretch(offset, length, found.data, named=True)
    why = found.trouble or "a shorter record than was said"
    if not file.read(1) and file.seek(0, 2) < offset + length:
        why = "the file ends before it"
    return Stretch(offset, length, None, why, named=True)


def _between(file: BinaryIO, start: int, end: int) -> Iterator[Stretch]:
    at = start
    while at < end:
        found = member_at(file, at, end)
        if found.data is None:
            found = Stretch(at, _next_member(file, at + 1, end) - at, None, found.trouble)
        yield found
        at = found.end


def _next_member(file: BinaryIO, start: int, end: int) -> int:
    """Where the next whole member begins that holds a record; `end` where none does."""
    at = start
    while at < end:
        file.seek(at)
        chunk = file.read(min(_READ_AHEAD, end - at))
        place = chunk.find(_MAGIC)
        if place < 0:
            # The three bytes may lie across two chunks.
            at += max(len(chunk) - len(_MAGIC) + 1, 1)
            continue
        found = member_at(file, at + place, end)
        if found.data is not None and found.data.startswith(b"WARC/"):
            return found.offset
        at += place + 1
    return end
