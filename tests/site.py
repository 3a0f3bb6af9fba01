"""A small web site on loopback for tests: paths to answers, and a log of what was asked."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]
_HTML = {"Content-Type": "text/html; charset=utf-8"}


def article(title: str, *, links: str = "", canonical: str = "", topic: str = "walking") -> bytes:
    """A plain article page with six paragraphs about `topic`."""
    paragraphs = "".join(
        f"<p>Paragraph {number} on {topic}: people who keep at it, week after week, tell of better days, and of nights "
        f"in which they sleep {number} hours more than they did before, as far as anybody can tell.</p>"
        for number in range(1, 7)
    )
    head = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head><body><main>"
        f"<h1>{title}</h1>{paragraphs}</main>{links}</body></html>"
    ).encode()


def listing(*hrefs: str) -> bytes:
    """A listing page that links to `hrefs`."""
    links = "".join(f'<li><a href="{href}">Link to {number}</a></li>' for number, href in enumerate(hrefs))
    return f"<!doctype html><html><title>Listing</title><h1>All stories</h1><ul>{links}</ul></html>".encode()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # of five, a slow machine drops the sixth, and it comes again a second later
    daemon_threads = True


class FakeSite:
    """Serves `pages` (path with query → bytes, an answer, or a function that makes one) on 127.0.0.1."""

    def __init__(self, port: int = 0) -> None:
        self.pages: dict[str, bytes | Answer | Callable[[], Any]] = {}
        self.asked: list[str] = []
        self.headers: Any = {}
        """Headers of the request that is being answered."""
        self.times: list[float] = []
        """When each of `asked` came in, by time.monotonic."""
        self._server = _Server(("127.0.0.1", port), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """The site's address, with a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def at(self, path: str) -> str:
        """The address of `path`."""
        return self.url + path.lstrip("/")

    def __enter__(self) -> FakeSite:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> Answer:
        """What the site says to `path`."""
        self.asked.append(path)
        self.times.append(time.monotonic())
        page = self.pages.get(path)
        if callable(page):
            page = page()
        if page is None:
            return 404, _HTML, b"<title>Not found</title><h1>Not found</h1>"
        return (200, _HTML, page) if isinstance(page, bytes) else page

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.headers = self.headers
                status, headers, body = site.answer(self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                # A crawler that a test kills no longer listens.
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    self.wfile.write(body)

            do_POST = do_GET  # noqa: N815  http.server's name

            def log_message(self, *_: object) -> None:
                pass

        return Handler
