"""Compressed answers, unpacked within bounds: size, growth, layers. What passes them is a bomb, or no page to read."""

from __future__ import annotations

import logging
from itertools import chain
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest

from miacrawl.fetch.failure import BrokenAnswer, Refused
from miacrawl.fetch.handler import in_megabytes

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

MAX_LAYERS = 2
"""Servers that pack what an application has packed already send two."""
GROWS_FREELY_TO_BYTES = 2**20
"""Below this a body may grow as it likes: a short page of blanks does no harm."""
_READABLE = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
_UNREADABLE = frozenset({"compress", "x-compress", "exi", "pack200-gzip", "dcb", "dcz", "sdch", "bzip2", "xz", "lzma"})
"""Compressions that nobody asked for; other words in Content-Encoding, such as "utf-8", are mistakes and do no harm."""

# Its warning says at length what the ledger says in a line.
logging.getLogger("scrapy.downloadermiddlewares.httpcompression").setLevel(logging.ERROR)


class BoundedCompression(HttpCompressionMiddleware):
    """Scrapy's middleware, refusing bodies that grow too much, with a reason for the ledger.

    `request.meta["wire_bytes"]`: length of the body as it was received.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self.max_ratio: int = crawler.settings.getint("MIACRAWL_MAX_RATIO")

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The response with its body unpacked. Raises Refused or BrokenAnswer."""
        received = request.meta["wire_bytes"] = len(response.body)
        layers = encodings_of(response)
        if not layers or not received:
            return response
        _check(layers)
        response.headers["Content-Encoding"] = ", ".join(layers)
        allowed = int(request.meta.get("download_maxsize", self._max_size))
        growing = max(GROWS_FREELY_TO_BYTES, received * self.max_ratio) if self.max_ratio else allowed
        limit = min(allowed or growing, growing)
        try:
            return self._unpacked(request, response, limit)
        except IgnoreRequest as error:
            fold = limit // received
            if limit < allowed or fold * 2 > self.max_ratio > 0:
                raise Refused(f"grows more than {fold:,}-fold when unpacked (decompression bomb)") from error
            raise Refused(f"over {in_megabytes(limit)} when unpacked") from error
        except Exception as error:  # each library has its own
            raise BrokenAnswer(f"what came can't be unpacked ({', '.join(layers)})") from error

    def _unpacked(self, request: Request, response: Response, limit: int) -> Request | Response:
        before = request.meta.get("download_maxsize")
        request.meta["download_maxsize"] = limit
        try:
            return super().process_response(request, response)
        finally:
            if before is None:
                del request.meta["download_maxsize"]
            else:
                request.meta["download_maxsize"] = before


def encodings_of(response: Response) -> list[str]:
    """The compressions of a response, in lower case, in the order in which they were applied."""
    values = (value.decode("latin-1").split(",") for value in response.headers.getlist("Content-Encoding"))
    names = (value.strip().lower() for value in chain.from_iterable(values))
    return [name for name in names if name in _READABLE or name in _UNREADABLE]


def _check(layers: list[str]) -> None:
    if len(layers) > MAX_LAYERS:
        raise Refused(f"packed {len(layers):,} times over")
    unreadable = [name for name in layers if name in _UNREADABLE]
    if unreadable:
        raise BrokenAnswer(f"what came is packed in a way that was not asked for ({unreadable[0]})")
