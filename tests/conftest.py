"""Fixtures that several tests share."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import reused
from tests.site import FakeSite

Run = Callable[..., subprocess.CompletedProcess[str]]


def hurried() -> list[str]:
    """Options for a site on loopback, which nobody needs to be polite to."""
    names: tuple[str, ...] = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0", "RETRY_TIMES=1", "MIACRAWL_RETRY_SECONDS=0")
    # Many tests count what was asked of the site.
    names += ("MIACRAWL_RESERVATIONS=0",)
    return [part for name in (*names, "MIACRAWL_BACK_OFF_SECONDS=0.1") for part in ("-s", name)]


def pytest_configure() -> None:
    """Programs that the tests start hear Ctrl-C, though a shell that begins the tests in the background ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _datasettes_share_what_does_not_change() -> Iterator[None]:
    """Else most of the time of tests of pages goes into compiling the same templates."""
    with pytest.MonkeyPatch.context() as patch:
        reused.reuse(patch)
        yield


@pytest.fixture
def site() -> Iterator[FakeSite]:
    """A site on loopback whose answers the test decides, and which notes what it was asked."""
    with FakeSite() as fake:
        yield fake


@pytest.fixture
def miacrawl(tmp_path: Path) -> Run:
    """`miacrawl(*arguments)` as a user runs it, in a folder of its own."""

    def run(*arguments: str, timeout: float = 300, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "miacrawl", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=timeout, check=False, **options
        )

    return run


@pytest.fixture
def crawl(miacrawl: Run) -> Run:
    """`crawl(url, …)`: an unhurried-by-nobody crawl of a site on loopback into ./archive."""

    def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        return miacrawl("crawl", "--allow-private", *hurried(), *arguments, **options)

    return run
