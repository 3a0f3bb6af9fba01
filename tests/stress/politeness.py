"""Marks of how far apart requests stand: by setting, and by robots.txt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.stress.judge import smallest_gap
from tests.stress.logbook import Served
from tests.stress.mark import Mark
from tests.stress.running import HURRIED, start

_SECONDS = 0.4
_FORGIVEN_SECONDS = 0.05
"""What the way between two busy processes may take from a gap."""


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
            code = runs[way].end(120)
            asked = site.asked()
        gap = smallest_gap(asked)
        held = gap >= _SECONDS - _FORGIVEN_SECONDS and code == 0 and len(asked) > 5
        measured = f"{gap:.3f} s in {len(asked)} requests"
        yield Mark(f"{way} of {_SECONDS} s obeyed between any two requests", measured, held, runs[way].last_lines)
