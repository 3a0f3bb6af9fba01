"""The site's log: what was asked, when, and what was answered; and the process that serves the site."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.stress.plan import FAULTS, Truth, truth


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the site saw it. `t`, `end`: seconds of its monotonic clock; `whole`: it was answered in full."""

    t: float
    path: str
    host: str | None
    end: float | None = None
    method: str = "GET"
    status: int = 0
    connection: int = -1
    whole: bool = False
    agent: str | None = None
    if_none_match: str | None = None
    if_modified_since: str | None = None
    cookie: str | None = None
    retry_after: float | None = None


def read_log(path: Path) -> list[Asked]:
    """The requests in a log, in the order in which they came."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return sorted((Asked(**json.loads(line)) for line in lines), key=lambda asked: asked.t)


class Served:
    """A site in a process of its own, for the length of a `with`."""

    def __init__(
        self, folder: Path, articles: int, *, seed: int = 1, faults: Collection[str] = FAULTS, crawl_delay: float = 0.0
    ) -> None:
        self.articles, self.seed, self.faults = articles, seed, faults
        self.log = folder / "site.jsonl"
        command = [sys.executable, "-m", "tests.stress.site", "--articles", str(articles), "--seed", str(seed)]
        command += ["--log", str(self.log), "--faults", ",".join(faults) or "none", "--crawl-delay", str(crawl_delay)]
        folder.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        told = json.loads(self._process.stdout.readline())
        self.base: str = told["base"]
        self.url = f"{self.base}/"
        self.host = self.base.partition("//")[2]
        self.published = 0

    def __enter__(self) -> Served:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(10)

    def control(self, command: str) -> Any:
        """Tell the site something: "publish?n=5", "edit?n=3", "drip?seconds=60"."""
        with urllib.request.urlopen(f"{self.base}/_control/{command}", timeout=10) as answer:
            done = json.load(answer)
        if command.startswith("publish"):
            self.published += len(done)
        return done

    def truth(self) -> Truth:
        """What must be archived of it by now."""
        return truth(self.seed, self.articles, self.faults, self.published)

    def asked(self, since: int = 0) -> list[Asked]:
        """What it was asked, without the first `since` requests."""
        return read_log(self.log)[since:]
