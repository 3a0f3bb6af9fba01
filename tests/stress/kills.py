"""Marks of runs that are killed at random moments and resumed, with Datasette reading all the while."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

from tests.stress.judge import Rules, judge_archive, judge_ledger, judge_requests, told
from tests.stress.logbook import Served
from tests.stress.mark import Mark
from tests.stress.readers import Readers
from tests.stress.running import HURRIED, Run, finish, start

FAULTS = ("500", "502-twice", "reset", "broken-chunks", "too-long", "files", "duplicates", "redirects", "forbidden")
_START_SECONDS = 0.8
"""Until a process has something to lose; some are killed before."""
_SECONDS_PER_ARTICLE = 0.03
_LOST = ("lost", "wrong content", "cut off")


def measure(folder: Path, articles: int, kills: int, seed: int = 1) -> Iterator[Mark]:
    """Kill a crawl `kills` times, let it end, look at what it has, and at what its readers saw."""
    archive, chance = folder / "archive", random.Random(seed)
    with Served(folder, articles, faults=FAULTS) as site:
        with Readers(archive) as readers:
            killed, complaints = _kill(site, archive, kills, articles, chance)
            run = finish("crawl", [site.url], archive, HURRIED)
        asked, truth = site.asked(), site.truth()
    complaints += run.err.count("Traceback") + run.err.count("locked")
    findings = [*judge_archive(archive, truth), *judge_ledger(archive)]
    findings += judge_requests(asked, truth, Rules(site.host))
    lost = [finding for finding in findings if finding.kind in _LOST]
    code = run.process.returncode
    yield Mark(f"kill -9 at {kills} random moments, then resume: 0 lost",
               f"{killed} killed, {len(lost)} lost; ended with exit {code} after {len(asked)} requests",
               not lost and code == 0, told(lost) + run.last_lines)  # fmt: skip
    others = [finding for finding in findings if finding.kind not in _LOST]
    yield Mark("after kills: 0 duplicates, 0 forbidden requests, the ledger adds up",
               f"{len(others)} findings", not others, told(others))  # fmt: skip
    served, troubles = sum(readers.answers.values()), len(readers.troubles) + complaints
    measured = f"{served} pages read ({_statuses(readers)}), {troubles} troubles"
    yield Mark("Datasette reading all the while: 0 'database is locked', 0 answers 5xx", measured,
               served > 0 and not troubles, "\n".join(readers.troubles[:5]))  # fmt: skip


def _kill(site: Served, archive: Path, kills: int, articles: int, chance: random.Random) -> tuple[int, int]:
    """How many runs were killed before they had ended, and how many complained of anything before."""
    killed = complaints = 0
    longest = 2 * articles * _SECONDS_PER_ARTICLE / kills
    while killed < kills:
        run = start("crawl", [site.url], archive, HURRIED)
        time.sleep(chance.uniform(_START_SECONDS / 2, _START_SECONDS + longest))
        killed += run.process.poll() is None
        run.kill()
        complaints += _complaints(run)
    return killed, complaints


def _complaints(run: Run) -> int:
    return run.err.count("Traceback") + run.err.count("locked")


def _statuses(readers: Readers) -> str:
    return ", ".join(f"{count} x {status}" for status, count in sorted(readers.answers.items()))
