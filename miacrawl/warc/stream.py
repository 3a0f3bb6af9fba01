"""The bytes of a WARC file that somebody else made: plain, gzip per record, or gzip cut anywhere; damage is passed."""

from __future__ import annotations

import zlib
from typing import Protocol

_CHUNK = 2**18
_MOST_GROWN, _GROWN_FROM = 300, 2**28
"""A gzip member of over 256 MB when unpacked that has grown by more than this is a trap."""
_MAGIC = b"\x1f\x8b\x08"


class Bytes(Protocol):
    """What can be read forward."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""


class Damaged(Exception):  # noqa: N818  it is what the file is
    """The file can't be unpacked from here on. `skipped`: whether a whole member was found further on."""

    def __init__(self, told: str, offset: int, *, skipped: bool) -> None:
        super().__init__(told)
        self.offset = offset
        self.skipped = skipped


class Stream:
    """Reads lines and bytes, unpacked. Memory stays small whatever the file holds.

    `taken`: bytes of the file read so far.
    """

    def __init__(self, file: Bytes) -> None:
        self.file = file
        self.taken = 0
        self._raw = b""
        self._buffer = b""
        self._at = 0
        """How much of the buffer was read."""
        self._base = 0
        """Where in the file what follows `_raw`'s beginning stands: offset of the first byte of `_raw`."""
        self._unpacker: zlib._Decompress | None = None
        self._member, self._member_end, self._end_before, self._unpacked, self._ended = 0, 0, 0, 0, True
        self._more()
        self.packed = self._raw[:2] == _MAGIC[:2]

    def readline(self, most: int = 65_536) -> bytes:
        """A line with its end; b"" at the end of the file. Raises Damaged."""
        found = b""
        while len(found) < most and self._fill():
            end = self._buffer.find(b"\n", self._at, self._at + most - len(found)) + 1
            stop = end or min(len(self._buffer), self._at + most - len(found))
            found += self._buffer[self._at : stop]
            self._at = stop
            if end:
                break
        return found

    def read(self, size: int) -> bytes:
        """`size` bytes, or what is left of the file. Raises Damaged."""
        found = []
        while size > 0 and self._fill():
            part = self._buffer[self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            found.append(part)
        return b"".join(found)

    def skip(self, size: int) -> int:
        """Read over `size` bytes; how many there were. Raises Damaged."""
        left = size
        while left > 0 and self._fill():
            step = min(left, len(self._buffer) - self._at)
            self._at += step
            left -= step
        return size - left

    def where(self) -> tuple[int, bool]:
        """Offset of what is read next, and whether a reader may begin there.

        In a packed file the offset is that of the gzip member; a reader may begin at a member's first byte. Raises
        Damaged.
        """
        if not self.packed:
            return self._base - len(self._buffer) + self._at, True
        if not self._fill():
            return self._base, True
        return self._member, self._unpacked == len(self._buffer) and self._at == 0

    @property
    def end(self) -> int:
        """Where the gzip member ended that was read to its end last."""
        return self._end_before if self._at < len(self._buffer) else self._member_end

    def starts_with(self, start: bytes) -> bool:
        """Whether what is read next begins so; only what is in the buffer is looked at. Raises Damaged."""
        return self._fill() and self._buffer.startswith(start, self._at)

    # --- filling the buffer, which never holds bytes of two members ---

    def _more(self) -> bool:
        data = self.file.read(_CHUNK)
        self.taken += len(data)
        self._raw += data
        return bool(data)

    def _fill(self) -> bool:
        while self._at >= len(self._buffer):
            if not (self._unpack() if self.packed else self._plain()):
                return False
        return True

    def _plain(self) -> bool:
        if not self._raw and not self._more():
            return False
        self._buffer, self._at = self._raw, 0
        self._base += len(self._raw)
        self._raw = b""
        return True

    def _unpack(self) -> bool:
        if not self._raw and not self._more():
            if self._ended:
                return False
            self._ended = True
            raise Damaged("it ends in the middle of a record", self._member, skipped=False)
        if self._ended and not self._begin():
            return False
        if self._unpacker is None:
            return False
        try:
            self._buffer, self._at = self._unpacker.decompress(self._raw, _CHUNK), 0
        except zlib.error as error:
            self._buffer, self._at = b"", 0
            raise self._lost(f"it is damaged: {error}") from error
        self._unpacked += len(self._buffer)
        rest = self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail
        self._base += len(self._raw) - len(rest)
        self._raw = rest
        self._ended = self._unpacker.eof
        self._member_end = self._base if self._ended else self._member_end
        if self._unpacked > _GROWN_FROM and self._unpacked > _MOST_GROWN * (self._base - self._member):
            self._buffer, self._at = b"", 0
            raise self._lost("a record grows more than 300-fold when unpacked")
        return True

    def _begin(self) -> bool:
        """Begin a member; what tools leave between members (zeros) is passed over."""
        while True:
            rest = self._raw.lstrip(b"\0")
            self._base += len(self._raw) - len(rest)
            self._raw = rest
            if len(rest) >= len(_MAGIC) or not self._more():
                break
        if not self._raw:
            return False
        self._member, self._unpacked, self._ended = self._base, 0, False
        self._end_before = self._member_end
        if not self._raw.startswith(_MAGIC):
            raise self._lost("something follows that is no gzip")
        self._unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return True

    def _lost(self, told: str) -> Damaged:
        """Go to the next member that begins as a record does."""
        offset, found = self._member, False
        self._drop(1 if self._base == self._member else 0)
        while not found:
            at = self._raw.find(_MAGIC)
            if at >= 0:
                self._drop(at)
                if len(self._raw) < _CHUNK:
                    self._more()
                found = _is_record(self._raw)
                if not found:
                    self._drop(1)
                continue
            self._drop(max(0, len(self._raw) - len(_MAGIC) + 1))
            if not self._more():
                self._drop(len(self._raw))
                break
        self._ended = True
        return Damaged(told, offset, skipped=found)

    def _drop(self, count: int) -> None:
        self._base += len(self._raw[:count])
        self._raw = self._raw[count:]


def _is_record(raw: bytes) -> bool:
    try:
        start = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw, 64)
    except zlib.error:
        return False
    return start.startswith(b"WARC/") or b"://" in start
