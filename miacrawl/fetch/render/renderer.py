"""The renderer of a crawl: renders pages a few at a time, and has the browser only while it is needed."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapy import signals

from miacrawl.fetch.hosts import Hosts
from miacrawl.fetch.render.trouble import RenderingFailed, RenderingStopped

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from miacrawl.fetch.render.browser import Browser
    from miacrawl.fetch.render.errands import Scripts
    from miacrawl.fetch.render.tab import Markup, Tab
    from miacrawl.fetch.render.terms import Terms

_log = logging.getLogger(__name__)
_LOOKS_EVERY_SECONDS = 0.25
_IDLE_SECONDS = 60.0
"""A browser that nobody needs for so long is ended."""
_PAGES_PER_BROWSER = 200
_OPENS_WITHIN_SECONDS = 20.0
_LAST_SECONDS = 3.0
"""What a page gets to hand over its markup when its time is over."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page after its scripts ran: the address that it then has, its markup, and what it did not get, in words.

    `trouble`: why its site failed to answer for it, which may pass; empty where it did answer.
    """

    url: str
    html: str
    missed: str = ""
    trouble: str = ""


class Renderer:
    """Renders pages on `terms`. Playwright is loaded, and the browser started, when the first page comes."""

    def __init__(self, crawler: Crawler, terms: Terms) -> None:
        self.crawler = crawler
        self.terms = terms
        self.turns = asyncio.Semaphore(max(1, terms.pages))
        self.starting = asyncio.Lock()
        self.browser: Browser | None = None
        self.scripts: Scripts | None = None
        self.at_work = 0
        self.idle: asyncio.TimerHandle | None = None
        self.ending: set[asyncio.Future[None]] = set()

    @classmethod
    def of(cls, crawler: Crawler, terms: Terms) -> Renderer:
        """The renderer of a crawl; its browser ends with the spider."""
        renderer = cls(crawler, terms)
        crawler.signals.connect(renderer.close, signal=signals.spider_closed)
        return renderer

    async def render(self, response: Response) -> Rendered:
        """The page of `response` after its scripts ran.

        Raises RenderingFailed with the reason, and RenderingStopped where the run ends before the page is done.
        """
        async with self.turns:
            self._go_on()
            self.at_work += 1
            began = time.monotonic()
            try:
                return await self._render(response)
            finally:
                self.at_work -= 1
                self.crawler.stats.inc_value("miacrawl/rendered")
                self.crawler.stats.inc_value("miacrawl/render_ms", round((time.monotonic() - began) * 1000))
                self._rest()

    async def _render(self, response: Response) -> Rendered:
        from playwright.async_api import Error

        from miacrawl.fetch.render.errands import Errands, Given
        from miacrawl.fetch.render.tab import Tab

        browser, scripts = await self._ready()
        download = self.crawler.engine.download_async
        errands = Errands(response.url, Given.of(response), self.terms, download, scripts)
        try:
            tab = await asyncio.wait_for(Tab.open(browser, errands), _OPENS_WITHIN_SECONDS)
        except (Error, TimeoutError) as error:
            await self._drop(browser)
            await self._not_stopping()
            raise RenderingFailed("the browser ended", may_pass=True) from error
        try:
            markup = await self._attended(tab, browser)
        except Error as error:
            await self._not_stopping()
            _log.debug("%s: %s", response.url, error)
            gone = not browser.is_alive()
            told = "the browser ended" if gone else "its scripts brought the browser's page down"
            raise RenderingFailed(told, may_pass=gone) from error
        finally:
            if not await tab.close():
                await self._drop(browser, at_once=True)
            self.crawler.stats.inc_value("miacrawl/render_requests", errands.fetched)
        self._go_on()
        return Rendered(markup.url, markup.html, errands.told(), errands.trouble)

    async def _attended(self, tab: Tab, browser: Browser) -> Markup:
        """What the tab makes of its page, within all bounds."""
        work = asyncio.ensure_future(tab.run(self.terms.max_bytes))
        began = looked = time.monotonic()
        busy, ends = 0.0, float("inf")
        try:
            while not (await asyncio.wait({work}, timeout=_LOOKS_EVERY_SECONDS))[0]:
                self._go_on()
                if tab.crashed:
                    raise RenderingFailed("its scripts brought the browser's page down")
                if tab.errands.flooded:
                    # What it asked for besides stands in line before whatever the browser is told.
                    tab.errands.end()
                    await self._drop(browser, at_once=True)
                    raise RenderingFailed("it makes requests without end")
                if await browser.page_memory_mb() > self.terms.memory_mb:
                    told = f"it takes more than {self.terms.memory_mb:,} MB of memory then"
                    raise RenderingFailed(told, may_pass=self.at_work > 1)  # it may be another page that takes it
                now = time.monotonic()
                busy += 0.0 if tab.errands.under_way else now - looked
                looked = now
                if not tab.enough and (busy > self.terms.busy_seconds or now - began > self.terms.total_seconds):
                    tab.enough, ends = True, now + _LAST_SECONDS
                if now > ends:
                    raise RenderingFailed(f"its scripts do not come to an end within {now - began:.0f} s")
            return work.result()
        finally:
            work.cancel()
            await asyncio.wait({work}, timeout=1)

    # --- the browser ---

    async def _ready(self) -> tuple[Browser, Scripts]:
        from miacrawl.fetch.render.browser import Browser
        from miacrawl.fetch.render.errands import Scripts

        async with self.starting:
            if self.idle is not None:
                self.idle.cancel()
            self.scripts = self.scripts or Scripts()
            old = self.browser
            if old is not None and (not old.is_alive() or (old.pages >= _PAGES_PER_BROWSER and self.at_work == 1)):
                await self._drop(old)
            if self.browser is None:
                self.browser = await Browser.start(self.terms)
                _log.info("Pages that need JavaScript are rendered by %s", self.terms.browser or "Playwright's browser")
            return self.browser, self.scripts

    def _rest(self) -> None:
        """When nobody is at work, end the browser after a while."""
        if self.at_work == 0:
            loop = asyncio.get_running_loop()
            self.idle = loop.call_later(_IDLE_SECONDS, self._end_idle)

    def _end_idle(self) -> None:
        if self.at_work == 0 and self.browser is not None:
            ending = asyncio.ensure_future(self._drop(self.browser))
            self.ending.add(ending)
            ending.add_done_callback(self.ending.discard)

    async def _drop(self, browser: Browser, *, at_once: bool = False) -> None:
        if self.browser is browser:
            self.browser = None
        await (browser.kill() if at_once else browser.close())

    async def close(self) -> None:
        """End the browser."""
        if self.idle is not None:
            self.idle.cancel()
        if self.browser is not None:
            await self._drop(self.browser)

    # --- the end of the run ---

    def _go_on(self) -> None:
        """Raise RenderingStopped where the run ends."""
        # Scrapy has no public way to ask whether a spider is being closed, as it is when the disk is full.
        slot: Any = getattr(self.crawler.engine, "_slot", None)
        if Hosts.of(self.crawler).stopping or slot is None or slot.closing is not None:
            raise RenderingStopped

    async def _not_stopping(self) -> None:
        """Raise RenderingStopped where the run ends, or is told so in a moment: a stop may reach the browser first."""
        await asyncio.sleep(2 * _LOOKS_EVERY_SECONDS)
        self._go_on()
