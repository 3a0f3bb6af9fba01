"""Marks of versions: of articles edited twice while all else about their pages changes, and what they cost on disk."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from urllib.parse import urlsplit

from tests.stress.judge import ask
from tests.stress.mark import Mark
from tests.stress.running import HURRIED, finish

_ROUNDS = 2
_SETTINGS = {**HURRIED, "DOWNLOAD_DELAY": "0", "CONCURRENT_REQUESTS_PER_DOMAIN": "4", "MIACRAWL_DRIFT": "0"}
_DATABASE = ("archive.db", "archive.db-wal")


def measure(folder: Path, articles: int) -> Iterator[Mark]:
    """Crawl, edit a fifth of the articles and crawl again, twice; compare versions with edits."""
    archive = folder / "archive"
    with _newsroom(articles) as base:
        first = finish("crawl", [f"{base}/"], archive, _SETTINGS)
        yield Mark("the first crawl ends well", f"exit {first.process.returncode} after {first.seconds:.0f} s",
                   first.process.returncode == 0, first.last_lines)  # fmt: skip
        yield from _disk(folder, archive, base, articles)
        edits = []
        for _ in range(_ROUNDS):
            with urllib.request.urlopen(f"{base}/_control/edit", timeout=60) as answer:
                edits.append(json.load(answer))
            finish("crawl", [f"{base}/"], archive, _SETTINGS)
        yield from _versions(archive, articles, edits)


@contextmanager
def _newsroom(articles: int) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.stress.newsroom", "--articles", str(articles)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["base"]
    finally:
        process.terminate()
        process.wait(10)


def _versions(archive: Path, articles: int, edits: list[Mapping[str, str]]) -> Iterator[Mark]:
    rows = ask(archive, "SELECT a.url, v.number, v.changed FROM article_versions v"
                        " JOIN articles a ON a.id = v.article_id WHERE v.number > 1")  # fmt: skip
    found = {(urlsplit(row["url"]).path, row["number"]): row["changed"] for row in rows}
    made = {
        (path, edition + 2): json.dumps([field])
        for edition, round_of in enumerate(edits)
        for path, field in round_of.items()
    }
    false = [key for key in found if key not in made]
    missed = [key for key in made if key not in found]
    wrong = [(key, found[key], field) for key, field in made.items() if key in found and found[key] != field]
    count = ask(archive, "SELECT count(*) AS n FROM articles")[0]["n"]
    total = ask(archive, "SELECT count(*) AS n FROM article_versions")[0]["n"]
    yield Mark(f"{articles} articles, a fifth edited twice: every edit is a version, 0 false, each with its field",
               f"{count} articles, {total} versions: {len(made)} edits made, {len(found)} found, {len(false)} false, "
               f"{len(missed)} missed, {len(wrong)} with another field",
               count == articles and total == articles + len(made) and not (false or missed or wrong),
               f"false {false[:5]}\nmissed {missed[:5]}\nwrong {wrong[:5]}")  # fmt: skip


def _disk(folder: Path, archive: Path, base: str, articles: int) -> Iterator[Mark]:
    """What an article takes, beside what wget's WARC of the same pages does."""
    warc = sum(path.stat().st_size for path in (archive / "warc").iterdir())
    database = sum((archive / name).stat().st_size for name in _DATABASE if (archive / name).exists())
    ours = f"{warc / articles:,.0f} bytes of WARC and {database / articles:,.0f} of database an article"
    if which("wget") is None:
        yield Mark("disk use is stated beside wget's", f"{ours}; there is no wget here", True)
        return
    listed = folder / "urls.txt"
    listed.write_text("".join(f"{row['url']}\n" for row in ask(archive, "SELECT url FROM articles")), "utf-8")
    target = folder / "wget"
    subprocess.run(["wget", "-q", "-i", str(listed), "-O", "/dev/null", f"--warc-file={target}"], check=False)
    theirs = target.with_name("wget.warc.gz").stat().st_size
    yield Mark("disk use is stated beside wget's (the WARC at most 1.3 times as large)",
               f"{ours}; wget --warc-file: {theirs / articles:,.0f}, ratio of the WARCs {warc / theirs:.2f}",
               warc <= 1.3 * theirs)  # fmt: skip
