"""A captured page in its frame: nothing runs, nobody is asked for anything, and nothing leads out of it."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from miacrawl.serve.headers import REPLAY_HEADERS
from tests import replayed, tricks
from tests.browser.conftest import FLAGS, NAMES, Serve

pytestmark = pytest.mark.browser

WORKING = {"image", "script", "import", "refresh"}
"""Tricks that do something wherever nothing is in their way."""
RULES = "--host-resolver-rules=MAP *.tricks.example 127.0.0.1"


@dataclass
class Recorder:
    """A server that answers nobody, and knows who came: connections, and hosts that were asked for something."""

    port: int = 0
    connections: int = 0
    hosts: set[str] = field(default_factory=set)

    def start(self) -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        threading.Thread(target=self._listen, args=(listening,), daemon=True).start()

    def _listen(self, listening: socket.socket) -> None:
        while True:
            connection, _ = listening.accept()
            self.connections += 1
            threading.Thread(target=self._read, args=(connection,), daemon=True).start()

    def _read(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(2)  # some connect and say nothing; who is slower comes again
            try:
                data = connection.recv(4096)
            except OSError:
                return
        found = re.search(rb"Host: ([a-z0-9-]+)", data)
        self.hosts |= {found.group(1).decode()} if found else set()


@pytest.fixture
def recorder() -> Recorder:
    one = Recorder()
    one.start()
    return one


@pytest.fixture
def noted(browser: Browser, tmp_path: Path) -> Iterator[tuple[Page, Callable[[], set[str]]]]:
    """A page, and what ends its browser and says which hosts of the tricks it ever had to do with, be it by name."""
    log = tmp_path / "net.json"
    own = browser.browser_type.launch(
        timeout=120_000, executable_path=_path(), args=[*FLAGS, RULES, f"--log-net-log={log}"]
    )

    def hosts() -> set[str]:
        own.close()
        text = log.read_text("utf-8", "replace")
        assert "127.0.0.1" in text, "the log says nothing at all"
        return set(re.findall(r"([a-z0-9-]+)\.tricks\.example", text))

    page = own.new_page(viewport={"width": 1280, "height": 2000})
    page.set_default_timeout(120_000)
    yield page, hosts
    own.close()


def _path() -> str:
    return next(filter(None, map(shutil.which, NAMES)))


def click_everything(page: Page) -> None:
    """Click on all that could be clicked in the frame."""
    inside = page.frames[1]
    for name in tricks.CLICKED:
        for one in inside.locator(f"#{name}").all():
            one.click(force=True, timeout=60_000)


def test_captured_page_runs_nothing_asks_nobody_and_leads_nowhere(
    noted: tuple[Page, Callable[[], set[str]]], recorder: Recorder, serve: Serve, tmp_path: Path
) -> None:
    page, hosts = noted
    made = replayed.Shown(tmp_path / "tricks")
    number = made.keep("tricks", replayed.exchange("/tricks", tricks.page(recorder.port).encode()), "article").id
    made.close()
    came, downloads, dialogs = [], [], []
    page.on("download", lambda one: downloads.append(one.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.context.on("page", lambda one: came.append(one.url))
    address = f"{serve(tmp_path / 'tricks')}/capture/{number}"
    page.goto(address)
    title = page.title()
    assert page.frames[1].locator("h1").inner_text() == "Tricks", "the page is there"
    page.wait_for_timeout(1300)
    click_everything(page)
    page.wait_for_timeout(300)
    assert page.title() == title and "Taken over" not in title
    assert page.url == address and [frame.url for frame in page.frames] == [address, f"{address}/frame"]
    assert page.evaluate("window.ran") is None and not dialogs and not downloads and not came
    assert hosts() == set() and recorder.connections == 0


class Bare(BaseHTTPRequestHandler):
    """Serves the tricks as they stand, in a frame as ours, or in one that allows everything."""

    tricks, headers_of_frame, sandbox = "", {}, ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        for name, value in (self.headers_of_frame if self.path == "/frame" else {}).items():
            self.send_header(name, value)
        self.end_headers()
        around = f"<title>ours</title><iframe {self.sandbox} src=/frame width=900 height=900></iframe>"
        self.wfile.write((self.tricks if self.path == "/frame" else around).encode())

    def log_message(self, *arguments: object) -> None:
        """Nothing."""


@pytest.mark.parametrize("protected", [False, True], ids=["bare", "under the policy"])
def test_policy_holds_even_if_markup_gets_through(
    noted: tuple[Page, Callable[[], set[str]]], recorder: Recorder, protected: bool
) -> None:
    page, hosts = noted
    told: dict[str, Any] = {"tricks": tricks.page(recorder.port)}
    if protected:
        told |= {"headers_of_frame": REPLAY_HEADERS, "sandbox": 'sandbox=""'}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (Bare,), told))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page.goto(f"http://127.0.0.1:{server.server_port}/", wait_until="domcontentloaded")
    page.wait_for_timeout(1300)
    until = time.monotonic() + 120
    while not protected and not _all_there(recorder) and time.monotonic() < until:
        page.wait_for_timeout(100)
    assert page.title() == "ours"
    named = hosts()
    server.shutdown()
    if protected:
        assert not recorder.hosts, "something was asked for in spite of the policy"
    else:
        assert _all_there(recorder) and named >= WORKING, "tricks that do nothing"


def _all_there(recorder: Recorder) -> bool:
    return len(recorder.hosts) > 15 and recorder.hosts >= WORKING


@pytest.fixture(scope="module")
def shown(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, int]]:
    folder = tmp_path_factory.mktemp("shown")
    ids = replayed.build(folder)
    return serve(folder), ids


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_fit(shown: tuple[str, dict[str, int]], open_page: Callable[..., Page], width: int) -> None:
    address, ids = shown
    page = open_page(width, dark=width == 320)
    for path in (f"/capture/{ids['worms-new']}", f"/capture/{ids['image']}", "/article/1/captures"):
        page.goto(address + path)
        page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(f"{address}/capture/{ids['worms-new']}")
    inside = page.frames[1]
    assert inside.locator("h1").evaluate("e => getComputedStyle(e).color") == "rgb(18, 52, 86)", "its own look"


def test_frame_opened_by_itself_is_the_page_around_it(
    shown: tuple[str, dict[str, int]], open_page: Callable[..., Page]
) -> None:
    address, ids = shown
    page = open_page()
    page.goto(f"{address}/capture/{ids['worms']}/frame")
    assert page.url == f"{address}/capture/{ids['worms']}"
