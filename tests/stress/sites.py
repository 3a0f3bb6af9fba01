"""Many sites in one process: `python -m tests.stress.sites --count 40 --articles 250 --folder DIR`.

Each has a port, a seed and a log (`DIR/N.jsonl`) of its own; some ask for a Crawl-delay. Prints one line of JSON for
each, as `tests.stress.site` does.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tests.stress.logbook import Asked, read_log
from tests.stress.plan import Truth, plan_of, truth
from tests.stress.site import Site

FAULTS = ("500", "502-twice", "redirects", "duplicates")


async def serve(folder: Path, count: int, articles: int, delays: Sequence[float], host: str) -> None:
    """Serve until cancelled."""
    with contextlib.ExitStack() as logs:
        sites = [
            Site(
                plan_of(number + 1, articles, FAULTS),
                logs.enter_context((folder / f"{number}.jsonl").open("a", buffering=1)),
                delays[number] if number < len(delays) else 0.0,
                host=host,
            )
            for number in range(count)
        ]
        await asyncio.gather(*(site.serve(0) for site in sites))


@dataclass(frozen=True, slots=True)
class One:
    """A site that is served: its address, and how it is judged."""

    number: int
    base: str
    articles: int
    log: Path

    @property
    def url(self) -> str:
        return f"{self.base}/"

    @property
    def name(self) -> str:
        """As the cluster calls it."""
        return self.base.partition("//")[2]

    def truth(self) -> Truth:
        return truth(self.number + 1, self.articles, FAULTS)

    def asked(self) -> list[Asked]:
        return read_log(self.log)


class Sites:
    """The sites in a process of their own, for the length of a `with`."""

    def __init__(
        self, folder: Path, count: int, articles: int, delays: Sequence[float] = (), host: str = "127.0.0.1"
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "tests.stress.sites", "--count", str(count), "--articles", str(articles)]
        command += ["--folder", str(folder), "--delays", ",".join(map(str, delays)), "--host", host]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        # They begin to listen in any order: the seed tells which is which.
        self.all = [self._one(folder, articles, self._process.stdout.readline()) for _ in range(count)]

    @staticmethod
    def _one(folder: Path, articles: int, line: str) -> One:
        told = json.loads(line)
        number = int(told["seed"]) - 1
        return One(number, told["base"], articles, folder / f"{number}.jsonl")

    def __enter__(self) -> Sites:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(10)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress.sites", description=__doc__)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--articles", type=int, default=250)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--delays", default="")
    parser.add_argument("--host", default="127.0.0.1")
    given = parser.parse_args()
    delays = [float(delay) for delay in given.delays.split(",") if delay]
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(given.folder, given.count, given.articles, delays, given.host))


if __name__ == "__main__":
    main()
