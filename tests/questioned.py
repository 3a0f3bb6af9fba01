"""An archive on which every ready-made question has an answer: the shelf, with versions, captures, runs and trouble."""

from __future__ import annotations

import json
from pathlib import Path

from sqlite_utils import Database

from tests import shelf

SITE = shelf.SITES[1][0]
"""The site that questions take when none is named."""
LATER = "2026-03-31T08:01:00+00:00"


def build(folder: Path) -> Path:
    """The shelf in `folder`, with a row or two more in every table."""
    shelf.build(folder)
    db = Database(folder / "archive.db")
    with db.conn:
        db.execute("UPDATE articles SET site = ? WHERE id = 29", [SITE])  # so that it is the largest
        _captures(db)
        _versions(db)
        _runs(db)
        _ledger(db)
        db.table("duplicates").insert(
            {"article_id": 1, "twin_id": 2, "kind": "near", "similarity": 0.9, "found_at": LATER}
        )
        db.execute("UPDATE articles SET flags = '[\"paywall\"]' WHERE published >= '2026-03'")
        db.execute("UPDATE articles SET blurb = NULL WHERE id = 23")
        said = {"article_id": 2, "field": "title", "value": "Bread, quickly", "source": "meta:og:title"}
        db.table("evidence").insert(said)
    db.conn.close()
    return folder


def _captures(db: Database) -> None:
    db.table("warcs").insert({"id": 1, "name": "one.warc.gz", "run_id": 1, "started": LATER})
    for number in (1, 2):
        url = shelf.row(number)["url"]
        db.table("captures").insert(
            {
                **{"id": number, "url": url, "url_key": url, "kind": "response", "fetched_at": LATER, "status": 200},
                **{"content_type": "text/html", "digest": f"sha256:{number}", "size": 9, "warc_id": 1, "run_id": 1},
                **{"offset": number * 100, "length": 90, "outcome": "article", "headers": '[["Server", "x"]]'},
            }
        )


def _versions(db: Database) -> None:
    for number in range(1, 31):
        first = {"article_id": number, "number": 1, "first_seen": LATER, "content_hash": "0" * 64}
        db.table("article_versions").insert(first)
    old = {"title": "What it was called before", "authors": "[]", "body": "Short.", "last_seen": LATER}
    db.execute("UPDATE articles SET version = 2 WHERE id = 5")
    db.table("article_versions").update(5, old)
    db.table("article_versions").insert(
        {"article_id": 5, "number": 2, "first_seen": LATER, "changed": '["title", "body"]', "content_hash": "1" * 64}
    )


def _runs(db: Database) -> None:
    for measure in ("blurb", "title"):
        db.table("coverage").insert(
            {
                **{"run_id": 1, "site": SITE, "cohort": "new", "measure": measure, "partial": 0, "observed": 15},
                **{"positive": 13, "counts": json.dumps({"yes": 13, "no": 2})},
            }
        )
    db.table("yields").insert({"run_id": 1, "site": SITE, "source": "sitemap", "discovered": 17, "archived": 15})
    db.table("alarms").insert(
        {
            **{"run_id": 1, "site": SITE, "kind": "field", "measure": "blurb", "cohort": "new", "expected": 0.1},
            **{"observed": 0.9, "chance": 0.001, "explanation": "Most blurbs are gone", "raised": LATER},
            "last_seen_run": 1,
        }
    )


def _ledger(db: Database) -> None:
    gone = {"state": "gone", "reason": "not found (404)", "status": 404, "fetched_at": LATER}
    waiting = shelf.row(3)["url"] + "?page=2"
    for number, values in ((2, gone), (4, {"referrer": shelf.row(3)["url"]})):
        db.table("urls").update(number, values)
    db.table("urls").insert(
        {
            **{"url": waiting, "url_key": waiting, "site": SITE, "kind": "page", "state": "pending", "due": 1},
            **{"source": "listing", "referrer": shelf.row(3)["url"], "discovered_at": LATER},
        }
    )
    db.table("attempts").insert({"url_id": 1, "run_id": 1, "at": LATER, "outcome": "gone", "status": 404})
    db.table("hosts").insert({"origin": f"https://{SITE}", "robots_txt": "", "robots_status": 200})
