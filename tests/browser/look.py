"""All that is to be seen of one page, by one load with scripts and one without: what is wrong, by promise."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Response

from tests.browser.axe import violations

WIDTHS = (1280, 768, 320)
SCHEMES = ("light", "dark")
ALL_RULES: tuple[str, ...] = ()
RULES = {
    (1280, "light"): ALL_RULES,
    (1280, "dark"): ("color-contrast", "link-in-text-block"),
    (768, "light"): ("target-size",),
    (320, "dark"): ALL_RULES,
}
"""Which rules of axe are tried in which window: all of them where most differs, elsewhere what can differ at all."""

Wrong = dict[str, list[str]]
"""Promise → what breaks it."""


class Eye:
    """Looks at pages in two windows, one with scripts and one without, that are kept from page to page."""

    def __init__(self, browser: Browser) -> None:
        self._asked: list[str] = []
        self._told: list[str] = []
        self._page = self._open(browser, scripts=True)
        self._plain = self._open(browser, scripts=False)

    def look(self, address: str, *, ours: bool, status: int) -> Wrong:
        """Everything that is wrong with the page at `address`."""
        wrong: Wrong = defaultdict(list)
        page = self._page
        response = self._load(page, address, wrong)
        wrong["status"] += [] if response.status == status else [f"{response.status} instead of {status}"]
        wrong["headers"] += _headers(response, ours)
        wrong["unasked"] += self._asked
        wrong["quiet"] += self._told
        page.evaluate(_script())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                where = f"{width} px, {scheme}"
                if (width, scheme) in RULES:
                    found = violations(page, RULES[width, scheme])
                    wrong["axe"] += [f"{where}: {' | '.join(one)}" for one in found]
            wrong["overflow"] += [f"{where}: {one}" for one in page.evaluate("look.overflow()")]
            wrong["cut"] += [f"{width} px: {one}" for one in page.evaluate("look.cut(true)")]
        red, green, blue = page.evaluate("look.paper()")[:3]
        wrong["dark"] += [f"paper is {red}, {green}, {blue}"] if max(red, green, blue) > 60 else []
        self._enlarge(page, wrong)
        self._other_media(page, wrong)
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.emulate_media(color_scheme="light")
        _tab(page, wrong, ours)
        self._without_scripts(address, wrong, ours, status)
        return wrong

    def close(self) -> None:
        """Close both windows."""
        self._page.context.close()
        self._plain.context.close()

    def _open(self, browser: Browser, *, scripts: bool) -> Page:
        context = browser.new_context(java_script_enabled=scripts)
        context.set_default_timeout(120_000)
        page = context.new_page()
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', event => console.error("
            "'policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample))"
        )
        context.on("request", lambda request: self._note(request.url))
        page.on("response", self._note_failure)
        page.on("console", lambda message: self._told.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self._told.append(str(error)))
        return page

    def _note(self, url: str) -> None:
        if not _is_local(url):
            self._asked.append(url)

    def _note_failure(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self._told.append(f"{response.status} {response.url}")

    def _load(self, page: Page, address: str, wrong: Wrong) -> Response:
        self._asked.clear()
        self._told.clear()
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.emulate_media(color_scheme="light", media="screen", forced_colors="none", reduced_motion="no-preference")
        response = page.goto(address)
        assert response is not None, address
        # The browser's own line on an answer that is meant to be an error says nothing new.
        self._told = [line for line in self._told if f"status of {response.status} " not in line]
        return response

    def _enlarge(self, page: Page, wrong: Wrong) -> None:
        # Zoomed to 200 %, a window of 1280 pixels is one of 640. Text alone is enlarged where no query of the window's
        # width can come to its help: those go by the reader's own size of text, which can't be set from here.
        for width, size in ((640, 100), (320, 130)):
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(f"look.enlarge({size})")
            found = page.evaluate("look.overflow()") + page.evaluate("look.cut(true)")
            wrong["large text"] += [f"{width} px, {size} %: {one}" for one in found]
        page.evaluate("look.enlarge(0)")
        page.evaluate("look.space(true)")
        found = page.evaluate("look.overflow()") + page.evaluate("look.cut(true)")
        wrong["large text"] += [f"320 px, spaced: {one}" for one in found]
        page.evaluate("look.space(false)")

    def _other_media(self, page: Page, wrong: Wrong) -> None:
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.emulate_media(reduced_motion="reduce")
        wrong["motion"] += page.evaluate("look.moving()")
        page.emulate_media(reduced_motion="no-preference", forced_colors="active")
        wrong["forced colours"] += page.evaluate("look.indistinct()")
        page.emulate_media(forced_colors="none", color_scheme="dark", media="print")
        page.set_viewport_size({"width": 718, "height": 1000})  # A4 less margins of 1 cm
        wrong["print"] += page.evaluate("look.overflow()") + page.evaluate("look.cutOnPaper()")
        red, green, blue = page.evaluate("look.paper()")[:3]
        wrong["print"] += [] if min(red, green, blue) > 200 else ["dark paper"]
        page.emulate_media(media="screen")

    def _without_scripts(self, address: str, wrong: Wrong, ours: bool, status: int) -> None:
        page = self._plain
        response = self._load(page, address, wrong)
        wrong["status"] += [] if response.status == status else [f"without scripts {response.status}"]
        wrong["unasked"] += self._asked
        page.set_viewport_size({"width": 320, "height": 900})
        page.evaluate(_script())
        wrong["overflow"] += [f"320 px, without scripts: {one}" for one in page.evaluate("look.overflow()")]
        wrong["cut"] += [f"320 px, without scripts: {one}" for one in page.evaluate("look.cut(true)")]
        if ours:
            wrong["scripts"] += page.evaluate("look.dead()")
            words, plain = (_words(one) for one in (self._page, page))
            wrong["scripts"] += [f"said by scripts alone: {word}" for word in sorted(words - plain)][:5]


def _words(page: Page) -> set[str]:
    """Addresses of links and texts of headings in the page: what nobody may miss."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('main a[href], main h1, main h2, main h3')].map("
        "e => e.tagName[0] === 'H' ? e.innerText : e.getAttribute('href'))"
    )
    return set(found)


def _tab(page: Page, wrong: Wrong, ours: bool) -> None:
    """Walk through the page by the Tab key alone."""
    expected = int(page.evaluate("look.follow()"))
    keys = page.context.new_cdp_session(page)
    for _ in range(expected + 3):  # the press alone: it takes half as long as with the release
        keys.send(
            "Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
        )
    keys.detach()
    found: dict[str, Any] = page.evaluate("look.followed()")
    wrong["keyboard"] += [f"not reached: {one}" for one in found["missed"][:5]]
    wrong["keyboard"] += [f"ahead of its turn: {one}" for one in found["ordered"]]
    wrong["keyboard"] += [] if not ours or found["first"] == "a.skip" else [f"first is {found['first']}"]
    wrong["focus"] += sorted(set(found["dim"]))


def _headers(response: Response, ours: bool) -> list[str]:
    """What the answer's head lacks."""
    head = response.headers
    policy = head.get("content-security-policy", "")
    expected = {
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "x-frame-options": "SAMEORIGIN",
    }
    wrong = [f"{name}: {head.get(name)}" for name, value in expected.items() if head.get(name) != value]
    needed = (
        ("frame-ancestors 'self'", "object-src 'none'") if not ours else ("default-src 'none'", "script-src 'self'")
    )
    wrong += [f"the policy lacks {part}" for part in needed if part not in policy]
    if ours and "unsafe" in policy:
        wrong.append(f"the policy is lax: {policy}")
    if not head.get("content-type", "").startswith("text/html"):
        wrong.append(f"content type {head.get('content-type')}")
    return wrong


def _is_local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))


@cache
def _script() -> str:
    return Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
