"""Hosts that ask for patience get it: Retry-After, back-off after failures, one slot per host, redirects included.

A Scrapy downloader middleware. What a host asked for outlives the run: the spider keeps it by `host_held`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest

from miacrawl.fetch.failure import in_words, status_in_words
from miacrawl.fetch.hosts import Hosts, HostState
from miacrawl.fetch.retry_after import retry_after_seconds
from miacrawl.urls import key_of, site_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_log = logging.getLogger(__name__)
_OVERLOADED = frozenset({429, 503})
_BACK_OFF_MAX_SECONDS = 60.0


class HostGivenUp(IgnoreRequest):
    """The request's host is left for the next run; the message says why."""


class PolitenessMiddleware:
    """Puts each request into its host's slot, and learns from each answer how long to leave the host alone."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.hosts = Hosts.of(crawler)
        settings = crawler.settings
        self.patience: float = settings.getfloat("MIACRAWL_PATIENCE_SECONDS")
        self.longest: float = settings.getfloat("MIACRAWL_RETRY_AFTER_MAX_SECONDS")
        self.back_off: float = settings.getfloat("MIACRAWL_BACK_OFF_SECONDS")
        self.errors_in_a_row: int = settings.getint("MIACRAWL_HOST_ERRORS")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PolitenessMiddleware:
        """Scrapy's way to make one."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Choose the slot; drop the request where its host was given up meanwhile."""
        host = site_of(request.url)
        state = self.hosts.state(host)
        if self.hosts.stopping:
            raise HostGivenUp("the run ends")
        if state.given_up:
            raise HostGivenUp(f"left for the next run: {state.given_up}")
        # A redirected request is a copy that names the slot of the host it came from.
        self.hosts.slot(host)
        request.meta["download_slot"] = host
        entry = request.meta.get("entry")
        if entry is not None and key_of(request.url) != entry.url_key:
            # What was asked by is of another page than the one that the redirect leads to.
            request.headers.pop("If-None-Match", None)
            request.headers.pop("If-Modified-Since", None)

    def process_response(self, request: Request, response: Response) -> Response:
        """Hold the host where it is overloaded or failing."""
        state = self.hosts.state(site_of(request.url))
        if response.status in _OVERLOADED or response.status >= 500:
            self._failed(request, state, status_in_words(response.status), _asked_for(response))
        elif not request.meta.get("dont_obey_robotstxt"):
            state.errors = 0
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Hold the host where it does not answer."""
        if not isinstance(exception, IgnoreRequest):
            self._failed(request, self.hosts.state(site_of(request.url)), in_words(exception), None)

    def _failed(self, request: Request, state: HostState, reason: str, asked_for: float | None) -> None:
        state.errors += 1
        if asked_for is not None:
            self._hold(request, state, min(asked_for, self.longest), f"{reason}, asked to wait {asked_for:.0f} s")
        elif state.errors > 1:
            seconds = min(self.back_off * 2 ** min(state.errors - 2, 20), _BACK_OFF_MAX_SECONDS)
            state.hold(seconds)
        if self.errors_in_a_row and state.errors >= self.errors_in_a_row:
            self._give_up(request, state, f"{state.errors} failures in a row, the last: {reason}")

    def _hold(self, request: Request, state: HostState, seconds: float, reason: str) -> None:
        state.hold(seconds)
        parts = urlsplit(request.url)
        held = getattr(self.crawler.spider, "host_held", None)
        if held is not None and seconds > 0:
            held(f"{parts.scheme}://{parts.netloc}", seconds, reason)
        if seconds > self.patience:
            self._give_up(request, state, reason)

    def _give_up(self, request: Request, state: HostState, reason: str) -> None:
        if state.given_up is None:
            state.given_up = reason
            # What stands in line already would wait as long as the host asked for.
            self.hosts.slot(site_of(request.url)).drain(HostGivenUp(f"left for the next run: {reason}"))
            _log.warning("%s is left for the next run: %s", site_of(request.url), reason)


def _asked_for(response: Response) -> float | None:
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    date = response.headers.get("Date")
    return retry_after_seconds(value.decode("latin-1"), date.decode("latin-1") if date else None)
