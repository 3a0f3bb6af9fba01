"""What a page asks for while it is rendered, fetched by the crawl's own downloader: all its checks and bounds hold."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from playwright.async_api import Error
from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from miacrawl.fetch.failure import Refused, in_words, status_in_words, worth_another_try
from miacrawl.fetch.render.asked import MAX_HOSTS, Asked, headers_to_give, headers_to_send, is_own, why_refused
from miacrawl.fetch.scope import PART_OF_PAGE
from miacrawl.urls import without_credentials

if TYPE_CHECKING:
    from playwright.async_api import Request as PageRequest
    from playwright.async_api import Route
    from scrapy.http import Response

    from miacrawl.fetch.render.terms import Terms

_log = logging.getLogger(__name__)
Download = Callable[[Request], Awaitable["Response"]]
AT_A_TIME = 6
"""As browsers have it for one host."""
FLOOD = 1000
"""Requests, refused ones with them, after which a page is given up: each costs the crawl a millisecond or two."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a page is given for a request: status, headers by names in lower case, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, response: Response) -> Given:
        """What of Scrapy's response a page gets to see."""
        headers = {
            (name or b"").decode("latin-1").lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        return cls(response.status, headers_to_give(headers), response.body)


_NOTHING = Given(200, {"content-type": "text/css"}, b"")


@dataclass(slots=True)
class Scripts:
    """Scripts fetched in this run, so that a site's pages cost its server each script but once; the oldest go first.

    Kept by the site of the page as well: nothing passes from one site to another by way of it.
    """

    most_bytes: int = 32 * 2**20
    size_bytes: int = 0
    kept: OrderedDict[tuple[str, str], Given] = field(default_factory=OrderedDict)
    _turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def turn(self, key: tuple[str, str]) -> asyncio.Lock:
        """Held by the page that fetches a script, so that pages rendered at the same time wait for it."""
        return self._turns.setdefault(key, asyncio.Lock())

    def keep(self, key: tuple[str, str], given: Given) -> None:
        """Keep a script, unless its server asks for the contrary."""
        barred = "no-store" in given.headers.get("cache-control", "").lower()
        if barred or given.status != 200 or len(given.body) > self.most_bytes // 4 or key in self.kept:
            return
        self.kept[key] = given
        self.size_bytes += len(given.body)
        while self.size_bytes > self.most_bytes:
            _, oldest = self.kept.popitem(last=False)
            self.size_bytes -= len(oldest.body)


@dataclass(slots=True)
class Errands:
    """The requests of one page at `page_url`, of which `shell` is what was already fetched of it."""

    page_url: str
    shell: Given
    terms: Terms
    download: Download
    scripts: Scripts
    made: int = 0
    """Requests that the page made; `wanted`: those among them that could be fetched."""
    wanted: int = 0
    fetched: int = 0
    received_bytes: int = 0
    under_way: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Reasons why requests were not answered, in words."""
    trouble: str = ""
    """Why the page's own site failed to answer one of them, in words; empty where it did not fail."""
    hosts: set[str] = field(default_factory=set)
    shown: bool = False
    """Whether the page got its shell."""
    ended: bool = False
    replying: set[asyncio.Task[object]] = field(default_factory=set)
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_A_TIME))

    async def answer(self, route: Route) -> None:
        """Answer one request of the page. Raises CancelledError alone: where nothing more is answered."""
        self.made += 1
        if self.ended or self.made > FLOOD:
            # Playwright would wait for ever for what becomes of a request whose handler just returns.
            raise asyncio.CancelledError
        self.under_way += 1
        try:
            given = await self._given(route.request)
            if self.ended:
                raise asyncio.CancelledError
            await self._reply(route, given)
        except Error as error:
            _log.debug("%s was not answered: %s", route.request.url, error)
        finally:
            self.under_way -= 1

    async def _reply(self, route: Route, given: Given | None) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a route is answered by a task")
        self.replying.add(task)
        try:
            if given is None:
                # For any other reason a page that would go elsewhere gives way to the browser's page on the failure.
                await route.abort("aborted")
            else:
                await route.fulfill(status=given.status, headers=given.headers, body=given.body)
        finally:
            self.replying.discard(task)

    def end(self) -> None:
        """The page is closed: nothing more is answered. What was asked of servers comes, and is left."""
        self.ended = True
        for task in self.replying:
            task.cancel()  # the browser may be gone, and then there is nobody to say that it took the answer

    async def _given(self, request: PageRequest) -> Given | None:
        asked = _asked(request)
        if asked.kind == "document" and asked.place == "main" and not self.shown:
            self.shown = True
            return self.shell
        if asked.is_left_out:
            return _NOTHING
        refusal = why_refused(asked, self.page_url, post=self.terms.post) or self._over_bounds(asked)
        if refusal is not None:
            self._refuse(asked.url, refusal)
            return None
        if asked.kind == "script" and asked.method == "GET":
            return await self._script(asked, request)
        return await self._fetch(asked, request)

    async def _script(self, asked: Asked, request: PageRequest) -> Given | None:
        key = (self._origin, asked.url)
        async with self.scripts.turn(key):
            if key not in self.scripts.kept:
                given = await self._fetch(asked, request)
                if given is not None:
                    self.scripts.keep(key, given)
                return given
        return self.scripts.kept[key]

    @property
    def _origin(self) -> str:
        parts = urlsplit(self.page_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def flooded(self) -> bool:
        """Whether the page asks for so much that it is to be given up."""
        return self.made > FLOOD

    def _over_bounds(self, asked: Asked) -> str | None:
        self.wanted += 1
        if self.wanted > self.terms.requests:
            return f"more than {self.terms.requests} requests"
        self.hosts.add(urlsplit(asked.url).netloc)
        if len(self.hosts) > MAX_HOSTS:
            self.hosts.discard(urlsplit(asked.url).netloc)
            return f"more than {MAX_HOSTS} hosts"
        return None

    async def _fetch(self, asked: Asked, request: PageRequest) -> Given | None:
        async with self.turns:
            left = self.terms.max_bytes - self.received_bytes
            if self.ended or left <= 0:
                self._refuse(asked.url, f"more than {self.terms.max_bytes // 2**20} MB in all")
                return None
            # Documents must be of a site of the run, as every page; parts of a page may come from elsewhere.
            meta = {PART_OF_PAGE: asked.kind != "document", "download_maxsize": left}
            try:
                errand = Request(
                    without_credentials(asked.url),
                    NO_CALLBACK,
                    method=asked.method,
                    headers=headers_to_send(request.headers, asked.url, self.page_url),
                    body=(request.post_data_buffer or b"") if asked.method == "POST" else b"",
                    dont_filter=True,
                    priority=500,
                    meta=meta,
                )
                response = await self.download(errand)
                self.received_bytes += len(response.body)
            except Exception as error:
                self._refuse(asked.url, in_words(error))
                if isinstance(error, Refused):
                    self.received_bytes += left  # more than was left: what else the page asks for is too much
                if worth_another_try(error):
                    self._note_trouble(asked.url, in_words(error))
                return None
        self.fetched += 1
        if response.status >= 500 or response.status == 429:
            self._note_trouble(asked.url, status_in_words(response.status))
        return Given.of(response)

    def _refuse(self, url: str, reason: str) -> None:
        short = reason.partition(f": {url}")[0]
        self.refused[short] += 1
        own = "its site's" if is_own(url, self.page_url) else "another site's"
        _log.debug("%s does not get %s (%s): %s", self.page_url, url[:300], own, reason)

    def _note_trouble(self, url: str, reason: str) -> None:
        if is_own(url, self.page_url):
            self.trouble = self.trouble or f"{url[:200]}: {reason}"

    def told(self) -> str:
        """What the page did not get, in words: "3 requests were not answered (2 forbidden by robots.txt, …)"."""
        if not self.refused:
            return ""
        parts = [f"{count} {reason}" for reason, count in self.refused.most_common(3)]
        count = self.refused.total()
        return f"{count:,} request{'s were' if count != 1 else ' was'} not answered ({', '.join(parts)[:200]})"


def _asked(request: PageRequest) -> Asked:
    place = "none"
    if request.is_navigation_request():
        try:
            place = "sub" if request.frame.parent_frame else "main"
        except Error:
            place = "new"  # a window that has no frame yet
    body = request.post_data_buffer
    return Asked(request.url, request.method, request.resource_type, place, len(body or b""))
