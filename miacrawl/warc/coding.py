"""Content codings (gzip, br, zstd, …) of stored bodies undone, within bounds."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import Any

from miacrawl.errors import StorageError

MAX_BYTES = 64 * 2**20
"""No body was archived that is larger when unpacked; a foreign one may be, and is refused."""
_NONE = frozenset({"", "identity", "utf-8", "none"})


def decoded(body: bytes, codings: Sequence[str], max_bytes: int = MAX_BYTES) -> bytes:
    """`body` with its codings undone, the last applied first.

    Unknown words are passed over, as browsers do; so is a body of markup that was unpacked before it was stored.
    Raises StorageError where the body can't be unpacked or is larger than `max_bytes` when it is.
    """
    for coding in reversed([coding.strip().lower() for coding in codings]):
        undo = _UNDO.get(coding)
        if undo is None or coding in _NONE:
            continue
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
    found, rest = b"", body
    while rest and len(found) < most:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
        found += unpacker.decompress(rest, most - len(found))
        rest = unpacker.unused_data
        if not rest.startswith(b"\x1f\x8b"):
            break  # what follows the last member is no content
    return found


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
