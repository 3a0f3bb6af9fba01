"""Records handed out as they stand: a WARC file of few records, copied member by member as a reader takes it."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from miacrawl.errors import StorageError
from miacrawl.serve.headers import REPLAY_HEADERS
from miacrawl.serve.queries.cards import Row
from miacrawl.serve.record import aside, present, unreadable
from miacrawl.store.capture import FOLDER
from miacrawl.warc.block import record_headers
from miacrawl.warc.neighbour import request_behind, warcinfo_of
from miacrawl.warc.reading import MAX_RECORD_BYTES
from miacrawl.warc.writer import Place, path_of

_CHUNK = 2**18
Send = Callable[[dict[str, Any]], Awaitable[None]]


def places(folder: Path, chain: Sequence[Row]) -> list[Place]:
    """The records that make a file of the first of `chain` (see `queries.captures.chain`) that stands alone.

    What the file that it is from says of itself; the captures that it refers to, the first made first; itself; and
    behind each its request. Raises PageError where one of them is not there whole.
    """
    found: list[Place] = []
    for row in reversed(chain):
        place = present(folder, row)
        try:
            behind = request_behind(folder, place, _checked(folder, place))
            told = warcinfo_of(folder, place.file)
        except (OSError, StorageError) as error:
            raise unreadable(row, error, folder) from error
        if row is chain[0] and told is not None and told.place.offset != place.offset:
            found.insert(0, told.place)
        found += [place, *([behind.place] if behind else [])]
    return found


def _checked(folder: Path, place: Place) -> Mapping[str, str]:
    """The headers of the record at a place, which must be one whole gzip member. Raises StorageError, and OSError."""
    where = f"{FOLDER}/{place.file}, offset {place.offset:,}"
    unpacker, left, head, size = zlib.decompressobj(zlib.MAX_WBITS | 16), place.length, b"", 0
    with _opened(folder, place.file) as file:
        file.seek(place.offset)
        while left and (chunk := file.read(min(left, _CHUNK))):
            left -= len(chunk)
            while chunk:
                try:
                    data = unpacker.decompress(chunk, _CHUNK)
                except zlib.error as error:
                    raise StorageError(f"{where}: {error}") from error
                size += len(data)
                if size > MAX_RECORD_BYTES:
                    raise StorageError(f"{where}: a record of over {MAX_RECORD_BYTES // 2**20:,} MB")
                head = head if len(head) > _CHUNK else head + data
                chunk = unpacker.unconsumed_tail
    if left or not unpacker.eof or unpacker.unused_data or not head.startswith(b"WARC/"):
        raise StorageError(f"{where}: no whole record")
    return record_headers(head)


def _opened(folder: Path, name: str) -> BinaryIO:
    try:
        return path_of(folder, name).open("rb")
    except FileNotFoundError:
        return path_of(folder, name).open("rb")  # it may have got its name just now


@dataclass(slots=True)
class Download:
    """A response: the records at some places, one after the other, as a file called `name`."""

    folder: Path
    places: Sequence[Place]
    name: str
    status: int = 200

    async def asgi_send(self, send: Send) -> None:
        """Send it in pieces, each read in a thread. Ends short where a file is cut meanwhile: its length was told."""
        headers = {
            **REPLAY_HEADERS,
            "Content-Type": "application/gzip",
            "Content-Disposition": f'attachment; filename="{self.name}"',
            "Content-Length": str(sum(place.length for place in self.places)),
        }
        told = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": told})
        for place in self.places:
            file = await aside(_opened, self.folder, place.file)
            with file:
                await aside(file.seek, place.offset)
                left = place.length
                while left and (chunk := await aside(file.read, min(left, _CHUNK))):
                    left -= len(chunk)
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
