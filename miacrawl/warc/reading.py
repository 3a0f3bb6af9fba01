"""A stored record read back: its headers, and the page in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from miacrawl.errors import StorageError
from miacrawl.warc.coding import MAX_BYTES, decoded
from miacrawl.warc.member import unpack
from miacrawl.warc.record import digest_of
from miacrawl.warc.writer import Place, path_of

MAX_RECORD_BYTES = 80 * 2**20
"""Of a record when unpacked: bodies are at most 32 MB as they came, and are bounded when rendered."""
_STATUS = re.compile(r"HTTP/\S+ +(\d{3})", re.I)


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it was read.

    * `kind`: WARC-Type; `warc`: its own headers by name; `url`, `date`: WARC-Target-URI, WARC-Date.
    * `status`: of HTTP, None where the block is none; `headers`: of HTTP, in their order, names as they stand.
    * `body`: as stored, Content-Encoding and all; `content()` undoes that.
    """

    kind: str
    warc: Mapping[str, str]
    url: str
    date: str
    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header of HTTP, whatever its name's case."""
        return next((value for found, value in self.headers if found.lower() == name.lower()), None)

    def all_headers(self, name: str) -> tuple[str, ...]:
        """All values of a header of HTTP."""
        return tuple(value for found, value in self.headers if found.lower() == name.lower())

    def content(self, max_bytes: int = MAX_BYTES) -> bytes:
        """The body as a browser reads it. Raises StorageError where it can't be unpacked, or is too large then."""
        codings = [coding for value in self.all_headers("Content-Encoding") for coding in value.split(",")]
        return decoded(self.body, codings, max_bytes)


def read(folder: Path, place: Place) -> Stored:
    """The record at `place`. Raises StorageError, saying what is wrong, where it is not there whole."""
    return parsed(raw(folder, place), f"{place.file}, offset {place.offset:,}")


def raw(folder: Path, place: Place) -> bytes:
    """The gzip member at `place` as it stands. Raises StorageError where the file is missing or too short."""
    try:
        path, data = taken(folder, place)
    except OSError as error:
        path = path_of(folder, place.file)
        raise StorageError(f"{path} can't be read: {error.strerror or error}") from error
    if len(data) < place.length:
        raise StorageError(f"{path} ends before the record at {place.offset:,}: a part of it is lost")
    return data


def taken(folder: Path, place: Place, *, again: bool = True) -> tuple[Path, bytes]:
    """A file, and what stands at `place` in it, which may be less than is asked for. Raises OSError."""
    path = path_of(folder, place.file)
    try:
        with path.open("rb") as file:
            file.seek(place.offset)
            return path, file.read(place.length)
    except FileNotFoundError:
        if not again:
            raise
        return taken(folder, place, again=False)  # it may have got its name just now


def parsed(member: bytes, where: str) -> Stored:
    """The record in a gzip member; `where` names it in errors. Raises StorageError."""
    return record_in(unpacked(member, where), where)


def unpacked(member: bytes, where: str, max_bytes: int = MAX_RECORD_BYTES) -> bytes:
    """What is in a gzip member; `where` names it in errors. Raises StorageError, Oversize where it is too large."""
    try:
        return unpack(member, max_bytes)
    except StorageError as error:
        raise type(error)(f"{where}: {error}") from error


def record_in(data: bytes, where: str) -> Stored:
    """The record in `data`, the content of a gzip member. Raises StorageError."""
    try:
        record = next(iter(ArchiveIterator(BytesIO(data), no_record_parse=False, arc2warc=False)))
        stored = stored_of(record)
        if not stored.kind:
            raise ValueError("it has no WARC-Type")
        return stored
    except StorageError:
        raise
    except StopIteration as error:
        raise StorageError(f"{where}: no WARC record (it is empty)") from error
    except Exception as error:  # warcio raises whatever a garbled record makes it stumble over
        raise StorageError(f"{where}: no WARC record ({error})") from error


def stored_of(record: Any) -> Stored:
    """A record as warcio read it; its body is read here. Raises what warcio raises, StorageError where it is short."""
    warc = dict(record.rec_headers.headers)
    body = record.raw_stream.read(MAX_RECORD_BYTES)
    # What a record says of its length and does not have is left over in warcio's reader.
    if getattr(record.raw_stream, "limit", 0) > 0:
        told = "larger than can be read" if len(body) >= MAX_RECORD_BYTES else "shorter than it says"
        raise StorageError(f"the record is {told}")
    http = record.http_headers
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    if http is not None:
        found = _STATUS.match(f"{http.protocol} {http.statusline}")
        status = int(found.group(1)) if found else None
        headers = tuple((str(name), str(value)) for name, value in http.headers)
    return Stored(
        record.rec_type, warc, warc.get("WARC-Target-URI", ""), warc.get("WARC-Date", ""), status, headers, body
    )


def is_sound(stored: Stored) -> bool | None:
    """Whether a record's body has the digest that it states; None where it states none that can be checked."""
    stated = stored.warc.get("WARC-Payload-Digest", "")
    if stored.kind == "revisit" or not stated.startswith("sha256:"):
        return None
    return digest_of(stored.body) == stated
