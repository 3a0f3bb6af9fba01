"""Records as WARC 1.1 has them, made of exchanges; warcio puts them on paper.

Status line, headers and body stand in a record as they came, with two exceptions. A body that came in chunks is stored
whole, and what said so is renamed, as Common Crawl does it (`X-Crawler-Transfer-Encoding`, with a Content-Length). And
a line of the head with nothing to be seen in it is left out: readers would take it for the end of the head.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Literal, cast

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from miacrawl.exchange import Exchange

Kind = Literal["response", "revisit", "conversion", "request", "warcinfo"]
WARC_VERSION = "WARC/1.1"
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_RESPONSE, _REQUEST = "application/http;msgtype=response", "application/http;msgtype=request"
_TRANSFER_ENCODING = re.compile(rb"^transfer-encoding(?=[ \t]*:)", re.I | re.M)
_CONTENT_LENGTH = re.compile(rb"^content-length[ \t]*:[^\n]*\n", re.I | re.M)
_UNSEEN_LINE = re.compile(rb"^(?!\r?\n)[^\x21-\x7e\n]+\n", re.M)
_BLANK_LINE = re.compile(rb"\r?\n\Z")


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its own headers, then the block: `head` (of HTTP, where it has one) and `body`.

    `id`: WARC-Record-ID, in angle brackets; `date`: WARC-Date, UTC to the second; `digest`: of the body.
    """

    kind: Kind
    id: str
    date: str
    content_type: str
    headers: Mapping[str, str]
    head: bytes = b""
    body: bytes = b""

    def as_bytes(self) -> bytes:
        """The record as it stands in a file, not packed."""
        told = {"WARC-Type": self.kind, "WARC-Record-ID": self.id, "WARC-Date": self.date, **self.headers}
        told["WARC-Block-Digest"] = digest_of(self.head, self.body)
        headers = StatusAndHeaders("", list(told.items()), protocol=WARC_VERSION)
        head = _Head(self.head) if self.head else None
        record = ArcWarcRecord("warc", self.kind, headers, BytesIO(self.body), head, self.content_type, len(self.body))
        record.payload_length = len(self.body)
        # Where there is none to state (a revisit without its body, a request), warcio would make one of its own.
        out = BytesIO()
        _Writer(out, gzip=False, warc_version=WARC_VERSION).write_record(record)
        return out.getvalue()


class _Writer(WARCWriter):  # type: ignore[misc]
    """warcio's writer, which adds no digests besides those that the record has."""

    def ensure_digest(self, record: object, block: bool = True, payload: bool = True) -> None:
        """Nothing: every record brings its digests."""


class _Head:
    """Headers of HTTP as warcio's writer wants them, kept as they came; its own would be parsed and put anew."""

    def __init__(self, head: bytes) -> None:
        self.headers_buff = head

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """Nothing: they are there."""


def digest_of(*parts: bytes) -> str:
    """ "sha256:…" in hex, over the parts one after the other."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return f"sha256:{digest.hexdigest()}"


def new_id() -> str:
    """A WARC-Record-ID that nobody else has."""
    return cast(str, StatusAndHeadersParser.make_warc_id())


def dated(moment: datetime) -> str:
    """A moment as WARC-Date has it, to the second: the form that the archive's columns have too."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def response_of(exchange: Exchange, digest: str) -> Record:
    """The answer in full; `digest`: of its body."""
    return Record(
        "response",
        new_id(),
        dated(exchange.began),
        _RESPONSE,
        {**_target(exchange), "WARC-Payload-Digest": digest},
        stored_head(exchange.head, len(exchange.body)),
        exchange.body,
    )


def revisit_of(exchange: Exchange, profile: str, digest: str, of_url: str, of_date: str) -> Record:
    """An answer whose body is that of an earlier one, or that says so (304): its headers, and which one it was."""
    told = {
        "WARC-Profile": profile,
        "WARC-Payload-Digest": digest,
        "WARC-Refers-To-Target-URI": of_url,
        "WARC-Refers-To-Date": of_date,
    }
    # A 304 answer has no body, and may tell the length of the one that it speaks of.
    head = plain_head(exchange.head) if profile == NOT_MODIFIED else stored_head(exchange.head, len(exchange.body))
    return Record("revisit", new_id(), dated(exchange.began), _RESPONSE, {**_target(exchange), **told}, head)


def request_of(exchange: Exchange, answer: Record) -> Record:
    """The request that `answer` is the answer to."""
    told = {**_target(exchange), "WARC-Concurrent-To": answer.id}
    head, end, body = exchange.request.partition(b"\r\n\r\n")
    return Record("request", new_id(), answer.date, _REQUEST, told, head + end, body)


def conversion_of(original: str, url: str, moment: datetime, html: bytes) -> Record:
    """What a browser made of the page in the record `original` (its id), at the address that it then had."""
    told = {"WARC-Target-URI": url, "WARC-Refers-To": original, "WARC-Payload-Digest": digest_of(html)}
    return Record("conversion", new_id(), dated(moment), "text/html;charset=utf-8", told, b"", html)


def warcinfo(file_name: str, moment: datetime, told: Mapping[str, str]) -> Record:
    """What the first record of a file says of the rest; `told`: names as in ISO 28500, section 6.2."""
    body = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value).encode()
    return Record(
        "warcinfo", new_id(), dated(moment), "application/warc-fields", {"WARC-Filename": file_name}, b"", body
    )


def plain_head(head: bytes) -> bytes:
    """The head of an answer without lines that look empty and are not."""
    return _UNSEEN_LINE.sub(b"", head)


def stored_head(head: bytes, length: int) -> bytes:
    """The head of an answer whose body is stored with `length` bytes and without transfer codings."""
    head = plain_head(head)
    renamed, chunked = _TRANSFER_ENCODING.subn(b"X-Crawler-Transfer-Encoding", head)
    if not chunked:
        return head
    # Where both are given the length is to be ignored (RFC 9112, section 6.3).
    renamed = _BLANK_LINE.sub(b"", _CONTENT_LENGTH.sub(b"", renamed))
    return renamed + f"Content-Length: {length}\r\n\r\n".encode()


def _target(exchange: Exchange) -> dict[str, str]:
    told = {"WARC-Target-URI": exchange.url}
    return {**told, "WARC-IP-Address": exchange.ip} if exchange.ip else told
