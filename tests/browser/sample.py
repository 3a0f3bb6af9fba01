"""The sample site as an archive: crawled twice, so that there are versions, captures, gone pages and failures."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from miacrawl.sample.server import serve_sample
from tests.conftest import hurried

Facts = dict[str, str]
"""Names that addresses of pages use, with what they stand for in one archive."""

_ONE_OF_EACH = {
    "changed": "SELECT article_id FROM article_versions GROUP BY 1 HAVING count(*) > 1 ORDER BY count(*) DESC, 1",
    "article": "SELECT article_id FROM related_links WHERE target_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1",
    "gone": "SELECT id FROM articles WHERE gone_since IS NOT NULL ORDER BY id",
    "twin": "SELECT article_id FROM duplicates ORDER BY 1",
    "link": "SELECT id FROM related_links ORDER BY id",
    "entry": "SELECT id FROM urls WHERE state = 'archived' ORDER BY id",
    "failed_url": "SELECT url FROM urls WHERE state = 'failed' ORDER BY id",
    "archived_url": "SELECT url FROM urls WHERE state = 'archived' ORDER BY id",
    "skipped_url": "SELECT url FROM urls WHERE state = 'skipped' ORDER BY id",
    "capture": "SELECT id FROM captures WHERE kind = 'response' AND outcome = 'article' ORDER BY id",
    "revisit": "SELECT id FROM captures WHERE kind = 'revisit' AND outcome = 'not-modified' ORDER BY id",
    "error": "SELECT id FROM captures WHERE kind = 'response' AND outcome = 'error' ORDER BY id",
    "site": "SELECT site FROM articles GROUP BY 1 ORDER BY count(*) DESC, 1",
    "section": "SELECT section FROM articles WHERE section > '' GROUP BY 1 ORDER BY count(*) DESC, 1",
    "author": "SELECT author FROM bylines GROUP BY 1 ORDER BY count(*) DESC, 1",
    "run": "SELECT id FROM runs ORDER BY id DESC",
    "first_run": "SELECT id FROM runs ORDER BY id",
    "alarm": "SELECT id FROM alarms ORDER BY id",
    "cursor": "SELECT published || '_' || id FROM articles WHERE published > '' ORDER BY published LIMIT 1 OFFSET 9",
}


def build(folder: Path, port: int = 0) -> Path:
    """The archive in `folder`, of both states of the sample site, with what a healthy site doesn't give by itself."""
    with serve_sample(port) as site:
        for revision in (1, 2):
            site.revision = revision
            command = [sys.executable, "-m", "miacrawl", "crawl", site.url, "--archive", str(folder)]
            command += ["--allow-private", *hurried(), "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
    db = sqlite3.connect(folder / "archive.db")
    with db:
        _add_twins(db)
        _add_alarms(db)
    db.close()
    return folder


def facts(folder: Path) -> Facts:
    """One of each thing that pages show, ready to stand in an address; what the archive lacks is left out."""
    db = sqlite3.connect(folder / "archive.db")
    try:
        found = {name: db.execute(sql).fetchone() for name, sql in _ONE_OF_EACH.items()}
    finally:
        db.close()
    return {name: quote(str(row[0]), safe="") for name, row in found.items() if row}


def _add_twins(db: sqlite3.Connection) -> None:
    """Two of the articles are called copies of each other; the site has none."""
    ids = [number for (number,) in db.execute("SELECT id FROM articles ORDER BY url LIMIT 3")]
    add = "INSERT INTO duplicates (article_id, twin_id, kind, similarity, found_at) VALUES (?, ?, ?, ?, ?)"
    for other, kind, similarity in ((ids[1], "exact", 1.0), (ids[2], "near", 0.83)):
        db.execute(add, [*sorted((ids[0], other)), kind, similarity, "2026-03-30T08:02:00Z"])


def _add_alarms(db: sqlite3.Connection) -> None:
    """One alarm is open, one went by itself, one was accepted."""
    site = db.execute("SELECT site FROM articles LIMIT 1").fetchone()[0]
    usual: dict[str, Any] = {
        "run_id": 1, "site": site, "kind": "field", "cohort": "new", "expected": 0.02, "observed": 0.61,
        "chance": 0.00001, "raised": "2026-03-30T08:02:00Z", "last_seen_run": 2, "resolved": None, "accepted": None,
        "samples": f'["http://{site}/category/sleep/why-naps-work"]', "note": None,
    }  # fmt: skip
    told = (
        {"measure": "blurb", "explanation": "61 % of new articles have no blurb; before, 2 % had none."},
        {"measure": "authors", "explanation": "Bylines were missing.", "resolved": "2026-03-30T09:00:00Z"},
        {"measure": "section", "explanation": "No sections.", "accepted": "2026-03-30T09:00:00Z", "note": "By design"},
    )
    for alarm in told:
        row = {**usual, **alarm}
        db.execute(f"INSERT INTO alarms ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
