"""One page in a browser: it gets the shell, its scripts run until the page is still, its markup is read."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error

from miacrawl.fetch.render.browser import close_context
from miacrawl.fetch.render.trouble import RenderingFailed

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession, Page, Route, WebSocketRoute

    from miacrawl.fetch.render.browser import Browser
    from miacrawl.fetch.render.errands import Errands

_LOOKS_EVERY_SECONDS = 0.2
_STILL_SECONDS = 0.5
"""A page whose text stays as it is for so long, and that waits for nothing, is done."""
_LONG_STILL_SECONDS = 3.0
"""The same for a page with an article's text that waits for something (statistics, advertisements)."""
_EMPTY_SECONDS = 5.0
"""A page that waits for nothing, and still is empty, gets so long."""
_LITTLE_TEXT, _MUCH_TEXT = 200, 1000
_ANSWERS_WITHIN_SECONDS = 5.0
_TEXT = "(document.body && document.body.innerText || '').length"
# By the getters themselves: an element that is named "documentElement" would be had instead.
_MARKUP = """(() => {
  const get = (of, name) => Object.getOwnPropertyDescriptor(of.prototype, name).get;
  const root = get(Document, "documentElement").call(document);
  const markup = root ? get(Element, "outerHTML").call(root) : "";
  return markup.length > %d ? markup.length : "<!doctype html>" + markup;
})()"""


@dataclass(frozen=True, slots=True)
class Markup:
    """A page's markup after its scripts ran, and the address that it then had."""

    url: str
    html: str


class Tab:
    """One page. `run` renders it; `close` ends it however it is."""

    def __init__(self, context: BrowserContext, page: Page, cdp: CDPSession, errands: Errands) -> None:
        self.context = context
        self.page = page
        self.cdp = cdp
        self.errands = errands
        self.crashed = False
        self.enough = False
        """Set when the page's time is over: what it shows by then is taken."""
        self.closing: set[asyncio.Future[None]] = set()

    @classmethod
    async def open(cls, browser: Browser, errands: Errands) -> Tab:
        """A page in a room of its own, whose requests `errands` answers. Raises Playwright's Error."""

        async def answer(route: Route) -> None:  # Playwright marks its handlers, which a method with slots can't bear
            await errands.answer(route)

        context = await browser.new_context()
        await context.route("**/*", answer)
        await context.route_web_socket("**/*", _refuse_socket)
        page = await context.new_page()
        tab = cls(context, page, await context.new_cdp_session(page), errands)
        page.on("crash", tab._note_crash)
        context.on("page", tab._close_window)
        return tab

    def _note_crash(self, _: Page) -> None:
        self.crashed = True

    def _close_window(self, page: Page) -> None:
        closing = asyncio.ensure_future(_close_page(page))
        self.closing.add(closing)
        closing.add_done_callback(self.closing.discard)

    async def run(self, max_length: int) -> Markup:
        """Load the page, wait until it is still, and read its markup, `max_length` characters at most.

        Raises RenderingFailed, and Playwright's Error where the page or the browser is gone.
        """
        await self.page.goto(self.errands.page_url, wait_until="commit", timeout=0)
        await self._become_still()
        html = await self._ask(_MARKUP % max_length)
        if isinstance(html, str):
            return Markup(self.page.url, html)
        raise RenderingFailed(f"its markup is over {max_length // 2**20} MB then")

    async def _become_still(self) -> None:
        length, since = -1, time.monotonic()
        while not self.enough:
            await asyncio.sleep(_LOOKS_EVERY_SECONDS)
            seen = await self._text_length()
            now = time.monotonic()
            if seen != length or (self.errands.under_way and seen < _MUCH_TEXT):
                length, since = seen, now
            elif now - since >= _patience(seen, waits=self.errands.under_way > 0):
                return

    async def _text_length(self) -> int:
        try:
            return int(await self._ask(_TEXT))
        except (Error, RenderingFailed):
            if self.page.is_closed():
                raise
            return -1  # the page goes to another address just now

    async def _ask(self, expression: str) -> Any:
        """Value of an expression, in a world that the page's scripts can't reach."""
        frame = (await self.cdp.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        world = await self.cdp.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "miacrawl"})
        told = await self.cdp.send(
            "Runtime.evaluate",
            {
                "expression": expression,
                "contextId": world["executionContextId"],
                "returnByValue": True,
                "timeout": _ANSWERS_WITHIN_SECONDS * 1000,
            },
        )
        if "exceptionDetails" in told:
            raise RenderingFailed("it can't be read then")
        return told["result"].get("value")

    async def close(self) -> bool:
        """Close the page; False where it does not close."""
        self.errands.end()
        return await close_context(self.context)


def _patience(text_length: int, *, waits: bool) -> float:
    if waits:
        return _LONG_STILL_SECONDS
    return _STILL_SECONDS if text_length >= _LITTLE_TEXT else _EMPTY_SECONDS


async def _close_page(page: Page) -> None:
    with contextlib.suppress(Error):
        await page.close()


async def _refuse_socket(socket: WebSocketRoute) -> None:
    await socket.close()
