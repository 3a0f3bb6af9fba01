"""What went over the wire for one request: the noun between fetching, which sees it, and WARC files, which keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and the answer to it, byte for byte, but for transfer codings (chunks), which are undone.

    * `url`: the address asked for, absolute; `began`: when the request was sent, with a zone.
    * `request`: the request as sent: request line, headers, blank line, body.
    * `head`: status line, headers and blank line of the answer; `body`: its body, Content-Encoding as it came.
    * `ip`: whom the connection was to, where known.
    """

    url: str
    began: datetime
    status: int
    request: bytes
    head: bytes
    body: bytes
    ip: str | None = None
