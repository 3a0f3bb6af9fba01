"""One record packed as one gzip member, as WARC files are (ISO 28500:2017, annex D)."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from miacrawl.errors import StorageError

_READ_AHEAD = 2**16
"""zlib copies what was read and stands behind a member: of a large piece with many small ones that is most of the work.
"""


class Oversize(StorageError):  # noqa: N818  it is what the record is
    """A record that is larger than it may be when unpacked."""


def _packer() -> Callable[[bytes], bytes]:
    try:
        from isal import igzip
    except ImportError:  # no wheel for this machine: zlib writes the same format, slower
        import gzip

        return lambda data: gzip.compress(data, 6, mtime=0)
    # Level 1 takes a fifteenth of zlib's time at its level 9, for 13 % more bytes.
    return lambda data: bytes(igzip.compress(data, 1, mtime=0))


pack = _packer()
"""`pack(data)`: a whole gzip member. What it says does not depend on the time of day."""


def unpack(data: bytes, max_bytes: int) -> bytes:
    """The content of the gzip member that `data` is.

    Raises StorageError where it is torn or something else, Oversize where it is larger than `max_bytes` when unpacked.
    """
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = unpacker.decompress(data, max_bytes)
    except zlib.error as error:
        raise StorageError(f"no gzip member: {error}") from error
    if unpacker.unconsumed_tail and not unpacker.eof:
        raise Oversize(f"a record of over {max_bytes // 2**20:,} MB")
    if not unpacker.eof:
        raise StorageError("a torn record")
    return found


def beginning(data: bytes, size: int) -> bytes:
    """The first `size` bytes of what is in the gzip member that `data` is. Raises StorageError."""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, size)
    except zlib.error as error:
        raise StorageError(f"no gzip member: {error}") from error


def whole_members(data: Callable[[int], bytes]) -> list[tuple[int, int]]:
    """(offset, length) of each whole gzip member at the start of a file; what follows them is torn.

    `data(size)` gives the next bytes of the file, b"" at its end. Memory stays small however large the file is.
    """
    members: list[tuple[int, int]] = []
    start = taken = 0
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    while chunk := data(_READ_AHEAD):
        taken += len(chunk)
        while chunk:
            try:
                unpacker.decompress(chunk, _READ_AHEAD)
            except zlib.error:
                return members
            if not unpacker.eof:
                chunk = unpacker.unconsumed_tail
                continue
            chunk = unpacker.unused_data
            end = taken - len(chunk)
            members.append((start, end - start))
            start, unpacker = end, zlib.decompressobj(zlib.MAX_WBITS | 16)
    return members
