"""One answer out of a file: what its record says, with what other tools do otherwise put right."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from urllib.parse import urldefrag, urljoin

from warcio.bufferedreaders import ChunkedDataReader

from miacrawl.store.capture import headers_in
from miacrawl.store.clock import written
from miacrawl.urls import url_key, without_credentials
from miacrawl.warc.foreign import MAX_BLOCK_BYTES, Raw
from miacrawl.warc.reading import Stored
from miacrawl.warc.record import stored_head

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?![0-9])")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNKED = re.compile(rb"^transfer-encoding[ \t]*:[^\n]*chunked", re.I | re.M)
_REDIRECTS = (301, 302, 303, 307, 308)
_FIRST_WEB_PAGE = "1991-01-01T00:00:00Z"
_TOLERANCE = timedelta(days=1)
_ALGORITHMS = ("md5", "sha1", "sha256", "sha512")


@dataclass(frozen=True, slots=True)
class Piece:
    """An answer, or what a browser made of one (a conversion).

    * `stored`: the record; its body without transfer codings, its date to the second, its address without fragment.
    * `head`: of HTTP as it is to be stored; `dated`: WARC-Date as it stands.
    * `source`, `offset`, `length`: which file, where, and how long the record is there if it has a gzip member alone.
    * `altered`: the block is not the one that the record had (it was in chunks).
    * `faults`: what is wrong with it though it was taken, in words.
    * `request`: head and body of the request.
    """

    stored: Stored
    head: bytes
    dated: str
    source: str
    offset: int
    length: int | None = None
    altered: bool = False
    faults: tuple[str, ...] = ()
    request: bytes | None = None

    @property
    def id(self) -> str:
        """WARC-Record-ID."""
        return self.stored.warc.get("WARC-Record-ID", "")

    @property
    def leads_to(self) -> str | None:
        """Where it redirects to."""
        place = self.stored.header("Location") if self.stored.status in _REDIRECTS else None
        try:
            return urldefrag(urljoin(self.stored.url, place.strip()))[0] if place else None
        except ValueError:
            return None

    @property
    def is_cut(self) -> bool:
        """Whether the record says that it is not all that there was."""
        return "WARC-Truncated" in self.stored.warc


def why_not(raw: Raw, *, own: bool = False) -> str | None:
    """Why a record, by its headers, is none that can be taken, or None. `own`: of this archive's own files."""
    if raw.kind not in ("response", "revisit", "conversion"):
        return f"{raw.kind or 'nameless'} record"
    if raw.kind == "conversion" and not raw.headers.get("Content-Type", "").startswith("text/html"):
        return "conversion record"
    if "WARC-Segment-Number" in raw.headers:
        return "record in several segments"
    if raw.oversize:
        return f"larger than {MAX_BLOCK_BYTES // 2**20} MB"
    url = address(raw.headers)
    if url is None:
        return "not of the web (dns:, ftp:, …)"
    try:
        url_key(url)
    except ValueError:
        return "an address that can't be read"
    return None if own else _why_not_dated(raw.headers)


def _why_not_dated(headers: Mapping[str, str]) -> str | None:
    at = moment(headers.get("WARC-Date", ""))
    if at is None:
        return "no date that can be read"
    if at > datetime.now(UTC) + _TOLERANCE or written(at) < _FIRST_WEB_PAGE:
        return "a date that can't be"
    return None


def address(headers: Mapping[str, str]) -> str | None:
    """The address that a record is of, without fragment and credentials; None where it is not of the web."""
    text = headers.get("WARC-Target-URI", "").strip().removeprefix("<").removesuffix(">").replace(" ", "%20")
    if not text[:8].lower().startswith(("http://", "https://")):
        return None
    try:
        return without_credentials(urldefrag(text)[0])
    except ValueError:
        return text


def moment(text: str) -> datetime | None:
    """A WARC-Date (or that of an ARC file, which warcio has written alike)."""
    try:
        at = datetime.fromisoformat(text.strip())
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def piece_of(raw: Raw, source: str) -> Piece | str:
    """The answer in a record that `why_not` has nothing against; or why it is none, in words."""
    url, at = address(raw.headers) or "", moment(raw.headers.get("WARC-Date", ""))
    date = written(at) if at is not None else raw.headers.get("WARC-Date", "")
    dated = raw.headers.get("WARC-Date", "")
    if raw.kind == "conversion":
        stored = Stored(raw.kind, raw.headers, url, date, None, (), raw.block)
        return Piece(stored, b"", dated, source, raw.offset, raw.length)
    status = _STATUS.match(raw.block)
    if status is None and raw.kind == "revisit" and not raw.block.strip():
        stored = Stored(raw.kind, raw.headers, url, date, None, (), b"")
        return Piece(stored, b"", dated, source, raw.offset, raw.length)
    if status is None:
        return "no HTTP answer: it has no status line"
    head, came = _parted(raw.block)
    body = _without_chunks(came) if _CHUNKED.search(head) else came
    faults: tuple[str, ...] = ()
    if raw.kind != "revisit" and not _is_sound(raw.headers, came, body):
        faults = ("its digest is not that of its body",)
    if "WARC-Truncated" in raw.headers:
        faults += ("it was cut off when it was fetched",)
    kept = head if raw.kind == "revisit" else stored_head(head, len(body))
    headers = headers_in(kept)
    stored = Stored(raw.kind, raw.headers, url, date, int(status.group(1)), headers, body)
    return Piece(stored, kept, dated, source, raw.offset, raw.length, (kept, body) != (head, came), faults)


def _parted(block: bytes) -> tuple[bytes, bytes]:
    """Head, blank line included, and body."""
    end = _HEAD_END.search(block)
    return (block.rstrip(b"\r\n") + b"\r\n\r\n", b"") if end is None else (block[: end.end()], block[end.end() :])


def _without_chunks(body: bytes) -> bytes:
    """A body put together from the chunks it came in; as it stands where it is in none, though its head says so."""
    reader, parts = ChunkedDataReader(BytesIO(body)), []
    while part := reader.read(2**20):
        parts.append(part)
    return b"".join(parts)


def _is_sound(headers: Mapping[str, str], came: bytes, body: bytes) -> bool:
    """Whether the digest that a record states is that of its body, as it came or without chunks; so where none is."""
    name, sign, told = headers.get("WARC-Payload-Digest", "").strip().partition(":")
    algorithm = name.lower().replace("-", "")
    if not sign or algorithm not in _ALGORITHMS:
        return True
    return any(is_digest(algorithm, told, data) for data in dict.fromkeys((came, body)))


def is_digest(algorithm: str, told: str, data: bytes) -> bool:
    """Whether a digest, in hex or base 32, is that of `data`."""
    digest = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    try:
        raw = bytes.fromhex(told) if len(told) == 2 * len(digest) else base64.b32decode(told.upper())
    except (ValueError, binascii.Error):
        return False
    return raw == digest
