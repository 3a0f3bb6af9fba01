"""Content codings (gzip, br, zstd, …) of stored bodies undone, within bounds."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import Any

from miacrawl.errors import StorageError

MAX_BYTES = 64 * 2**20
"""No body was archived that is larger when unpacked; a foreign one may be, and is refused."""
MAX_LAYERS = 5
"""Codings of one body: a crawl takes two, and each more of a foreign one is as much work once more."""
MAX_MEMBERS = 20_000
"""Of one gzip stream: a program that writes many makes one of every 64 KB."""
_LEAST = 2**10


def decoded(body: bytes, codings: Sequence[str], max_bytes: int = MAX_BYTES) -> bytes:
    """`body` with its codings undone, the last applied first.

    Unknown words are passed over, as browsers do; so is a body of markup that was unpacked before it was stored.
    Raises StorageError where the body can't be unpacked, is larger than `max_bytes` when it is, or has too many layers.
    """
    named = [coding.strip().lower() for coding in codings]
    layers = [(coding, undo) for coding in reversed(named) if (undo := _UNDO.get(coding))]
    if len(layers) > MAX_LAYERS:
        raise StorageError(f"the body is packed {len(layers):,} times over, which nobody does")
    for coding, undo in layers:
        try:
            body = undo(body, max_bytes + 1)
        except StorageError:
            raise
        except Exception as error:  # each library has its own
            if body.lstrip()[:1] == b"<":
                return body  # browsers' captures have what was unpacked, under the header of what was not
            raise StorageError(f"the body can't be unpacked ({coding}): {error}") from error
        if len(body) > max_bytes:
            raise StorageError(f"the body is over {max_bytes // 2**20:,} MB when unpacked")
    return body


def _gzip(body: bytes, most: int) -> bytes:
    """Members one after the other; what follows the last one is no content."""
    found, left, start = bytearray(), memoryview(body), 0
    for _ in range(MAX_MEMBERS):
        start = _member(left, start, found, most)
        if len(found) >= most or bytes(left[start : start + 2]) != b"\x1f\x8b":
            return bytes(found)
    raise StorageError(f"the body is made of over {MAX_MEMBERS:,} pieces, which nobody does")


def _member(data: memoryview, start: int, found: bytearray, most: int) -> int:
    """Add what is in the gzip member at `start`, up to `most` bytes in all; where it ends.

    It is read in growing pieces: zlib copies what stands behind a member, and that may be all the rest, each time.
    """
    unpacker, size = zlib.decompressobj(zlib.MAX_WBITS | 32), _LEAST
    while start < len(data) and len(found) < most and not unpacker.eof:
        piece = data[start : start + size]
        found += unpacker.decompress(piece, most - len(found))
        start, size = start + len(piece), min(size * 2, 2**20)
    return start - len(unpacker.unused_data)


def _deflate(body: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(body, most)
    except zlib.error:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(body, most)


def _brotli(body: bytes, most: int) -> bytes:
    import brotli

    unpacker: Any = brotli.Decompressor()
    found = [unpacker.process(body, output_buffer_limit=most)]
    while sum(map(len, found)) < most and not unpacker.can_accept_more_data():
        found.append(unpacker.process(b"", output_buffer_limit=most))
    return b"".join(found)[:most]


def _zstd(body: bytes, most: int) -> bytes:
    from backports import zstd

    return bytes(zstd.ZstdDecompressor().decompress(body, most))


_UNDO: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
