"""A Chromium that can't connect to anything: what its pages need is handed to them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error, async_playwright

from miacrawl.fetch.render.trouble import RenderingFailed

if TYPE_CHECKING:
    from playwright.async_api import Browser as PlaywrightBrowser
    from playwright.async_api import BrowserContext, CDPSession, Playwright

    from miacrawl.fetch.render.terms import Terms

_ARGUMENTS = (
    # No name is resolved, not even that of the proxy; through the proxy goes all else, literal addresses too.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-default-apps",
    "--no-first-run",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--blink-settings=imagesEnabled=false",
    "--js-flags=--max-old-space-size=512",
)
_NOWHERE = "socks5://nowhere.invalid:1"
_STARTS_WITHIN_SECONDS = 60.0
_CLOSES_WITHIN_SECONDS = 5.0
_UNWANTED = """
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport", "WebSocketStream"])
  delete self[name];
self.open = () => null;
"""
"""What no article needs, taken away before a page's own scripts run: a second wall, the flags being the first."""


@dataclass(slots=True)
class Browser:
    """A running browser. Started by `Browser.start`, ended by `close`; it ends with this process, too."""

    playwright: Playwright
    browser: PlaywrightBrowser
    processes: CDPSession
    user_agent: str
    pid: int
    pages: int = 0
    """Contexts made so far."""
    ending: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    async def start(cls, terms: Terms) -> Browser:
        """Start it. Raises RenderingFailed with the reason in words."""
        playwright = await async_playwright().start()
        try:
            browser = await playwright.chromium.launch(
                executable_path=terms.browser or None,
                args=list(_ARGUMENTS),
                ignore_default_args=["--disable-popup-blocking"],
                chromium_sandbox=terms.sandbox,
                proxy={"server": _NOWHERE, "bypass": "<-loopback>"},
                timeout=_STARTS_WITHIN_SECONDS * 1000,
                # The crawl ends it: by itself it would be gone before the crawl knows that it is to stop.
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
            processes = await browser.new_browser_cdp_session()
            told = await processes.send("SystemInfo.getProcessInfo")
            pid = next((one["id"] for one in told["processInfo"] if one["type"] == "browser"), 0)
            return cls(playwright, browser, processes, terms.user_agent, pid)
        except Error as error:
            await playwright.stop()
            raise RenderingFailed(f"the browser does not start: {_first_line(error)}") from error

    def is_alive(self) -> bool:
        """Whether it can still be used."""
        return self.browser.is_connected()

    async def new_context(self) -> BrowserContext:
        """A room for one page: no cookies, no store, no permissions, no downloads. Raises Playwright's Error."""
        self.pages += 1
        context = await self.browser.new_context(
            user_agent=self.user_agent or None, service_workers="block", accept_downloads=False, permissions=[]
        )
        await context.add_init_script(_UNWANTED)
        return context

    async def page_memory_mb(self) -> int:
        """Memory of the largest process that runs pages, in MB; 0 where the system does not tell."""
        try:
            told = await asyncio.wait_for(self.processes.send("SystemInfo.getProcessInfo"), _CLOSES_WITHIN_SECONDS)
        except (Error, TimeoutError):
            return 0
        found: list[dict[str, Any]] = told["processInfo"]
        return max((_resident_mb(one["id"]) for one in found if one["type"] == "renderer"), default=0)

    async def close(self) -> None:
        """End it, by force where it does not end. Never raises."""
        async with self.ending:
            if not await _within(self.browser.close()):
                self._kill()
            await _within(self.playwright.stop())

    async def kill(self) -> None:
        """End it at once: where more stands in line for it to do than can be waited for. Never raises."""
        async with self.ending:
            self._kill()
            await _within(self.playwright.stop())

    def _kill(self) -> None:
        if self.pid and self.is_alive():
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)


async def close_context(context: BrowserContext) -> bool:
    """Close a page's room; False where it does not close in time."""
    return await _within(context.close())


async def _within(closing: Any) -> bool:
    try:
        await asyncio.wait_for(closing, _CLOSES_WITHIN_SECONDS)
    except Error:
        return True  # it was closed already
    except TimeoutError:
        return False
    return True


def _resident_mb(pid: int) -> int:
    """Resident memory of a process in MB; 0 where it can't be read."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def _first_line(error: Error) -> str:
    lines = [line.strip() for line in error.message.splitlines() if line.strip()]
    told = next((line for line in lines if "sandbox" in line.lower() or "doesn't exist" in line), lines[0])
    return told[:200]
