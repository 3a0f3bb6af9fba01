"""Where the time of a page goes: `python -m tests.speed.stages`.

Each stage alone, over the same pages in this process: CPU milliseconds a page, the least of some rounds. What a crawl
takes besides (Scrapy, the network, handing pages to other processes) is the difference to `tests.speed.run`.
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from miacrawl.errors import ExitCode
from miacrawl.extract.extractor import read_page
from miacrawl.extract.outline import outline_of
from miacrawl.page import Page
from miacrawl.store.session import Session
from miacrawl.wording import Wording
from miacrawl.worker import spare_collector
from tests.speed.at_size import SITE, visits
from tests.speed.pages import Paper

T = TypeVar("T")


def least(work: Callable[[T], object], things: Callable[[], Iterable[T]], rounds: int) -> float:
    """CPU milliseconds that `work` takes for one of `things()`, which are made anew for each round."""
    found = []
    for _ in range(rounds):
        made = list(things())
        began = time.process_time()
        for thing in made:
            work(thing)
        found.append(1000 * (time.process_time() - began) / len(made))
    return min(found)


def stages(count: int, rounds: int) -> dict[str, float]:
    """The cost of each stage by name."""
    paper = Paper(f"https://{SITE}", 100_000)
    bodies = [(paper.page(number), paper.base + paper.path(number)) for number in range(count)]

    def fresh() -> list[Page]:
        return [Page(body, url, "text/html; charset=utf-8") for body, url in bodies]

    def parsed() -> list[Page]:
        pages = fresh()
        for page in pages:
            page.root  # noqa: B018 makes the tree
        return pages

    texts = [read_page(page, None).body or "" for page in fresh()]
    spare_collector()
    packed = [gzip.compress(body, 6) for body, _ in bodies]
    found = {
        "unpack (gzip)": least(gzip.decompress, lambda: packed, rounds),
        "decode and parse": least(lambda page: page.root, fresh, rounds),
        "lines, links, what is out of sight": least(outline_of, parsed, rounds),
        "all fields, those lines included": least(lambda page: read_page(page, None), parsed, rounds),
        "signature of the text (when the run ends)": least(
            lambda text: Wording.of("", "", text).signature(), lambda: texts, rounds
        ),
    }
    with tempfile.TemporaryDirectory() as folder:
        session = Session.open(Path(folder), "articles", [f"https://{SITE}/"])
        with closing(session.db.conn):
            batch = visits(session, paper, 0, count)
            found["record in the WARC file"] = least(session.keep, lambda: [visit.exchanges for visit in batch], 1)
            found["row, version, links, evidence, search, ledger; and the record again"] = least(
                session.record, lambda: batch, 1
            )
            session.close("measured", ExitCode.OK, count)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    print("| stage | CPU ms a page |\n| --- | --: |")
    for name, cost in stages(given.pages, given.rounds).items():
        print(f"| {name} | {cost:.2f} |")


if __name__ == "__main__":
    main()
