"""Marks of how far apart requests stand: by setting, and by robots.txt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.pace import too_close
from tests.stress.logbook import Served
from tests.stress.mark import Mark
from tests.stress.running import HURRIED, start

_SECONDS = 0.7


def measure(folder: Path) -> Iterator[Mark]:
    """Two small crawls side by side: one is told to wait by DOWNLOAD_DELAY, one by robots.txt."""
    ways = {"Crawl-delay": (0.01, _SECONDS), "DOWNLOAD_DELAY": (_SECONDS, 0.0)}
    sites = {way: Served(folder / way, 20, faults=(), crawl_delay=asked) for way, (_, asked) in ways.items()}
    runs = {
        way: start("crawl", [site.url], folder / way / "archive", {**HURRIED, "DOWNLOAD_DELAY": str(ways[way][0])},
                   "--limit", "4")
        for way, site in sites.items()
    }  # fmt: skip
    for way, site in sites.items():
        with site:
            code = runs[way].end(300)
            asked = site.asked()
        missing = too_close([one.t for one in asked], _SECONDS)
        held = missing < _SECONDS / 2 and code == 0 and len(asked) > 5
        measured = f"at most {missing:.3f} s too short in {len(asked)} requests"
        yield Mark(f"{way} of {_SECONDS} s obeyed in any stretch of requests", measured, held, runs[way].last_lines)
