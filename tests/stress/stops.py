"""Marks of runs that are told to stop, and of two that want the same archive."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.stress.judge import ask, losses, told
from tests.stress.logbook import Served
from tests.stress.mark import Mark
from tests.stress.running import HURRIED, Run, finish, start

_ARTICLES = 16
_SLOW_SECONDS = 120
_WITHIN_SECONDS = 30


def measure(folder: Path, *, stop_seconds: int = 20, at_once_seconds: float = 3) -> Iterator[Mark]:
    """SIGTERM while answers are slow, once and twice; two updates at once.

    `stop_seconds`: MIACRAWL_STOP_SECONDS; `at_once_seconds`: what a run may take to end that does not wait for them.
    """
    archive = folder / "archive"
    settings = {**HURRIED, "MIACRAWL_STOP_SECONDS": str(stop_seconds)}
    with Served(folder, _ARTICLES, faults=()) as site:
        site.control(f"drip?seconds={_SLOW_SECONDS}")
        run, took = _stopped(site, archive, settings, signals=1)
        yield _mark(f"SIGTERM while answers are slow: exit 130 within {_WITHIN_SECONDS} s", run, took, _WITHIN_SECONDS)
        closed = ask(archive, "SELECT reason, exit_code, pending FROM runs ORDER BY id DESC LIMIT 1")[0]
        yield Mark("an interrupted run closes its row and says what is left", str(closed),
                   closed["exit_code"] == 130 and closed["pending"] >= 2, run.last_lines)  # fmt: skip
        run, took = _stopped(site, archive, settings, signals=2)
        yield _mark("a second SIGTERM: at once", run, took, at_once_seconds, also=True)
        site.control("drip?seconds=0")
        run = finish("crawl", [site.url], archive, settings)
        findings = losses(archive, site.truth())
        code = run.process.returncode
        measured = f"exit {code}, {len(findings)} findings"
        yield Mark("after being stopped twice nothing is lost", measured, code == 0 and not findings, told(findings))
        yield _two_updates(archive)


def _stopped(site: Served, archive: Path, settings: Mapping[str, str], signals: int) -> tuple[Run, float]:
    before = site.control("stories")
    run = start("crawl", [site.url], archive, settings)
    deadline = time.monotonic() + 120
    while site.control("stories") < before + 2 and run.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    run.terminate()
    if signals > 1:
        time.sleep(0.5)
        run.terminate()
    told_to = time.monotonic()
    run.end(timeout=90)
    return run, time.monotonic() - told_to


def _mark(promise: str, run: Run, took: float, most: float, *, also: bool = False) -> Mark:
    """`also`: another code than that of a run that was interrupted will do, but 0."""
    code = run.process.returncode
    held = took <= most and "Traceback" not in run.err and (code == 130 or (also and code != 0))
    return Mark(promise, f"exit {code} after {took:.1f} s", held, run.last_lines)


def _two_updates(archive: Path) -> Mark:
    runs = [start("update", [], archive, {**HURRIED, "DOWNLOAD_DELAY": "0.5"}) for _ in range(2)]
    codes = sorted((run.end(120), run.err.strip()) for run in runs)
    (first, _), (second, words) = codes
    held = (first, second) == (0, 4) and "process" in words and "since" in words and "Traceback" not in words
    return Mark("two updates started together: one runs, one says who holds the archive and since when",
                f"exits {first} and {second}", held, words)  # fmt: skip
