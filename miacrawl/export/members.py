"""Records copied from WARC files as they stand, gzip member by gzip member, without being unpacked."""

from __future__ import annotations

import zlib
from typing import BinaryIO, Protocol

from miacrawl.errors import StorageError

_CHUNK = 2**18
_HEAD = 2**10
_MOST = 2**20
"""Bytes of a request's member: a longer one is none that a crawler sends."""
_MAGIC = b"\x1f\x8b"


class Sink(Protocol):
    """What copies are written to."""

    def write(self, data: bytes, /) -> object:
        """Take some bytes."""


def copy(source: BinaryIO, offset: int, length: int, sink: Sink) -> None:
    """Copy `length` bytes from `offset` on, where a record begins.

    Raises StorageError where none does, or the file ends before. Raises OSError.
    """
    source.seek(offset)
    left = length
    while left:
        chunk = source.read(min(left, _CHUNK))
        if left == length and not chunk.startswith(_MAGIC):
            what = "no record begins" if chunk else "the file has ended"
            raise StorageError(f"{source.name} is damaged: {what} at {offset:,}, where a capture should be")
        if not chunk:
            raise StorageError(f"{source.name} ends before the record at {offset:,} does: a part of it is lost")
        sink.write(chunk)
        left -= len(chunk)


def first_length(source: BinaryIO) -> int:
    """Bytes of the first record: what the file says of itself; 0 where it says nothing."""
    return _length_of(source, 0, b"warcinfo")


def request_length(source: BinaryIO, offset: int) -> int:
    """Bytes of the record at `offset` where that is a request, which stands behind its answer; else 0."""
    return _length_of(source, offset, b"request")


def _length_of(source: BinaryIO, offset: int, kind: bytes) -> int:
    source.seek(offset)
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    head, taken = b"", 0
    while not unpacker.eof and taken < _MOST:
        chunk = unpacker.unconsumed_tail
        if not chunk:
            chunk = source.read(_HEAD * 4)
            taken += len(chunk)
        if not chunk:
            return 0
        try:
            data = unpacker.decompress(chunk, _CHUNK)
        except zlib.error:
            return 0
        if len(head) < _HEAD:
            head += data[:_HEAD]
            # Our own files say it first; others may say it later, but within their first lines.
            if len(head) >= _HEAD and b"WARC-Type: " + kind not in head:
                return 0
    return taken - len(unpacker.unused_data) if unpacker.eof and b"WARC-Type: " + kind in head else 0
