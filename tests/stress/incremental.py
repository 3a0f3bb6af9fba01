"""Marks of a crawl of the site with all faults, and of the updates that follow it."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from pathlib import Path

from tests.stress.judge import Finding, Rules, judge, judge_ledger, judge_requests, told
from tests.stress.logbook import Asked, Served
from tests.stress.mark import Mark
from tests.stress.plan import FAULTS
from tests.stress.running import HURRIED, Run, finish

DELAY_SECONDS = 0.02
MOST_MB = 400
_HANDFUL = 20
_SETTINGS = {**HURRIED, "DOWNLOAD_DELAY": str(DELAY_SECONDS), "DOWNLOAD_TIMEOUT": "4"}
_KINDS = {
    "every reachable article archived": ("lost", "wrong content", "cut off"),
    "0 duplicates": ("duplicate",),
    "0 requests to forbidden paths or addresses, 0 cookies": ("forbidden", "cookie"),
    f"delays ({DELAY_SECONDS} s), Retry-After and concurrency (2) obeyed": ("delay", "retry-after", "concurrency"),
    "no trap costs more than 300 requests": ("trap",),
    "every ledger row has a state and a reason, counts add up": (
        "unsettled", "no reason", "no article", "no ledger row", "sums"
    ),
}  # fmt: skip


def measure(folder: Path, articles: int, faults: Collection[str] = FAULTS) -> Iterator[Mark]:
    """Crawl, update twice, publish five stories and edit three, update."""
    with Served(folder, articles, faults=faults) as site:
        archive = folder / "archive"
        run = finish("crawl", [site.url], archive, _SETTINGS)
        asked = site.asked()
        yield _ended(run, len(asked))
        findings = judge(archive, asked, site.truth(), Rules(site.host, DELAY_SECONDS)) if run.peak_mb else []
        yield from _by_kind(findings)
        yield Mark(f"memory of a crawl of {articles} articles at most {MOST_MB} MB", f"{run.peak_mb:.0f} MB",
                   0 < run.peak_mb <= MOST_MB)  # fmt: skip
        yield from _updates(site, archive)


def _ended(run: Run, requests: int) -> Mark:
    code = run.process.returncode
    measured = f"exit {code} after {run.seconds:.0f} s and {requests} requests"
    return Mark("a crawl with faults ends well, without a traceback", measured,
                code == 0 and "Traceback" not in run.err, run.last_lines)  # fmt: skip


def _by_kind(findings: list[Finding]) -> Iterator[Mark]:
    for promise, kinds in _KINDS.items():
        found = [finding for finding in findings if finding.kind in kinds]
        yield Mark(promise, f"{len(found)} findings", not found, told(found))


def _updates(site: Served, archive: Path) -> Iterator[Mark]:
    first = _update(site, archive)
    second = _update(site, archive)
    yield Mark(f"a second update right after the first costs a handful of requests ({_HANDFUL})",
               f"{len(second)} (the first: {len(first)})", len(second) <= _HANDFUL, _listed(second))  # fmt: skip
    time.sleep(1.5)  # dates in sitemaps have whole seconds
    new, edited = site.control("publish?n=5"), site.control("edit?n=3")
    third = _update(site, archive)
    stories = {one.path for one in third} & site.truth().articles.keys()
    beside = [one for one in third if one.path not in stories]
    yield Mark("an update fetches exactly five new and three edited articles, and a handful besides",
               f"{len(stories & set(new))} new, {len(stories & set(edited))} edited, "
               f"{len(stories - {*new, *edited})} others, {len(beside)} besides",
               stories == {*new, *edited} and len(beside) <= _HANDFUL, _listed(third))  # fmt: skip
    findings = [*judge_ledger(archive), *judge_requests(third, site.truth(), Rules(site.host, DELAY_SECONDS))]
    yield Mark("after updates the ledger adds up", f"{len(findings)} findings", not findings, told(findings))


def _update(site: Served, archive: Path) -> list[Asked]:
    before = len(site.asked())
    run = finish("update", [], archive, _SETTINGS)
    if run.process.returncode:
        raise RuntimeError(f"an update ended with {run.process.returncode}: {run.last_lines}")
    return site.asked(before)


def _listed(asked: list[Asked]) -> str:
    return " ".join(f"{one.path}({one.status})" for one in asked[:40])
