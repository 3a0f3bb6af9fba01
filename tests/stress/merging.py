"""How fast `miacrawl merge` is, and what readers feel of it: `python -m tests.stress.merging FOLDER --articles 20000`.

A shard of real-sized articles (see `tests.stress.large`) is merged into an archive that holds as many of another one,
while a process reads pages' queries from it. Then a hundredth of it is changed and merged again, and then nothing is.
CPU seconds are told beside those by the clock: on a machine that does other work only the former say much.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from miacrawl.merge.merging import Options, merge
from miacrawl.store.connection import open_database
from tests.stress.large import Press, build

_TABLES = (
    *("articles", "article_versions", "related_links", "evidence", "confidence", "urls", "attempts", "captures"),
    *("runs", "coverage"),
)
_READER = """
import json, sqlite3, sys, time
connection = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
asked = (
    "SELECT id, title, blurb, published FROM articles ORDER BY published DESC LIMIT 25",
    "SELECT a.id, a.title FROM articles_fts f JOIN articles a ON a.id = f.rowid WHERE articles_fts MATCH 'street'"
    " ORDER BY rank LIMIT 20",
    "SELECT facet, value, n FROM tallies WHERE site = '' AND facet = 'section' ORDER BY n DESC LIMIT 20",
    "SELECT * FROM articles WHERE id = (SELECT max(id) FROM articles)",
)
print("reading", flush=True)
took = []
while not sys.stdin.isatty():
    for sql in asked:
        began = time.perf_counter()
        connection.execute(sql).fetchall()
        took.append((time.perf_counter() - began) * 1000)
    time.sleep(0.005)
    import select
    if select.select([sys.stdin], [], [], 0)[0]:
        break
print(json.dumps(took))
"""


def shard_of(folder: Path, articles: int, name: str) -> Path:
    """A shard of so many articles, made where it is missing; its sites are `name`'s own."""
    if not (folder / "archive.db").exists():
        made = Press.__init__

        def named(self: Press, count: int) -> None:
            made(self, count)
            self.sites = [f"{name}-{site}" for site in self.sites]

        Press.__init__ = named  # type: ignore[method-assign]
        try:
            build(folder, articles)
        finally:
            Press.__init__ = made  # type: ignore[method-assign]
        # The file that most captures are said to be in, of the size that its row says.
        (folder / "warc" / "elsewhere.warc.gz").write_bytes(b"x")
        db = open_database(folder / "archive.db")
        with db.conn:
            db.execute("UPDATE warcs SET name = ? WHERE name = 'elsewhere.warc.gz'", [f"{name}.warc.gz"])
        db.conn.close()
        (folder / "warc" / "elsewhere.warc.gz").rename(folder / "warc" / f"{name}.warc.gz")
    return folder


def rows_in(folder: Path) -> dict[str, int]:
    """How many rows there are, by table."""
    connection = sqlite3.connect(folder / "archive.db")
    found = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in _TABLES}
    connection.close()
    return found


def measured(what: str, shard: Path, archive: Path) -> dict[str, Any]:
    """Merge, while another process reads; what it took."""
    before = rows_in(archive)
    command = [sys.executable, "-c", _READER, str(archive / "archive.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin and reader.stdout
        reader.stdout.readline()
        began, cpu = time.monotonic(), time.process_time()
        result = merge([shard], archive, Options(duplicates_seconds=0))
        seconds, cpu_seconds = time.monotonic() - began, time.process_time() - cpu
        took = sorted(json.loads(reader.communicate("\n")[0]))
    if result.failed:
        raise SystemExit(result.failed[0].told)
    after = rows_in(archive)
    new = {name: after[name] - before[name] for name in _TABLES}
    articles = new["articles"] or sum(one.changed.get("articles", 0) for one in result.merged)
    told = {
        "what": what,
        "articles": articles,
        "rows": sum(new.values()),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu_seconds, 2),
        "articles_per_cpu_second": round(articles / cpu_seconds),
        "rows_per_cpu_second": round(sum(new.values()) / cpu_seconds),
        "reads": len(took),
        "read_ms_median": round(statistics.median(took), 2),
        "read_ms_p95": round(took[int(len(took) * 0.95)], 2),
        "read_ms_worst": round(took[-1], 1),
    }
    print(json.dumps(told), flush=True)
    return told


def change_some(folder: Path, count: int) -> None:
    """A run that found so many articles changed, and as many unchanged."""
    db = open_database(folder / "archive.db")
    with db.conn:
        run = db.execute(
            "INSERT INTO runs (spider, start_urls, started, finished, exit_code, version) VALUES"
            " ('articles', '[]', '2026-11-28T00:00:00Z', '2026-11-28T01:00:00Z', 0, '0')"
        ).lastrowid
        db.execute("UPDATE articles SET last_seen = '2026-11-28', run_id = ? WHERE id <= ?", [run, 2 * count])
        db.execute("UPDATE articles SET title = title || ' again', body = body || ' more' WHERE id <= ?", [count])
        db.execute("UPDATE urls SET fetched_at = '2026-11-28', run_id = ? WHERE article_id <= ?", [run, 2 * count])
    db.conn.close()


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    arguments = parser.parse_args()
    count, folder = arguments.articles, arguments.folder
    one, other = (shard_of(folder / name, count, name) for name in ("one", "other"))
    archive = folder / "archive"
    shutil.rmtree(archive, ignore_errors=True)
    merge([one], archive, Options(duplicates_seconds=0))
    measured("a whole shard", other, archive)
    change_some(other, count // 100)
    measured("a hundredth of it changed", other, archive)
    (other / "archive.db").touch()
    measured("nothing changed, and that is not seen by the file's time", other, archive)
    measured("nothing changed", other, archive)


if __name__ == "__main__":
    main()
