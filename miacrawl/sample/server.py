"""Publishes the sample site on loopback, for demonstrations and tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from miacrawl.sample import REVISIONS
from miacrawl.sample.answer import Answer, answer

HOST = "127.0.0.1"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SampleHealthFeed"
    sys_version = ""
    timeout = 30
    disable_nagle_algorithm = True
    server: SampleServer

    def do_GET(self) -> None:
        self._serve(with_body=True)

    def do_HEAD(self) -> None:
        self._serve(with_body=False)

    def _serve(self, with_body: bool) -> None:
        self.server.requests.append(self.path)
        made = answer(self.path, self.server.url.rstrip("/"), self.server.revision)
        unchanged = made.status == 200 and _is_known(made, self.headers)
        self.send_response(304 if unchanged else made.status)
        for name, value in _headers(made):
            if not unchanged or name in ("ETag", "Last-Modified"):
                self.send_header(name, value)
        self.end_headers()
        if with_body and not unchanged:
            self.wfile.write(made.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what was asked for is kept in `SampleServer.requests`."""


def _headers(made: Answer) -> Iterator[tuple[str, str]]:
    yield "Content-Type", made.content_type
    yield "Content-Length", str(len(made.body))
    if made.location:
        yield "Location", made.location
    if made.status == 200:
        yield "ETag", made.etag
    if made.changed:
        yield "Last-Modified", format_datetime(made.changed, usegmt=True)


def _is_known(made: Answer, asked: Any) -> bool:
    """Whether the client's copy is still good (RFC 9110, 13.2.2: a tag makes the date not count)."""
    tags = asked.get("If-None-Match")
    if tags is not None:
        return "*" in tags or made.etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
    since = _http_date(asked.get("If-Modified-Since"))
    return since is not None and made.changed is not None and made.changed <= since


def _http_date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class SampleServer(ThreadingHTTPServer):
    """The running site. `requests` are the paths (with query) asked for so far, in order; `revision` may be set."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int = 0, revision: int = 1) -> None:
        self.requests: list[str] = []
        self.revision = revision
        super().__init__((HOST, port), _Handler)

    @property
    def revision(self) -> int:
        """Which state of the site is online.

        Setting it raises ValueError for a state that the site never had.
        """
        return self._revision

    @revision.setter
    def revision(self, number: int) -> None:
        if number not in REVISIONS:
            raise ValueError(f"The sample site has the revisions {REVISIONS}, not {number!r}")
        self._revision = number

    @property
    def url(self) -> str:
        """Address of the front page: "http://127.0.0.1:PORT/"."""
        return f"http://{HOST}:{self.server_address[1]}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up early is no news; anything else is shown as usual."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


@contextmanager
def serve_sample(port: int = 0, *, revision: int = 1) -> Iterator[SampleServer]:
    """Serve the sample site on 127.0.0.1 from a thread, until the `with` block ends. Port 0 takes a free one.

    Raises OSError where the port is taken, ValueError for a revision that the site never had.
    """
    server = SampleServer(port, revision)
    thread = Thread(
        target=server.serve_forever,
        kwargs={"poll_interval": 0.05},
        name=f"sample-site-{server.server_port}",
        daemon=True,
    )
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
