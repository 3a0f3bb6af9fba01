"""WARC files as others make them, for tests: records by warcio, and bytes that no tool should write."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.site import article

HTML = {"Content-Type": "text/html; charset=utf-8"}


class ForeignWarc:
    """Records of a foreign crawl, one after the other; `write(path)` puts them in a file."""

    def __init__(self) -> None:
        self._out = BytesIO()
        self._writer = WARCWriter(self._out, gzip=True)

    def add(
        self,
        url: str,
        body: bytes = b"",
        *,
        at: str = "2024-03-01T10:00:00Z",
        status: str = "200 OK",
        headers: Mapping[str, str] = HTML,
        kind: str = "response",
        warc: Mapping[str, str] | None = None,
        request: bool = False,
        protocol: str = "HTTP/1.1",
    ) -> Any:
        http = StatusAndHeaders(status, list(headers.items()), protocol=protocol)
        told = {"WARC-Date": at, "WARC-IP-Address": "192.0.2.7", **(warc or {})}
        record = self._writer.create_warc_record(url, kind, BytesIO(body), http_headers=http, warc_headers_dict=told)
        if request:
            asked = StatusAndHeaders(
                "GET / HTTP/1.1", [("Cookie", "id=secret"), ("Accept", "*/*")], is_http_request=True
            )
            of = {"WARC-Date": at, "WARC-Concurrent-To": record.rec_headers["WARC-Record-ID"]}
            self._writer.write_request_response_pair(
                self._writer.create_warc_record(url, "request", BytesIO(), http_headers=asked, warc_headers_dict=of),
                record,
            )
        else:
            self._writer.write_record(record)
        return record

    def add_plain(self, kind: str, url: str, body: bytes, content_type: str = "text/plain") -> None:
        """A record whose block is no HTTP."""
        told = {"WARC-Date": "2024-03-01T10:00:00Z"}
        self._writer.write_record(
            self._writer.create_warc_record(
                url, kind, BytesIO(body), warc_content_type=content_type, warc_headers_dict=told
            )
        )

    @property
    def data(self) -> bytes:
        return self._out.getvalue()

    def write(self, path: Path) -> Path:
        path.write_bytes(self.data)
        return path


def raw_record(
    url: str, block: bytes, at: str = "2024-03-01T10:00:00Z", *, length: int | None = None, **told: str
) -> bytes:
    """A response record, byte for byte as given."""
    headers = {
        "WARC-Type": "response",
        "WARC-Target-URI": url,
        "WARC-Date": at,
        "Content-Type": "application/http;msgtype=response",
        "Content-Length": str(len(block) if length is None else length),
        **{name.replace("_", "-"): value for name, value in told.items()},
    }
    head = "WARC/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    return head.encode() + block + b"\r\n\r\n"


def packed(*records: bytes) -> bytes:
    """A gzip member each."""
    return b"".join(gzip.compress(record) for record in records)


def news(count: int, host: str = "news.example") -> ForeignWarc:
    """A file of so many articles, one an hour."""
    warc = ForeignWarc()
    for number in range(count):
        url = f"https://{host}/2024/03/story-number-{number}-of-the-day"
        warc.add(
            url,
            article(f"Story {number} of the day", topic=f"topic {number}"),
            at=f"2024-03-01T{number % 24:02}:00:00Z",
        )
    return warc
