"""Has every answer kept as it came. A downloader middleware, next to the downloader.

Answers to a ledger entry, those of redirects on its way included, wait in `request.meta["exchanges"]` for what becomes
of the entry: they are stored with it. All others (robots.txt, what a rendered page asks for) are handed to the spider's
`keep(exchanges)` at once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

from scrapy import signals
from scrapy.exceptions import NotConfigured

from miacrawl.exchange import Exchange
from miacrawl.fetch.wire import REDACTED, SECRET, Answering, Wire

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

EXCHANGES, _WIRE = "exchanges", "wire"


class CaptureMiddleware:
    """Makes an `Exchange` of each request and its answer."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("MIACRAWL_CAPTURES"):
            raise NotConfigured
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CaptureMiddleware:
        """Scrapy's way to make one."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.answered, signal=signals.headers_received)
        return middleware

    def answered(self, request: Request) -> None:
        """The head of the answer to `request` is there: note what its connection saw."""
        wire = Answering.now
        if wire is not None and wire.url == urldefrag(request.url)[0]:
            request.meta[_WIRE] = wire

    def process_request(self, request: Request) -> None:
        """Forget the connection of the redirect that led here."""
        request.meta.pop(_WIRE, None)

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep the exchange, or have it wait for what becomes of its entry."""
        exchange = exchange_of(request, response, request.meta.pop(_WIRE, None))
        if "entry" in request.meta:
            request.meta[EXCHANGES] = (*request.meta.get(EXCHANGES, ()), exchange)
        else:
            keep: Any = getattr(self.crawler.spider, "keep", None)
            if keep is not None:
                keep((exchange,))
        return response


def exchange_of(request: Request, response: Response, wire: Wire | None) -> Exchange:
    """The exchange of a request and its answer; put together from what Scrapy knows where the wire was not seen."""
    url = urldefrag(request.url)[0]
    if wire is not None:
        body, ip = wire.request + request.body, wire.ip
        return Exchange(url, wire.began, response.status, body, wire.head, response.body, ip)
    sent = request.headers.copy()
    sent.update({name: REDACTED for name in sent if name.lower() in SECRET})
    asked = f"{request.method} {url} HTTP/1.1\r\n".encode() + sent.to_string() + b"\r\n\r\n"
    head = f"HTTP/1.1 {response.status}\r\n".encode() + response.headers.to_string() + b"\r\n\r\n"
    ip = str(response.ip_address) if response.ip_address else None
    return Exchange(url, datetime.now(UTC), response.status, asked + request.body, head, response.body, ip)
