"""How long each kind of page takes with readers at once: `python -m tests.stress.page_times FOLDER` (see `large`).

Each reader asks for pages one after another, of kinds and with arguments drawn at random, without a pause unless one is
asked for; meanwhile a crawl of a site on loopback writes to the archive (`--still`: none does), as fast as it can
unless `--delay` is given. Prints for each kind the median and the 95th percentile of the time from request to last
byte, then what the processes took of the processors. `--stock`: the same file by Datasette without our plugin and
configuration, and those of its pages that come nearest. Give it minutes: a crawl that is cut off holds the archive
until it has ended.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from tests.ports import free_port
from tests.stress.large import vocabulary
from tests.stress.logbook import Served
from tests.stress.running import HURRIED, start

MEDIAN_MS, P95_MS = 150.0, 500.0
Ask = Callable[[random.Random], str]


class Known:
    """What is in the archive: whom pages can be asked for."""

    def __init__(self, folder: Path) -> None:
        with closing(sqlite3.connect(f"{(folder / 'archive.db').absolute().as_uri()}?mode=ro", uri=True)) as db:
            ask = lambda sql: [row[0] for row in db.execute(sql)]  # noqa: E731
            self.articles = int(ask("SELECT max(id) FROM articles")[0])
            self.sites = ask(
                "SELECT value FROM tallies WHERE site = '' AND facet = 'site' AND n > 0 ORDER BY n DESC LIMIT 80"
            )
            self.sections = ask("SELECT value FROM tallies WHERE site = '' AND facet = 'section' AND n > 0")
            self.months = ask("SELECT value FROM tallies WHERE site = '' AND facet = 'month' AND n > 0")
            self.authors = ask(
                "SELECT value FROM tallies WHERE site = '' AND facet = 'author' AND n > 0 ORDER BY n DESC LIMIT 2000"
            )
            self.replayed = ask("SELECT id FROM captures WHERE warc_id = 1 ORDER BY id LIMIT 400") or [1]
            self.runs = int(ask("SELECT max(id) FROM runs")[0])
            self.edited = ask("SELECT article_id FROM article_versions WHERE number = 2 ORDER BY id LIMIT 5000") or [1]
            self.urls = ask("SELECT url FROM urls WHERE id % 997 = 0 LIMIT 1000")
        self.words = vocabulary()

    def word(self, chance: random.Random) -> str:
        """A word as people would look for: from very common to rare, all ranks on a logarithmic scale alike."""
        return self.words[int(len(self.words) ** chance.random()) - 1]


def kinds(known: Known) -> Mapping[str, Ask]:
    """The address of a page of each kind."""

    def search(chance: random.Random, **more: str) -> str:
        words = " ".join(known.word(chance) for _ in range(chance.choice((1, 1, 2, 3))))
        return "/search?" + urlencode({"q": words, **more})

    def article(chance: random.Random) -> int:
        return chance.randint(1, known.articles)

    def filters(chance: random.Random) -> dict[str, str]:
        every = {
            "site": chance.choice(known.sites[:20]),
            "section": chance.choice(known.sections),
            "month": chance.choice(known.months),
            "author": chance.choice(known.authors),
            "language": chance.choice(("en", "de", "ja")),
        }
        return {name: every[name] for name in chance.sample(list(every), chance.choice((1, 1, 2)))}

    return {
        "front": lambda chance: "/",
        "search words": search,
        "search words and filters": lambda chance: search(chance, **filters(chance)),
        "search filters": lambda chance: "/search?" + urlencode(filters(chance)),
        "search all": lambda chance: f"/search?page={chance.randint(1, 50)}",
        "search.json": lambda chance: search(chance).replace("/search?", "/search.json?"),
        "search.atom": lambda chance: "/search.atom?" + urlencode({"site": chance.choice(known.sites[:20])}),
        "article": lambda chance: f"/article/{article(chance)}",
        "versions": lambda chance: f"/article/{chance.choice(known.edited)}/versions",
        "diff": lambda chance: f"/article/{chance.choice(known.edited)}/diff?from=1&to=2",
        "related": lambda chance: f"/article/{article(chance)}/related",
        "captures": lambda chance: f"/article/{article(chance)}/captures",
        "capture": lambda chance: f"/capture/{chance.choice(known.replayed)}",
        "capture frame": lambda chance: f"/capture/{chance.choice(known.replayed)}/frame",
        "sites": lambda chance: "/sites",
        "site": lambda chance: f"/site/{quote(chance.choice(known.sites), safe='')}",
        "site recommended": lambda chance: f"/site/{quote(chance.choice(known.sites), safe='')}/recommended",
        "authors": lambda chance: "/authors",
        "author": lambda chance: f"/author/{quote(chance.choice(known.authors), safe='')}",
        "runs": lambda chance: "/runs",
        "run": lambda chance: f"/run/{chance.randint(1, known.runs)}",
        "health": lambda chance: "/health",
        "health of a site": lambda chance: "/health?" + urlencode({"site": chance.choice(known.sites)}),
        "why": lambda chance: "/why?" + urlencode({"url": chance.choice(known.urls)}),
        "data": lambda chance: "/data",
        "database": lambda chance: "/archive",
        "table of articles": lambda chance: f"/archive/articles?site={chance.choice(known.sites)}",
        "table of articles, all": lambda chance: "/archive/articles",
        "table of links": lambda chance: f"/archive/related_links?article_id={article(chance)}",
        "table of addresses": lambda chance: "/archive/urls?state=failed",
        "row": lambda chance: f"/archive/articles/{article(chance)}",
    }


def stock_kinds(known: Known) -> Mapping[str, Ask]:
    """The nearest that Datasette itself has."""
    facets = "_facet=site&_facet=section&_facet=month&_facet_array=authors"
    return {
        "search words": lambda chance: f"/archive/articles?_search={quote(known.word(chance))}",
        "search words and facets": lambda chance: f"/archive/articles?_search={quote(known.word(chance))}&{facets}",
        "search filters": lambda chance: f"/archive/articles?site={chance.choice(known.sites)}&{facets}",
        "database": lambda chance: "/archive",
        "table of articles, all": lambda chance: "/archive/articles",
        "table of articles": lambda chance: f"/archive/articles?site={chance.choice(known.sites)}",
        "table of links": lambda chance: f"/archive/related_links?article_id={chance.randint(1, known.articles)}",
        "table of addresses": lambda chance: "/archive/urls?state=failed",
        "row": lambda chance: f"/archive/articles/{chance.randint(1, known.articles)}",
    }


class Times:
    """What readers saw: seconds by kind, and answers other than 200."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.troubles: dict[str, tuple[str, int | str]] = {}

    def row(self, kind: str) -> tuple[float, float, int]:
        """Median and 95th percentile in ms, and how many."""
        found = sorted(self.seconds[kind])
        if not found:
            return float("nan"), float("nan"), 0
        return statistics.median(found) * 1000, found[min(len(found) - 1, int(len(found) * 0.95))] * 1000, len(found)


@contextmanager
def serving(folder: Path, *, stock: bool, processes: int) -> Iterator[tuple[int, int]]:
    """Datasette on the archive; its port, and the number of its process."""
    port = free_port()
    served = str(folder / "archive.db") if stock else str(folder)
    environment = {**os.environ, **({"DATASETTE_LOAD_PLUGINS": ""} if stock else {})}
    command = [sys.executable, "-m", "datasette", "serve", served, "--port", str(port)]
    if processes > 1:
        command = [sys.executable, "-m", "miacrawl", "serve", "--archive", served, "--port", str(port)]
        command += ["--processes", str(processes)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        for _ in range(600):
            if _get(http.client.HTTPConnection("127.0.0.1", port, timeout=60), "/-/versions.json") == 200:
                break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def _get(connection: http.client.HTTPConnection, path: str) -> int | str:
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return type(error).__name__


def read(port: int, kinds: Mapping[str, Ask], readers: int, seconds: float, pause: float) -> Times:
    """What `readers` see within `seconds`."""
    times, lock, ending = Times(), threading.Lock(), time.monotonic() + seconds

    def reader(number: int) -> None:
        chance = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        names = list(kinds)
        while time.monotonic() < ending:
            kind = chance.choice(names)
            path = kinds[kind](chance)
            began = time.perf_counter()
            status = _get(connection, path)
            took = time.perf_counter() - began
            with lock:
                times.seconds[kind].append(took)
                if status != 200:
                    times.troubles[kind] = (path, status)
            time.sleep(pause)

    threads = [threading.Thread(target=reader, args=(number,)) for number in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


@contextmanager
def writing(folder: Path, *, still: bool, delay: float) -> Iterator[int]:
    """A crawl that adds articles to the archive; the number of its process, 0 for none. What it has added stays."""
    if still:
        yield 0
        return
    passing = Path(tempfile.mkdtemp(prefix="miacrawl-site-"))
    with Served(passing, 20_000, faults=()) as site:
        before = archived(folder)
        run = start("crawl", [site.url], folder, {**HURRIED, "DOWNLOAD_DELAY": str(delay)})
        try:
            while archived(folder) == before and run.process.poll() is None:
                time.sleep(0.5)
            yield run.process.pid
            if run.process.poll() is not None:
                print(f"the crawl had ended before the readers: exit {run.end(60)}, {run.out} {run.err}")
        finally:
            if run.process.poll() is None:
                run.process.terminate()
                run.end(120)
    shutil.rmtree(passing, ignore_errors=True)


def archived(folder: Path) -> int:
    """The number of the newest article."""
    with closing(sqlite3.connect(f"{(folder / 'archive.db').absolute().as_uri()}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0])


def processor_seconds(process: int) -> float:
    """What a process and those that it began have taken of the processors; 0 where there is none."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return 0.0
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(processor_seconds(int(child)) for child in children)


def main() -> None:
    """Measure and print; ends with 1 where a mark does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=1, help="of the server; beyond one, `miacrawl serve` is")
    parser.add_argument("--pause", type=float, default=0, help="seconds between two pages of a reader")
    parser.add_argument("--only", default="", help="kinds, separated by commas")
    parser.add_argument("--still", action="store_true", help="nothing writes meanwhile")
    parser.add_argument("--delay", type=float, default=0.01, help="seconds between two pages of the crawl")
    parser.add_argument("--stock", action="store_true", help="Datasette alone")
    given = parser.parse_args()
    known = Known(given.folder)
    every = stock_kinds(known) if given.stock else kinds(known)
    chosen = {name: ask for name, ask in every.items() if not given.only or name in given.only.split(",")}
    with (
        serving(given.folder, stock=given.stock, processes=given.processes) as (port, server),
        writing(given.folder, still=given.still, delay=given.delay) as crawl,
    ):
        read(port, chosen, 2, 5, 0)  # what is warm in life is warm here
        articles = archived(given.folder)
        before = [processor_seconds(server), processor_seconds(crawl), time.process_time()]
        times = read(port, chosen, given.readers, given.seconds, given.pause)
        after = [processor_seconds(server), processor_seconds(crawl), time.process_time()]
        took = [now - then for now, then in zip(after, before, strict=True)]
        articles = archived(given.folder) - articles
    held = True
    print(f"| page | median ms | p95 ms | pages |\n|---|---|---|---|   ({given.readers} readers)")
    for kind in chosen:
        median, p95, count = times.row(kind)
        good = median <= MEDIAN_MS and p95 <= P95_MS and kind not in times.troubles
        held &= good
        print(
            f"| {kind} | {median:.0f} | {p95:.0f} | {count} |{'' if good else '  <--'} {times.troubles.get(kind, '')}"
        )
    pages = sum(map(len, times.seconds.values()))
    print(f"{pages / given.seconds:.0f} pages a second; {articles / given.seconds:.1f} articles a second archived")
    for who, seconds in zip(("server", "crawl", "readers"), took, strict=True):
        print(f"{who}: {seconds / given.seconds:.2f} of a processor, {seconds / max(pages, 1) * 1000:.1f} ms a page")
    sys.exit(0 if held or given.stock else 1)


if __name__ == "__main__":
    main()
