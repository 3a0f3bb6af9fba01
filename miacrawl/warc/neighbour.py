"""Small records that stand beside others in a file: what the file says of itself, and the request behind an answer."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from miacrawl.errors import StorageError
from miacrawl.warc.block import Block, block_of
from miacrawl.warc.reading import taken
from miacrawl.warc.writer import Place

MAX_PACKED, MAX_UNPACKED = 2**16, 2**20
"""Bytes of such a record: a larger one is none that a crawler writes."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A record, where it is, and its bytes when unpacked."""

    place: Place
    block: Block
    data: bytes


def warcinfo_of(folder: Path, file: str) -> Neighbour | None:
    """What a file says of itself, in its first record; None where it says nothing. Raises OSError."""
    found = _at(folder, file, 0)
    return found if found is not None and found.block.kind == "warcinfo" else None


def request_behind(folder: Path, answer: Place, told: Mapping[str, str]) -> Neighbour | None:
    """The request that the record at `answer`, whose own headers are `told`, is the answer to.

    None where it does not stand behind it. Raises OSError.
    """
    found = _at(folder, answer.file, answer.offset + answer.length)
    if found is None or found.block.kind != "request":
        return None
    ids = (told.get("warc-record-id"), found.block.headers.get("warc-record-id"))
    concurrent = (found.block.headers.get("warc-concurrent-to"), told.get("warc-concurrent-to"))
    return found if any(one is not None and one == other for one, other in zip(ids, concurrent, strict=True)) else None


def _at(folder: Path, file: str, offset: int) -> Neighbour | None:
    _, packed = taken(folder, Place(file, offset, MAX_PACKED))
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        data = unpacker.decompress(packed, MAX_UNPACKED)
        if not unpacker.eof:
            return None
        block = block_of(data)
    except (zlib.error, StorageError):
        return None
    return Neighbour(Place(file, offset, len(packed) - len(unpacker.unused_data)), block, data)
