"""What a record says of itself, held against what it is: its length and its digests."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from miacrawl.errors import StorageError

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_HTTP = ("response", "revisit", "request")
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Block:
    """An unpacked record: its own headers, names in lower case, and the bytes that they speak of."""

    headers: Mapping[str, str]
    data: bytes

    @property
    def kind(self) -> str:
        """WARC-Type."""
        return self.headers.get("warc-type", "")

    @property
    def url(self) -> str:
        """WARC-Target-URI; old writers put it in angle brackets."""
        return self.headers.get("warc-target-uri", "").strip("<>")

    @property
    def payload(self) -> bytes:
        """The body: of HTTP, or of a record that is no message of HTTP all of it."""
        if self.kind not in _HTTP:
            return self.data
        end = _BLANK_LINE.search(self.data)
        return self.data[end.end() :] if end else b""

    def trouble(self) -> str | None:
        """Which of the digests that the record states does not hold; None where all do that can be computed."""
        if holds(self.headers.get("warc-block-digest", ""), self.data) is False:
            return "its block is not what its digest says"
        if self.kind != "revisit" and holds(self.headers.get("warc-payload-digest", ""), self.payload) is False:
            return "its body is not what its digest says"
        return None


def block_of(data: bytes) -> Block:
    """The record in `data`, a gzip member's content. Raises StorageError where it is none, or has another length."""
    head = _BLANK_LINE.search(data)
    if head is None or not data.startswith(b"WARC/"):
        raise StorageError("no WARC record")
    headers = _headers(data[: head.start()].decode("utf-8", "replace"))
    stated = headers.get("content-length", "")
    if not stated.isdecimal():
        raise StorageError("a record that does not say how long it is")
    block = data[head.end() : head.end() + int(stated)]
    if len(block) < int(stated) or data[head.end() + int(stated) :] != _END:
        raise StorageError("a record that is not as long as it says")
    return Block(headers, block)


def record_headers(data: bytes) -> Mapping[str, str]:
    """The headers at the start of `data`, as `Block` has them; none where no record begins there. Never raises."""
    head = _BLANK_LINE.search(data)
    if head is None or not data.startswith(b"WARC/"):
        return {}
    return _headers(data[: head.start()].decode("utf-8", "replace"))


def http_head(data: bytes) -> bytes:
    """The head of the message of HTTP in a record (unpacked, as for `block_of`), as it stands; b"" where there is none.

    It is what came over the wire, but for what `miacrawl.warc.record` says of it. Never raises.
    """
    start = _BLANK_LINE.search(data)
    if start is None or not data.startswith(b"WARC/"):
        return b""
    end = _BLANK_LINE.search(data, start.end())
    return data[start.end() : end.end() if end else len(data)]


def _headers(text: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines()[1:]:
        if line[:1] in (" ", "\t") and name:
            found[name].append(line.strip())
            continue
        name, _, value = line.partition(":")
        name = name.strip().lower()
        found.setdefault(name, [value.strip()])
    return {name: " ".join(values) for name, values in found.items()}


def holds(stated: str, data: bytes) -> bool | None:
    """Whether `data` has the digest `stated` ("sha256:…", in hex or base 32); None where that can't be computed."""
    algorithm, _, value = stated.partition(":")
    name = algorithm.lower().replace("-", "")
    if not value or name not in ("sha1", "sha256", "sha512", "md5"):
        return None
    digest = hashlib.new(name, data, usedforsecurity=False)
    if value.lower() == digest.hexdigest():
        return True
    return value.upper().rstrip("=") == base64.b32encode(digest.digest()).decode().rstrip("=")
