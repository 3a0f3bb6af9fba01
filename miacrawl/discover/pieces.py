"""Bytes by strangers, handed on in pieces: gzip unpacked piece by piece, UTF-16 turned into UTF-8, size bounded."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterable, Iterator

PIECE_BYTES = 65_536
MAX_BYTES = 100_000_000
"""Twice what the sitemap protocol allows uncompressed; what lies beyond is not read."""
MAX_GZIP_MEMBERS = 1_000
"""Files put together by appending have a few."""
_GZIP_MAGIC = b"\x1f\x8b"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\x00", b"\x00<")


def pieces(data: bytes) -> Iterator[bytes]:
    """`data`, or what it holds where it is gzip, in pieces of up to PIECE_BYTES, up to MAX_BYTES in all.

    A torn or damaged end is left out. Never raises.
    """
    left = MAX_BYTES
    for piece in _inflated(data) if data.startswith(_GZIP_MAGIC) else _cut(data):
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def head_of(data: bytes, length: int) -> bytes:
    """The first `length` bytes of what `pieces(data)` yields; no more than that is unpacked."""
    head = bytearray()
    for piece in pieces(data):
        head += piece
        if len(head) >= length:
            break
    return bytes(head[:length])


def as_utf8(parts: Iterable[bytes]) -> Iterator[bytes]:
    """UTF-16 as UTF-8, known by its mark or by a first character "<"; anything else as it stands."""
    decoder: codecs.IncrementalDecoder | None = None
    for number, part in enumerate(parts):
        if number == 0 and part.startswith(_UTF_16):
            name = "utf-16-be" if part.startswith((codecs.BOM_UTF16_BE, b"\x00<")) else "utf-16-le"
            decoder = codecs.getincrementaldecoder(name)("replace")
        yield decoder.decode(part).lstrip("\ufeff").encode("utf-8", "replace") if decoder else part


def _cut(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), PIECE_BYTES):
        yield data[start : start + PIECE_BYTES]


def _inflated(data: bytes) -> Iterator[bytes]:
    """What the gzip members of `data` hold."""
    packed = _cut(data)
    pending = next(packed, b"")
    for _ in range(MAX_GZIP_MEMBERS):
        stream = zlib.decompressobj(wbits=31)
        while not stream.eof:
            try:
                out = stream.decompress(pending, PIECE_BYTES)
            except zlib.error:
                return
            if out:
                yield out
            pending = stream.unconsumed_tail
            if not pending and not stream.eof and len(out) < PIECE_BYTES:
                pending = next(packed, b"")
                if not pending:
                    return
        pending = stream.unused_data or next(packed, b"")
        if not pending:
            return
