"""A real Chromium in front of a real Datasette, on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import shelf
from tests.browser import sample
from tests.browser.sample import Facts

FLAGS = [
    *"--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split(),
    *"--disable-component-update --disable-sync".split(),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # whatever a test forgets: nothing leaves the machine
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
Serve = Callable[[Path], str]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; without one the test is skipped, or fails where a browser is required (CI)."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        message = "no Chromium here: install the package chromium"
        if os.environ.get("MIACRAWL_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """`serve(folder)` starts `datasette folder` and returns its address, without a slash at its end."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(folder: Path) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "datasette", "serve", str(folder), "--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        processes.append(process)
        _wait(f"http://127.0.0.1:{port}", process)
        return f"http://127.0.0.1:{port}"

    yield start
    for process in processes:
        process.terminate()
        process.wait(10)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        assert process.poll() is None, "datasette ended"
        try:
            urlopen(f"{address}/-/versions.json", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("datasette does not answer")


@pytest.fixture(scope="session")
def address(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Datasette with the thirty articles."""
    return serve(shelf.build(tmp_path_factory.mktemp("browser") / "my archive"))


@pytest.fixture(scope="session")
def sample_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample site's archive after two crawls: of its first and of its second revision. To be read only."""
    return sample.build(tmp_path_factory.mktemp("sample") / "archive")


@pytest.fixture(scope="session")
def sample_facts(sample_archive: Path) -> Facts:
    """One of each thing in it."""
    return sample.facts(sample_archive)


@pytest.fixture(scope="session")
def sample_address(serve: Serve, sample_archive: Path) -> str:
    """A Datasette with it."""
    return serve(sample_archive)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page(width=…, dark=…, scripts=…)`: a page that notes in `.outside` what it asked of other hosts."""
    contexts: list[Any] = []

    def new(width: int = 1280, *, dark: bool = False, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        context.route("**/*", _only_loopback)
        return context.new_page()

    def _only_loopback(route: Any) -> None:
        if route.request.url.startswith("http://127.0.0.1:"):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    outside: list[str] = []
    yield new
    for context in contexts:
        context.close()
    assert not outside, f"asked of other hosts: {outside}"
