"""Fixtures that several tests share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.site import FakeSite

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def site() -> Iterator[FakeSite]:
    """A site on loopback whose answers the test decides, and which notes what it was asked."""
    with FakeSite() as fake:
        yield fake


@pytest.fixture
def miacrawl(tmp_path: Path) -> Run:
    """`miacrawl(*arguments)` as a user runs it, in a folder of its own."""

    def run(*arguments: str, timeout: float = 120, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "miacrawl", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=timeout, check=False, **options
        )

    return run


@pytest.fixture
def crawl(miacrawl: Run) -> Run:
    """`crawl(url, …)`: an unhurried-by-nobody crawl of a site on loopback into ./archive."""

    def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        hurry = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0", "-s", "RETRY_TIMES=1"]
        return miacrawl("crawl", *arguments, "--allow-private", *hurry, **options)

    return run
