"""Judges a crawl by the site's log and the archive: lost, doubled, forbidden, unexplained."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.stress.answer import INTRUDER
from tests.stress.logbook import Asked
from tests.stress.plan import Truth

_STATES = {"archived", "followed", "skipped", "gone", "failed"}
_TRAPS = ("/calendar/", "/shop/", "/notes/")
_IN_TRANSIT_SECONDS = 0.3
"""A request may be on its way while the site already answers another one."""
_FORGIVEN_SECONDS = 0.1
"""What the way between two busy processes may take from a stretch of requests."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be: of what kind, and what exactly."""

    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What a run was told. `delay`: seconds between requests; `concurrency`: requests at a time; `host`: of the site.

    `trap_requests`: no trap may cost more requests than this.
    """

    host: str
    delay: float = 0.0
    concurrency: int = 2
    trap_requests: int = 300


def judge(archive: Path, asked: Sequence[Asked], truth: Truth, rules: Rules) -> list[Finding]:
    """All findings on a finished crawl."""
    return [*judge_archive(archive, truth), *judge_ledger(archive), *judge_requests(asked, truth, rules)]


def ask(archive: Path, sql: str, *parameters: object) -> list[dict[str, Any]]:
    """Rows of an archive's database, read while anybody may write it."""
    connection = sqlite3.connect(f"{(archive / 'archive.db').absolute().as_uri()}?mode=ro", uri=True, timeout=10)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(sql, parameters)]
    finally:
        connection.close()


def losses(archive: Path, truth: Truth) -> list[Finding]:
    """Findings on what the archive holds; whether its counts add up is left aside."""
    found = [*judge_archive(archive, truth), *judge_ledger(archive)]
    return [finding for finding in found if finding.kind != "sums"]


# --- the archive ---


def judge_archive(archive: Path, truth: Truth) -> Iterator[Finding]:
    """Articles that are missing, twice, under an address of somebody else's, or damaged."""
    rows = ask(archive, "SELECT url, title, body FROM articles")
    by_path: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_path.setdefault(_path(row["url"]), []).append(row)
    for path, title in truth.articles.items():
        found = by_path.pop(path, [])
        if not found:
            about = f"by {truth.roads[path]}, fault: {truth.faults.get(path)}"
            yield Finding("lost", f"{path} ({about}): {_told(archive, path)}")
        elif found[0]["title"] != title:
            yield Finding("wrong content", f"{path} is archived as {found[0]['title']!r}")
        elif truth.endings[path] not in " ".join(found[0]["body"].split()):
            yield Finding("cut off", f"{path} is archived without its end (fault: {truth.faults.get(path)})")
    for path, extra in by_path.items():
        yield Finding("duplicate", f"{path} is archived though it is no article of its own: {extra[0]['title']!r}")
    for title, count in Counter(row["title"] for row in rows).items():
        if count > 1:
            yield Finding("duplicate", f"{count} articles are called {title!r}")
    for row in rows:
        if INTRUDER in (row["title"] or "") + row["body"]:
            yield Finding("wrong content", f"{row['url']} holds what followed another answer on the wire")


def _told(archive: Path, path: str) -> str:
    rows = ask(archive, "SELECT state, reason, due, tries FROM urls WHERE url LIKE '%' || ?", path)
    known = (f"{row['state']}, due {row['due']}, tries {row['tries']}: {row['reason']}" for row in rows)
    return "; ".join(known) or "never found"


# --- the ledger ---


def judge_ledger(archive: Path) -> Iterator[Finding]:
    """Rows without state or reason, articles without a row, counts that do not add up."""
    for row in ask(archive, "SELECT url, state, reason, due, article_id FROM urls"):
        if row["state"] not in _STATES or row["due"]:
            yield Finding("unsettled", f"{row['url']} is {row['state']}, due {row['due']}: {row['reason']}")
        elif not row["reason"] and row["state"] != "archived":
            yield Finding("no reason", f"{row['url']} is {row['state']}")
        if row["state"] == "archived" and row["article_id"] is None:
            yield Finding("no article", f"{row['url']} is archived as nothing")
    orphans = ask(
        archive, "SELECT url FROM articles WHERE id NOT IN (SELECT article_id FROM urls WHERE article_id NOT NULL)"
    )
    yield from (Finding("no ledger row", row["url"]) for row in orphans)
    yield from _sums(archive)


def _sums(archive: Path) -> Iterator[Finding]:
    """A run's counts against the rows that it wrote; those of runs that were killed were never written."""
    for run in ask(archive, "SELECT * FROM runs WHERE reason NOT LIKE 'killed%' ORDER BY id"):
        counted = {
            row["state"]: row["n"]
            for row in ask(archive, "SELECT state, count(*) AS n FROM urls WHERE run_id = ? GROUP BY state", run["id"])
        }
        last = run["id"] == ask(archive, "SELECT max(id) AS id FROM runs")[0]["id"]
        for name in ("skipped", "gone", "failed"):
            if last and run[name] != counted.get(name, 0):
                yield Finding("sums", f"run {run['id']}: {name} {run[name]}, but the ledger has {counted.get(name, 0)}")
        found = ask(archive, "SELECT count(*) AS n FROM urls WHERE discovered_run_id = ?", run["id"])[0]["n"]
        if run["discovered"] != found:
            yield Finding("sums", f"run {run['id']}: discovered {run['discovered']}, but the ledger has {found}")
        due = ask(archive, "SELECT count(*) AS n FROM urls WHERE due = 1")[0]["n"]
        if last and run["pending"] != due:
            yield Finding("sums", f"run {run['id']}: pending {run['pending']}, but {due} are due")
    runs = ask(archive, "SELECT sum(new) AS new, sum(reason LIKE 'killed%') AS killed FROM runs")[0]
    articles = ask(archive, "SELECT count(*) AS n FROM articles")[0]["n"]
    yielded = ask(archive, "SELECT coalesce(sum(archived), 0) AS n FROM yields")[0]["n"]
    if not runs["killed"] and not runs["new"] == articles == yielded:
        yield Finding("sums", f"{runs['new']} new by the runs, {yielded} by the yields, {articles} articles")


# --- what the site saw ---


def judge_requests(asked: Sequence[Asked], truth: Truth, rules: Rules) -> Iterator[Finding]:
    """Requests that should not have been made, or not then, or not so many at a time."""
    for one in asked:
        if one.host != rules.host:
            yield Finding("forbidden", f"{one.path} on {one.host}")
        elif any(one.path.startswith(prefix) for prefix in truth.forbidden):
            yield Finding("forbidden", one.path)
        if one.cookie:
            yield Finding("cookie", f"{one.path}: {one.cookie}")
    own = [one for one in asked if one.host == rules.host]
    most = most_at_once(own)
    if most > rules.concurrency:
        yield Finding("concurrency", f"{most} requests at a time, {rules.concurrency} allowed")
    yield from _too_soon(own, rules.delay)
    yield from _holds_broken(own)
    for trap in _TRAPS:
        count = sum(one.path.startswith(trap) for one in own)
        if count > rules.trap_requests:
            yield Finding("trap", f"{count} requests went into {trap}, {rules.trap_requests} allowed")


def most_at_once(own: Sequence[Asked]) -> int:
    """Requests at a time. Where the other side hung up, the site learns of it a little later."""
    ends = [(one.end - (0 if one.whole else _FORGIVEN_SECONDS), -1) for one in own if one.end is not None]
    count = most = 0
    for _, change in sorted([*ends, *((one.t, 1) for one in own if one.end is not None)]):
        count += change
        most = max(most, count)
    return most


def _too_soon(own: Sequence[Asked], delay: float) -> Iterator[Finding]:
    short = short_stretches([one.t for one in own], delay)
    if short:
        yield Finding("delay", f"{len(short)} stretches of 50 requests were too short, the shortest {min(short):.3f} s")


def short_stretches(times: Sequence[float], delay: float, length: int = 50) -> list[float]:
    """Seconds that `length` gaps in a row took, where they should have taken longer.

    The site's clock notes when it came to read a request, which may be late: so not single gaps are judged, but
    stretches of them, and a little is forgiven. One that came late makes the one stretch short that it begins; one that
    was sent too soon makes all short that it is in: three in a row are what counts.
    """
    stretches = [times[place + length] - times[place] for place in range(len(times) - length)]
    short = [took < delay * length - _FORGIVEN_SECONDS for took in stretches]
    return [took for place, took in enumerate(stretches) if any(all(three) for three in _threes(short, place))]


def _threes(short: Sequence[bool], place: int) -> Iterator[Sequence[bool]]:
    """The stretches in threes that the one at `place` is of."""
    return (short[first : first + 3] for first in range(max(place - 2, 0), place + 1) if first + 3 <= len(short))


def _holds_broken(own: Sequence[Asked]) -> Iterator[Finding]:
    """Requests within the time for which an answer asked to be left alone."""
    for held in own:
        if not held.retry_after or held.end is None:
            continue
        first, last = held.end + _IN_TRANSIT_SECONDS, held.end + held.retry_after - 0.05
        broken = [one for one in own if first < one.t < last]
        for one in broken[:3]:
            yield Finding(
                "retry-after", f"{one.path} {one.t - held.end:.2f} s after {held.path} asked for {held.retry_after} s"
            )


def told(findings: Iterable[Finding], most: int = 3) -> str:
    """Findings in a few words: how many of each kind, with some of them."""
    by_kind: dict[str, list[str]] = {}
    for finding in findings:
        by_kind.setdefault(finding.kind, []).append(finding.what)
    return "\n".join(f"{len(what)} x {kind}: " + " | ".join(what[:most]) for kind, what in by_kind.items())


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def shape(path: str) -> str:
    """A path without its numbers, to count requests by."""
    return re.sub(r"[0-9a-f]{32}|\d+", "#", path.partition("?")[0])
