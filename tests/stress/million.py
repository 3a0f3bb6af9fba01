"""The mark of a ledger with a million addresses that wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.stress.judge import ask
from tests.stress.logbook import Served
from tests.stress.mark import Mark
from tests.stress.running import HURRIED, finish

MOST_MB = 300
_WORDS = ("oak", "elm", "ash", "fir", "yew", "bay", "fig", "ivy", "may", "nut")
_LIMIT = 50


def measure(folder: Path, count: int) -> Iterator[Mark]:
    """Put `count` pending addresses into a ledger, and crawl 50 of them."""
    archive = folder / "archive"
    with Served(folder, 10, faults=()) as site:
        fill(archive, site.base, site.host, count)
        run = finish("crawl", [site.url], archive, HURRIED, "--limit", str(_LIMIT))
        asked = site.asked()
    yield Mark(f"{count:,} pending: at most {MOST_MB} MB", f"{run.peak_mb:.0f} MB, exit {run.process.returncode}",
               0 < run.peak_mb <= MOST_MB and run.process.returncode == 0, run.last_lines)  # fmt: skip
    waited = asked[0].t - run.began if asked else float("inf")
    stored = ask(archive, "SELECT count(*) AS n FROM articles")[0]["n"] if asked else 0
    yield Mark(f"{count:,} pending: the first request within 10 s, {_LIMIT} articles within 60 s",
               f"{waited:.1f} s, {stored} articles after {run.seconds:.1f} s",
               waited <= 10 and stored == _LIMIT and run.seconds <= 60, run.last_lines)  # fmt: skip


def fill(archive: Path, base: str, site: str, count: int) -> None:
    """A ledger with `count` pending addresses, each of words only, as articles have them."""
    from miacrawl.store.archive import open_archive

    name = "printf('%07d', i)"
    for digit, word in enumerate(_WORDS):
        name = f"replace({name}, '{digit}', '{word}-')"
    db = open_archive(archive)
    with db.atomic():
        db.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?),"
            f" names(name) AS (SELECT rtrim({name}, '-') FROM n)"
            " INSERT INTO urls (url, url_key, site, kind, state, reason, source, depth, priority, due, discovered_at)"
            " SELECT ? || '/stock/' || name, ? || '/stock/' || name, ?, 'page', 'pending', 'waiting to be fetched',"
            " 'sitemap', 2, 500, 1, '2026-01-01T00:00:00Z' FROM names",
            [count, base, site, site],
        )
    db.conn.close()
