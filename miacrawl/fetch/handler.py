"""Scrapy's HTTP/1.1 download handler with bounds, and a last look at whom it talks to (setting DOWNLOAD_HANDLERS).

What is received is counted as `miacrawl/wire_bytes` in the crawl's stats: all bytes, of refused answers too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError
from twisted.internet.defer import fail
from twisted.logger import globalLogBeginner
from twisted.web._newclient import STATUS

from miacrawl.fetch.failure import BrokenAnswer, Refused, causes_of
from miacrawl.fetch.head import MAX_HEAD_BYTES, Head
from miacrawl.fetch.resolver import GuardedResolver
from miacrawl.fetch.wire import Answering, Wire, request_head

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred

WIRE_BYTES = "miacrawl/wire_bytes"


@cache
def _quieten_twisted() -> None:
    """Keep out of the log what the ledger says in a line: bad certificates (with a traceback), interim answers.

    Twisted writes what it holds for grave to standard error too, until it is told where else to.
    """
    logging.getLogger("twisted").addFilter(_is_news)
    globalLogBeginner.beginLoggingTo([], discardBuffer=True, redirectStandardIO=False)


def _is_news(record: logging.LogRecord) -> bool:
    told = record.getMessage()
    return "while verifying certificate" not in told and "Ignoring unexpected" not in told


class _Parser(_LenientHTTPClientParser):
    """Counts the head. Twisted gives the connection up where a parser raises, and fails the request with the reason."""

    MAX_LENGTH = MAX_HEAD_BYTES
    head: Head
    wire: Wire

    def lineReceived(self, line: bytes) -> None:  # noqa: N802  Twisted's name
        self.head.line(len(line) + 1)
        if self.state == STATUS:
            self.wire.lines.clear()  # those of an interim answer
        self.wire.lines.append(line + self.delimiter)
        super().lineReceived(line)

    def allHeadersReceived(self) -> None:  # noqa: N802  Twisted's name
        Answering.now = self.wire
        try:
            super().allHeadersReceived()  # type: ignore[no-untyped-call]
        finally:
            Answering.now = None

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802  Twisted's name
        self.head.line(len(line))

    def statusReceived(self, status: bytes) -> None:  # noqa: N802  Twisted's name
        super().statusReceived(status)  # type: ignore[no-untyped-call]
        self.head.status(self.response.code)

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802  Twisted's name
        self.head.header()
        super().headerReceived(name, value)  # type: ignore[no-untyped-call]


class _Protocol(_LenientHTTP11ClientProtocol):
    """One connection: refuses to ask a private address, bounds heads, tells how much came."""

    def __init__(self, quiescent: Callable[[Any], None], received: Callable[[int], None], direct: bool) -> None:
        super().__init__(quiescent)  # type: ignore[no-untyped-call]
        self.received = received
        self.direct = direct
        self.head = Head()

    def request(self, request: Any) -> Deferred[Any]:
        refusal = self._refusal(request)
        if refusal is not None:
            self.transport.abortConnection()  # type: ignore[union-attr]
            return fail(Refused(refusal))
        answered = super().request(request)
        self.head = Head()
        # As Scrapy does it: Twisted has no way to say which parser is wanted.
        if self._parser is not None:
            self._parser.__class__ = _Parser
            cast(_Parser, self._parser).head = self.head
            cast(_Parser, self._parser).wire = self._wire(request)
        return answered

    def _wire(self, request: Any) -> Wire:
        reached: Any = self.transport
        ip = reached.getPeer().host if self.direct else None
        return Wire((request.absoluteURI or b"").decode("latin-1"), request_head(request), ip)

    def _refusal(self, request: Any) -> str | None:
        """Why the far end must not be asked: the last look, should an address have come past the resolver."""
        if not self.direct:
            return None
        url = (request.absoluteURI or b"").decode("latin-1")
        reached: Any = self.transport
        return GuardedResolver.policy.connection_refusal(url, reached.getPeer().host)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  Twisted's name
        self.received(len(data))
        if self.head.ended:
            return
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if self.head.ended:
            # Twisted closes politely, and over TLS would go on listening until the other side agrees.
            self.transport.abortConnection()


class _Factory(_LenientHTTP11ClientFactory):
    """Makes the connections of the handler's pool."""

    def __init__(
        self, quiescent: Callable[[Any], None], metadata: str, *, received: Callable[[int], None], direct: bool
    ) -> None:
        super().__init__(quiescent, metadata)  # type: ignore[no-untyped-call]
        self.received = received
        self.direct = direct

    def buildProtocol(self, addr: Any) -> _Protocol:  # noqa: N802  Twisted's name
        return _Protocol(self._quiescentCallback, self.received, self.direct)


class BoundedHandler(HTTP11DownloadHandler):
    """Downloads over HTTP/1.1, refusing what passes the bounds with a reason for the ledger.

    Where proxies are switched on (HTTPPROXY_ENABLED), it is them that connect: whom the crawl talks to can't be seen.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        _quieten_twisted()
        self._stats = crawler.stats
        direct = not crawler.settings.getbool("HTTPPROXY_ENABLED")
        self._pool._factory = cast(Any, partial(_Factory, received=self._received, direct=direct))

    def _received(self, length_bytes: int) -> None:
        if self._stats is not None:
            self._stats.inc_value(WIRE_BYTES, length_bytes)

    async def download_request(self, request: Request) -> Response:
        """The response. Raises Refused or BrokenAnswer, and what Scrapy's own handler raises."""
        try:
            return await super().download_request(request)
        except DownloadCancelledError as error:
            limit = request.meta.get("download_maxsize") or self._default_maxsize
            raise Refused(f"over {in_megabytes(limit)}") from error
        except DownloadFailedError as error:
            for cause in causes_of(error):
                if isinstance(cause, Refused | BrokenAnswer):
                    raise cause from error
            raise


def in_megabytes(size_bytes: int) -> str:
    """ "32 MB"; in KB below one."""
    return f"{size_bytes // 2**20:,} MB" if size_bytes >= 2**20 else f"{size_bytes // 1024:,} KB"
