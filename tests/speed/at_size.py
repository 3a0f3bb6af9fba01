"""What storing a page costs in a small and in a large archive: `python -m tests.speed.at_size SMALL LARGE`.

Both are folders of archives, as `python -m tests.stress.large` makes them; pages are added to copies of them. Each
page is fetched already and read: what is timed is the record in the WARC file, the ledger, the article with its
version, links, evidence and search index. Figures are CPU milliseconds a page, as medians over batches in turns.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from miacrawl.errors import ExitCode
from miacrawl.exchange import Exchange
from miacrawl.spiders.reading import Answer, read
from miacrawl.spiders.rules import Rules
from miacrawl.store.session import Session
from miacrawl.visit import Discovery, Visit
from tests.speed.pages import Paper

SITE = "the-long-paper.example"
_BATCH = 50


def visits(session: Session, paper: Paper, first: int, count: int) -> list[Visit]:
    """Pages `first` and following, found, taken and read."""
    urls = [paper.base + paper.path(number) for number in range(first, first + count)]
    session.discover(Discovery(url, source="sitemap", priority=600) for url in urls)
    rules = Rules(session.folder, frozenset({SITE}), {"": 25}, {"": frozenset()})
    discoverer, wishes = rules.discoverer(), rules.wishes()
    found = []
    for entry in session.take(SITE, count):
        body = paper.page(int(entry.url.rpartition("-")[2]))
        answer = Answer(entry.url, 200, "text/html; charset=utf-8", body)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        request = f"GET {entry.url} HTTP/1.1\r\nHost: {SITE}\r\n\r\n".encode()
        exchange = Exchange(entry.url, datetime.now(UTC), 200, request, head.encode(), body)
        visit = read(entry, answer, discoverer, wishes)
        found.append(
            Visit(
                entry,
                visit.state,
                visit.reason,
                visit.final_url,
                visit.status,
                visit.article,
                tuple(visit.discoveries),
                exchanges=(exchange,),
            )
        )
    return found


def record(session: Session, batch: list[Visit]) -> float:
    """Store visits; CPU milliseconds for each."""
    began = time.process_time()
    for visit in batch:
        session.record(visit)
    return 1000 * (time.process_time() - began) / len(batch)


def copy(archive: Path, to: Path) -> None:
    """The database of an archive, also while others read and write it."""
    source, target = sqlite3.connect(archive / "archive.db"), sqlite3.connect(to / "archive.db")
    with closing(source), closing(target):
        source.backup(target)


def compare(folders: list[Path], pages: int) -> list[float]:
    """The medians, one for each archive."""
    paper = Paper(f"https://{SITE}", 100_000)
    costs: list[list[float]] = [[] for _ in folders]
    sessions = [Session.open(folder, "articles", [f"https://{SITE}/"]) for folder in folders]
    for first in range(0, pages, _BATCH):
        for cost, session in zip(costs, sessions, strict=True):
            cost.append(record(session, visits(session, paper, first, _BATCH)))
        print(f"{first + _BATCH} pages", *(f"{cost[-1]:.2f} ms" for cost in costs), file=sys.stderr, flush=True)
    for session in sessions:
        with closing(session.db.conn):
            session.close("measured", ExitCode.OK, pages)
    return [median(cost) for cost in costs]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("small", type=Path)
    parser.add_argument("large", type=Path)
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--work", type=Path, help="where the copies are made; it needs room for both archives")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.work) as work:
        copies = []
        for name in ("small", "large"):
            copies.append(Path(work) / name)
            copies[-1].mkdir()
            copy(getattr(given, name), copies[-1])
        small, large = compare(copies, given.pages)
    print(f"small {small:.2f} ms, large {large:.2f} ms a page: × {large / small:.2f}")


if __name__ == "__main__":
    main()
