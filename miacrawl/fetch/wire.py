"""What a connection sees of one request and the head of its answer, byte for byte, for whoever keeps captures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

REDACTED = b"[redacted]"
SECRET = frozenset((b"authorization", b"proxy-authorization", b"cookie"))
"""Headers of requests that would let others in, in lower case."""


@dataclass(slots=True)
class Wire:
    """One request on one connection. `url`: without fragment; `lines`: of the answer's head, ends of lines included."""

    url: str
    request: bytes
    ip: str | None
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    lines: list[bytes] = field(default_factory=list)

    @property
    def head(self) -> bytes:
        """The head of the answer as it came, with its blank line."""
        return b"".join(self.lines)


class Answering:
    """The wire whose answer's head is complete at this moment, while Scrapy is told so.

    Twisted hands the head from connection to Scrapy without a break, and nothing else of what the connection knows.
    """

    now: Wire | None = None


def request_head(request: Any) -> bytes:
    """Request line and headers as Twisted writes them. What would let others in is blacked out."""
    lines = [b"%s %s HTTP/1.1" % (request.method, request.uri)]
    if not request.persistent:
        lines.append(b"Connection: close")
    if request.bodyProducer is not None:
        lines.append(b"Content-Length: %d" % request.bodyProducer.length)
    for name, values in request.headers.getAllRawHeaders():
        secret = name.lower() in SECRET
        lines += [b"%s: %s" % (name, REDACTED if secret else value) for value in values]
    return b"\r\n".join(lines) + b"\r\n\r\n"
