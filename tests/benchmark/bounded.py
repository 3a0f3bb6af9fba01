"""What one extraction costs, measured where it can't hide: each page is read by a process of its own.

`Bounded` starts a small process that has the extractor loaded; for every page it forks, and the system's own account of
the child gives CPU time and peak memory (resident, the page itself included). A child is stopped at four times the
bounds, so that a page can't take the machine down.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

SECONDS = 5
MEGABYTES = 500
_ROOT = Path(__file__).parents[2]
_MAXRSS_PER_MEGABYTE = 1_000_000 if sys.platform == "darwin" else 1_000_000 / 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds, peak megabytes, and what was wrong with the answer (empty: nothing)."""

    seconds: float
    megabytes: float
    faults: tuple[str, ...]

    def beyond(self, seconds: float = SECONDS, megabytes: float = MEGABYTES) -> list[str]:
        """What is wrong, the bounds included."""
        found = list(self.faults)
        if self.seconds > seconds:
            found.append(f"took {self.seconds:.1f} s of CPU time, more than {seconds}")
        if self.megabytes > megabytes:
            found.append(f"took {self.megabytes:.0f} MB, more than {megabytes}")
        return found


class Bounded:
    """`with Bounded() as bounded: bounded.cost(page, url)`."""

    def __enter__(self) -> Bounded:
        self._folder = tempfile.TemporaryDirectory()
        command = [sys.executable, "-m", "tests.benchmark.bounded"]
        self._process = subprocess.Popen(
            command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.communicate()
        self._folder.cleanup()

    def cost(self, page: bytes, url: str, content_type: str | None = None) -> Cost:
        """What extracting `page` costs."""
        file = Path(self._folder.name) / "page.html"
        file.write_bytes(page)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([str(file), url, content_type]), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        return Cost(answer["seconds"], answer["megabytes"], tuple(answer["faults"]))


def serve() -> None:
    """One JSON line for each that is asked, until the input ends."""
    from miacrawl import extract
    from tests.benchmark import article_types  # noqa: F401  loaded once, for every child

    extract(b"<h1>A page that loads the rules</h1><p>Some words.</p>", "https://a.org/b")
    for line in sys.stdin:
        print(json.dumps(_measured(*json.loads(line))), flush=True)


def _measured(file: str, url: str, content_type: str | None) -> dict[str, Any]:
    """Fork, read the child's account and its answer."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        _extract(file, url, content_type, theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        told = pipe.read()
    _, status, usage = os.wait4(child, 0)
    faults = json.loads(told) if told else [_end(status)]
    seconds = usage.ru_utime + usage.ru_stime
    return {"seconds": seconds, "megabytes": usage.ru_maxrss / _MAXRSS_PER_MEGABYTE, "faults": faults}


def _extract(file: str, url: str, content_type: str | None, pipe: int) -> NoReturn:
    """In the child: extract, write what is wrong, end without a word."""
    from miacrawl import extract
    from tests.benchmark.article_types import faults

    resource.setrlimit(resource.RLIMIT_CPU, (4 * SECONDS, 4 * SECONDS + 1))
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (4 * MEGABYTES * 1_000_000, resource.RLIM_INFINITY))
    try:
        found = faults(extract(Path(file).read_bytes(), url, content_type=content_type))
    except BaseException as error:
        found = [f"raised {type(error).__name__}: {error}"[:300]]
    os.write(pipe, json.dumps(found).encode()[:60_000])
    os._exit(0)


def _end(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"was stopped by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"ended with {os.waitstatus_to_exitcode(status)} and without an answer"


if __name__ == "__main__":
    serve()
