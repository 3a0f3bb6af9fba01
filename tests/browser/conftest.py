"""A real Chromium in front of a real Datasette, on loopback."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

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
SECONDS = 120
"""What is waited for comes when it comes: two browsers and two servers share two cores."""
expect.set_options(timeout=SECONDS * 1000)


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
        started = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=SECONDS * 1000)
        yield started
        started.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """`serve(folder)` starts `datasette folder` and returns its address, without a slash at its end."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(folder: Path) -> str:
        # A port that is looked for beforehand may be somebody else's by the time it is wanted.
        command = [sys.executable, "-m", "datasette", "serve", str(folder), "--port", "0"]
        said = tmp_path_factory.mktemp("served") / "said"
        with said.open("wb") as errors:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        processes.append(process)
        return _address(said, process)

    yield start
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(SECONDS)


def _address(said: Path, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", said.read_text("utf-8", "replace")):
            urlopen(f"{found.group(1)}/-/versions.json", timeout=SECONDS).close()
            return found.group(1)
        assert process.poll() is None, f"datasette ended: {said.read_text('utf-8', 'replace')}"
        time.sleep(0.05)
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
        context.set_default_timeout(SECONDS * 1000)
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
