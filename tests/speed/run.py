"""What a crawl costs beside others, in one run: `python -m tests.speed.run --articles 5000`.

Each crawls the same pages from the same server, in turns; figures are the median of the rounds. CPU is that of the
process and the processes it began; the server's is not counted, though it takes its part of the machine.

    --python user=/tmp/env/bin/python    the interpreter of a spider whose packages are not in this environment
    --only bare,miacrawl                 some of them
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from tests.speed.standing import serving

HURRIED = ("AUTOTHROTTLE_ENABLED=false", "DOWNLOAD_DELAY=0", "CONCURRENT_REQUESTS_PER_DOMAIN=16", "LOG_LEVEL=WARNING")
SPIDERS = ("bare", "lean", "parse", "user", "newsplease")
OURS = {"miacrawl": 0, "miacrawl-alone": 1}
"""By name: MIACRAWL_JOBS."""
_FOUND = re.compile(r"(\d+) new,")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one crawl took: seconds of CPU and of time, pages, and the largest process in MB."""

    name: str
    cpu: float
    wall: float
    pages: int
    rss: float

    @property
    def cpu_page(self) -> float:
        """Milliseconds of CPU a page."""
        return 1000 * self.cpu / self.pages

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.wall


def measured(name: str, command: list[str], folder: Path) -> Cost:
    """Run one crawl. Raises RuntimeError where it fails."""
    out = folder / "out.txt"
    began = time.monotonic()
    with out.open("w") as told, (folder / "err.txt").open("w") as errors:
        process = subprocess.Popen(command, stdout=told, stderr=errors)
        _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    text = out.read_text("utf-8")
    if process.returncode:
        raise RuntimeError(f"{name} ended with {process.returncode}: {(folder / 'err.txt').read_text('utf-8')[-2000:]}")
    found = _FOUND.search(text)
    pages = int(found[1]) if found else int(text.split()[-1])
    return Cost(name, used.ru_utime + used.ru_stime, wall, pages, used.ru_maxrss / 1024)


def command_of(name: str, base: str, folder: Path, pythons: Mapping[str, str]) -> list[str]:
    """How a crawl is begun."""
    python = pythons.get(name, sys.executable)
    if name in SPIDERS:
        return [python, "-m", "tests.speed.spiders", name, base, str(folder / "out.db")]
    told = [part for setting in (*HURRIED, f"MIACRAWL_JOBS={OURS[name]}") for part in ("-s", setting)]
    return [
        python,
        "-m",
        "miacrawl",
        "crawl",
        base + "/",
        "--archive",
        str(folder / "archive"),
        "--allow-private",
        *told,
    ]


def compare(names: list[str], articles: int, rounds: int, pythons: Mapping[str, str]) -> list[Cost]:
    """All crawls of all rounds."""
    costs = []
    with serving("tests.speed.site", articles) as base:
        for number in range(rounds):
            for name in names:
                folder = Path(tempfile.mkdtemp(prefix="speed-"))
                cost = measured(name, command_of(name, base, folder, pythons), folder)
                if cost.pages < articles:
                    raise RuntimeError(f"{name} had {cost.pages} of {articles} pages")
                costs.append(cost)
                tell(f"round {number + 1}: {name}: {cost.cpu_page:.1f} ms a page, {cost.rate:.1f} pages/s")
                shutil.rmtree(folder)
    return costs


def table(costs: list[Cost]) -> str:
    """The medians as a table; CPU and rate as multiples of the bare spider's."""
    names = list(dict.fromkeys(cost.name for cost in costs))
    by_name = {name: [cost for cost in costs if cost.name == name] for name in names}

    def middle(name: str, figure: str) -> float:
        return median(getattr(cost, figure) for cost in by_name[name])

    first = "bare" if "bare" in by_name else names[0]
    rows = [
        f"| crawl | CPU ms a page | × {first} | pages/s | × {first} | largest process, MB |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for name in names:
        cpu, rate = middle(name, "cpu_page"), middle(name, "rate")
        rows.append(
            f"| {name} | {cpu:.1f} | {cpu / middle(first, 'cpu_page'):.2f} | {rate:.1f} |"
            f" {rate / middle(first, 'rate'):.2f} | {middle(name, 'rss'):.0f} |"
        )
    return "\n".join(rows)


def tell(line: str) -> None:
    """Progress, on stderr."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", type=lambda text: text.split(","), default=["bare", "lean", "parse", *OURS])
    parser.add_argument("--python", action="append", default=[], metavar="NAME=PATH")
    parser.add_argument("--json", type=Path, help="write every figure into this file")
    given = parser.parse_args()
    pythons = dict(one.split("=", 1) for one in given.python)
    costs = compare(given.only, given.articles, given.rounds, pythons)
    print(f"{given.articles} pages, {given.rounds} rounds, {platform.machine()}, {os.cpu_count()} processors\n")
    print(table(costs))
    if given.json:
        given.json.write_text(json.dumps([asdict(cost) for cost in costs], indent=1), "utf-8")


if __name__ == "__main__":
    main()
