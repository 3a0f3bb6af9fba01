"""What re-extraction costs beside extraction alone: `python -m tests.benchmark.reextraction [--pages 200]`.

Real saved pages (see folders.py) are put into an archive's captures; the extractor reads them in this process, and
`miacrawl reextract` reads them out of the WARC, compares and applies. Both in turn, CPU time of all their processes.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from miacrawl.exchange import Exchange
from miacrawl.extract import extract
from miacrawl.reextract.reextracting import Reextraction
from miacrawl.spiders.reading import why_no_article
from miacrawl.store.session import Session
from miacrawl.store.targets import Scope
from miacrawl.visit import Discovery, Visit
from tests.benchmark.folders import BodySet, bodies_if_there


def main() -> None:
    """Measure, and print both with their ratio."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.reextraction", description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    bodies = bodies_if_there()
    if bodies is None:
        sys.exit("the body pages are not here (MIACRAWL_BODIES names their folder)")
    with tempfile.TemporaryDirectory(prefix="miacrawl-reextract-") as folder:
        archive = Path(folder) / "archive"
        pages = archived(bodies, archive, given.pages)
        ratios = []
        for _ in range(given.rounds):
            alone = cpu_seconds(lambda: extracted(pages))
            stored = cpu_seconds(lambda: reextracted(archive))
            ratios.append(stored / alone)
            print(f"{len(pages)} pages: extractor alone {1000 * alone / len(pages):.1f} ms a page, re-extraction "
                  f"{1000 * stored / len(pages):.1f} ms ({len(pages) / stored:.0f} pages/s a core), "
                  f"ratio {stored / alone:.2f}", flush=True)  # fmt: skip
        print(f"ratio, middle of {given.rounds}: {statistics.median(ratios):.2f}")


def archived(bodies: BodySet, archive: Path, most: int) -> Sequence[tuple[bytes, str]]:
    """Put pages into an archive as a crawl would; those that were taken for articles."""
    session = Session.open(archive, "articles", ["https://pages.example/"])
    taken = []
    for number, folder in enumerate(sorted(bodies.pages.iterdir())):
        if len(taken) >= most:
            break
        html, url = (folder / "page.html").read_bytes(), f"https://pages.example/{number}-a-page-of-the-set"
        article = extract(html, url)
        if why_no_article(article) is not None:
            continue
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        exchange = Exchange(url, datetime.now(UTC), 200, b"GET / HTTP/1.1\r\n\r\n", head, html)
        session.discover([Discovery(url)])
        (entry,) = session.queue.take("pages.example", 1)
        if session.record(Visit(entry, "archived", None, url, 200, article, exchanges=(exchange,))) == "new":
            taken.append((html, url))
    session.close("finished", 0, len(taken))  # type: ignore[arg-type]
    return taken


def extracted(pages: Sequence[tuple[bytes, str]]) -> None:
    """The extractor alone."""
    for html, url in pages:
        extract(html, url)


def reextracted(archive: Path) -> None:
    """All of a re-extraction: read, unpacked, extracted, compared, told, applied."""
    with Reextraction(archive, Scope(), again=True) as work:
        work.prepare()
        work.read(1, lambda done: None)
        work.apply(work.report(), lambda done: None)


def cpu_seconds(work: Callable[[], None]) -> float:
    """CPU time of this process and of those that it waited for."""
    gc.collect()
    before = _cpu()
    work()
    return _cpu() - before


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
