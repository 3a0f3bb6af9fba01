"""What an update with nothing new on many sites costs: `python -m tests.speed.feeds --sites 100`.

So many sites on loopback (`press.py`), each with a home page, a feed and a sitemap of 40 articles, all with ETag and
Last-Modified, are archived once; then `miacrawl update` visits them, with answers that take --late milliseconds and
with answers that take none, at the delays that a crawl has unless told (other settings: -s NAME=VALUE). Phases are
those of the sites' own log: until the first request, from there to the last answer, from there to the end.

What the network asks for is found from the log: for a site, the time from its first request to its last answer; the
longest such time is what the slowest site takes by itself, whatever the others do.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.speed.run import HURRIED, tell

Asked = tuple[float, int, str, int]
"""Seconds of time.monotonic, number of the site, path, status."""


class Sites:
    """The sites, in a process of their own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.bases: list[str] = self._said()

    def _said(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def tell(self, line: str) -> list[Asked]:
        """Have them do something; what they were asked since the last word."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return [(at, site, path, status) for at, site, path, status in self._said()]


@contextmanager
def served(sites: int, entries: int) -> Iterator[Sites]:
    """The sites while they are needed."""
    command = [sys.executable, "-m", "tests.speed.press", "--sites", str(sites), "--entries", str(entries)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Sites(process)
        finally:
            process.terminate()


@dataclass(frozen=True, slots=True)
class Run:
    """One command: seconds of the clock and of CPU, its phases, its requests, and the sites' own times."""

    name: str
    wall: float
    cpu: float
    begin: float
    visits: float
    end: float
    asked: int
    not_modified: int
    longest_site: float
    apart: float
    """Between the first request of the first site and that of the last one."""


def measured(name: str, command: list[str], sites: Sites, late: float) -> Run:
    """Run a command against the sites. Raises RuntimeError where it fails."""
    sites.tell(f"late {late}")
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    told = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    ended = time.monotonic()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{name} ended with {process.returncode}: {told[-2000:]}")
    asked = sites.tell("told")
    first, last = asked[0][0], asked[-1][0] + late
    by_site: dict[int, list[float]] = {}
    for at, site, _, _ in asked:
        by_site.setdefault(site, []).append(at)
    return Run(
        name,
        ended - began,
        used.ru_utime + used.ru_stime,
        first - began,
        last - first,
        ended - last,
        len(asked),
        sum(status == 304 for *_, status in asked),
        max(times[-1] - times[0] + late for times in by_site.values()),
        max(times[0] for times in by_site.values()) - first,
    )


def table(runs: list[Run]) -> str:
    """The runs, a column each."""
    rows: list[tuple[str, str, str]] = [
        ("seconds in all", "wall", ".1f"),
        ("to the first request", "begin", ".1f"),
        ("from the first request to the last answer", "visits", ".1f"),
        ("from the last answer to the end", "end", ".1f"),
        ("the longest site by itself", "longest_site", ".1f"),
        ("first requests of the first and of the last site apart", "apart", ".1f"),
        ("requests", "asked", "d"),
        ("of them 304", "not_modified", "d"),
        ("CPU seconds", "cpu", ".1f"),
    ]
    lines = [f"| | {' | '.join(run.name for run in runs)} |", f"| --- |{' --: |' * len(runs)}"]
    lines += [f"| {told} | {' | '.join(format(getattr(run, name), how) for run in runs)} |" for told, name, how in rows]
    return "\n".join([*lines, f"| CPU / seconds in all | {' | '.join(f'{run.cpu / run.wall:.2f}' for run in runs)} |"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--entries", type=int, default=40, help="articles in a site's feed")
    parser.add_argument("--late", type=float, default=200, help="milliseconds an answer takes")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("-s", dest="settings", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--keep", type=Path, help="keep the archive here")
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="feeds-"))
    ours = [sys.executable, "-m", "miacrawl"]

    def settings(named: list[str]) -> list[str]:
        return [part for one in named for part in ("-s", one)]

    try:
        with served(given.sites, given.entries) as sites:
            told = ["--archive", str(folder), "--allow-private"]
            command = [*ours, "crawl", *sites.bases, *told, *settings([*HURRIED, "CONCURRENT_REQUESTS=32"])]
            first = measured("archived", command, sites, 0)
            tell(f"archived: {first.asked} requests, {first.wall:.0f} s, {first.cpu:.0f} s of CPU")
            runs = []
            for late in [given.late / 1000, 0.0] * given.rounds:
                command = [*ours, "update", *sites.bases, *told, *settings(["LOG_LEVEL=WARNING", *given.settings])]
                runs.append(measured(f"{late * 1000:.0f} ms an answer", command, sites, late))
                tell(f"{runs[-1]}")
    finally:
        if given.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    print(table(runs))


if __name__ == "__main__":
    main()
