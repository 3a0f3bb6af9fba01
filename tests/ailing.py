"""An archive that is not well, for tests of runs and health: alarms, fallen fields, failures, a killed run.

The thirty articles of `tests.shelf`, and twelve runs of which the last is under way, as of `now`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from miacrawl.store.connection import open_database
from tests import shelf

GARDEN, KITCHEN = (site for site, _ in shelf.SITES)
HELD = "https://kitchenweekly.example"
FIELDS = ("blurb", "published", "authors", "read_minutes", "section", "image", "related")
HOSTILE = "<script>alert(1)</script>\u202e"
FAILED, CHANGED, KILLED, OPEN = 9, 10, 11, 12
"""Numbers of the runs that left work undone, changed an article, were killed, and are under way."""


def build(folder: Path, *, now: datetime | None = None, heard: timedelta = timedelta(minutes=2)) -> Path:
    """The archive in `folder`; its open run noted its last visit `heard` before `now`."""
    moment = now or datetime.now(UTC)
    shelf.build(folder)
    db = open_database(folder / "archive.db")
    with db.conn:
        for number in range(2, OPEN + 1):
            db.table("runs").insert(run(number, moment))
        _attempts(db, moment - heard)
        _coverage(db)
        _alarms(db, moment)
        _rest(db, moment)
    db.conn.close()
    return folder


def at(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def run(number: int, now: datetime) -> dict[str, Any]:
    began = now - timedelta(hours=6 * (OPEN - number) + 1)
    row: dict[str, Any] = {
        "id": number,
        "spider": "articles",
        "kind": "update",
        "start_urls": json.dumps([f"https://{GARDEN}/", "javascript:alert(1)"]),
        "started": at(began),
        "finished": at(began + timedelta(minutes=12, seconds=5)),
        "reason": "finished",
        "exit_code": 0,
        "new": number,
        "changed": number % 3,
        "unchanged": 20,
        "failed": 0,
        "bytes": 3_400_000,
        "version": "0.1.0",
    }
    if number == FAILED:
        reasons = [
            {"state": "failed", "reason": "HTTP 503", "count": 40, "url": f"https://{GARDEN}/busy/1"},
            {"state": "skipped", "reason": HOSTILE, "count": 2, "url": f"https://{GARDEN}/tag/soil"},
            "no object",
        ]
        row |= {
            "exit_code": 6,
            "reason": "most pages failed",
            "failed": 140,
            "reasons": json.dumps(reasons),
            "held": json.dumps({"gardennotes.example": "it failed 20 times in a row"}),
        }
    if number == KILLED:
        row |= {"exit_code": None, "reason": "killed: its process did not close it"}
    if number == OPEN:
        row |= {"exit_code": None, "reason": None, "finished": None}
    return row


def _attempts(db: Database, heard: datetime) -> None:
    """A hundred and forty failures in one run, a new and a changed article in another, and a visit of the open run."""
    db.table("warcs").insert({"id": 1, "name": "run-10.warc.gz", "run_id": CHANGED, "started": "x", "size": 12_345})
    capture = {"url": "x", "url_key": "x", "kind": "response", "fetched_at": "x", "digest": "x", "size": 1, "length": 1}
    db.table("captures").insert_all({**capture, "id": n, "warc_id": 1, "offset": n, "status": 200} for n in (1, 2))
    db.table("urls").insert_all(
        {
            "id": 1000 + number,
            "url": f"https://{GARDEN}/busy/{number}",
            "url_key": f"{GARDEN}/busy/{number}",
            "site": GARDEN,
            "kind": "page",
            "state": "failed",
            "reason": "HTTP 503" if number % 7 else f"unknown host {HOSTILE}",
            "source": "sitemap",
            "status": 503,
            "run_id": FAILED,
            "next_check": "2026-01-01T00:00:00Z",
            "discovered_at": "2026-03-30T08:00:10Z",
        }
        for number in range(140)
    )
    visit = {"status": 503, "reason": "HTTP 503", "at": "2026-03-30T08:00:10Z", "capture_id": None}
    visits = [{**visit, "url_id": 1000 + n, "run_id": FAILED, "outcome": "failed"} for n in range(140)]
    fine = {**visit, "status": 200, "reason": None, "run_id": CHANGED}
    visits.append({**fine, "url_id": 1, "outcome": "new", "capture_id": 1})
    visits.append({**fine, "url_id": 2, "outcome": "changed", "capture_id": 2})
    visits.append({**fine, "url_id": 3, "outcome": "unchanged", "run_id": OPEN, "at": at(heard)})
    db.table("attempts").insert_all(visits)
    db.table("article_versions").insert_all(
        [
            {"article_id": 2, "number": 1, "first_seen": "x", "content_hash": "1", "capture_id": None},
            {"article_id": 2, "number": 2, "first_seen": "x", "content_hash": "2", "capture_id": 2},
        ],
        ignore=True,
    )
    db.table("yields").insert_all(
        [
            {"run_id": CHANGED, "site": GARDEN, "source": "sitemap", "discovered": 12, "archived": 9},
            {"run_id": CHANGED, "site": KITCHEN, "source": "feed", "discovered": 3, "archived": 1},
        ]
    )


def _coverage(db: Database) -> None:
    """The garden lost its blurbs in the last runs; the kitchen was read once."""
    for number in range(2, KILLED):
        lost = number >= FAILED
        for measure in FIELDS:
            positive = 2 if measure == "blurb" and lost else 19
            _reading(db, number, GARDEN, "new", measure, {"yes": positive, "no": 20 - positive}, positive)
        _reading(db, number, GARDEN, "new", "page", {"article": 20, "consent-wall": 4 if lost else 0}, 20)
        _reading(db, number, GARDEN, "new", "body_words", {"320": 20}, None, median=320 + number)
        rule = "heuristic:h1" if lost else "site:headline"
        _reading(db, number, GARDEN, "new", "rule of title", {rule: 20}, None)
        _reading(db, number, GARDEN, "again", "blurb", {"yes": 5}, 5)
    for measure in FIELDS:
        _reading(db, 2, KITCHEN, "first", measure, {"yes": 15}, 15)


def _reading(
    db: Database, run_id: int, site: str, cohort: str, measure: str, counts: dict[str, int], positive: int | None,
    median: int | None = None,
) -> None:  # fmt: skip
    row = {"run_id": run_id, "site": site, "cohort": cohort, "measure": measure, "partial": int(run_id == FAILED)}
    seen = {"observed": sum(counts.values()), "positive": positive, "median": median, "counts": json.dumps(counts)}
    db.table("coverage").insert({**row, **seen})


def _alarms(db: Database, now: datetime) -> None:
    usual = {"site": GARDEN, "cohort": "new", "expected": 0.05, "observed": 0.9, "chance": 1e-9, "raised": at(now)}
    db.table("alarms").insert_all(
        [
            {**usual, "id": 1, "run_id": 3, "kind": "size", "measure": "body_words", "last_seen_run": 4,
             "explanation": "Texts were short for a while", "samples": "[]", "resolved": at(now)},
            {**usual, "id": 2, "run_id": 5, "kind": "rule", "measure": "title", "last_seen_run": 5,
             "explanation": "Other rules find title", "samples": "[]", "accepted": at(now), "note": "new look"},
            {**usual, "id": 3, "run_id": FAILED, "kind": "field", "measure": "blurb", "last_seen_run": CHANGED,
             "explanation": f"{GARDEN}: 18 of 20 new articles have no blurb; earlier 133 of 140 had.",
             "samples": json.dumps([f"https://{GARDEN}/soil/article-1", HOSTILE])},
        ]
    )  # fmt: skip


def _rest(db: Database, now: datetime) -> None:
    until = at(now + timedelta(hours=5))
    held = {"origin": HELD, "hold_until": until, "hold_reason": f"Retry-After {HOSTILE}"}
    db.table("hosts").insert_all(
        [held, {**held, "origin": "https://past.example", "hold_until": "2020-01-01T00:00:00Z"}]
    )
    trap = {"site": GARDEN, "pattern": "/calendar/N/N", "visits": 200, "found_at": at(now), "run_id": 4}
    db.table("traps").insert(trap)
    counted = json.dumps({"title": 4, "blurb": 30})
    done = {"extractor": "0.1.0+abc", "pages": 30, "changed": 30, "counts": counted}
    db.table("extractions").insert({**done, "id": 1, "started": at(now), "finished": at(now + timedelta(seconds=90))})
