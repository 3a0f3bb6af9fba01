"""A large archive of made-up articles, to measure its pages on: `python -m tests.stress.large FOLDER`.

Words, sites, sections, authors and recommendations follow Zipf's law, as in life: a few are everywhere, most are rare.
The rows are those that a crawl would leave: articles with text and search index, versions, related links, evidence,
confidence, ledger, visits, captures (the first of them with their WARC files), runs, coverage, alarms. Left out are the
signatures by which duplicates are found, which no page shows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from miacrawl.exchange import Exchange
from miacrawl.serve.configuration import write_configuration
from miacrawl.store import tallies
from miacrawl.store.captures import Captures
from miacrawl.store.connection import open_database

_SEED = 11
_BATCH = 2_000
_REPLAYED = 500
"""So many articles have their capture in a WARC file; the rows of the others' captures speak of a file that is away."""
_DAYS = 3_650
_BEGAN = datetime(2016, 1, 4, tzinfo=UTC)
_COMMON = "the of and to in is for that with on as are it by be from at this or an was not have".split()
_ONSETS = "b br c ch d dr f fl g gr h j k l m n p pl r s sh st t tr v w".split()
_NUCLEI = "a e i o u ai ea ou".split()
_CODAS = ["", "n", "r", "s", "t", "l", "m", "nd", "st", "rk"]
_LANGUAGES = (("en", 82), ("de", 7), ("fr", 5), ("es", 4), ("ja", 1), ("pt", 1))
_OUTCOMES = (("new", 60), ("unchanged", 35), ("failed", 5))


def vocabulary(size: int = 40_000) -> list[str]:
    """Words that differ, the commonest first."""
    chance = random.Random(_SEED)
    words = dict.fromkeys(_COMMON)
    while len(words) < size:
        parts = (chance.choice(_ONSETS) + chance.choice(_NUCLEI) for _ in range(chance.choice((1, 2, 2, 3))))
        words["".join(parts) + chance.choice(_CODAS)] = None
    return list(words)


def zipf(size: int, power: float = 1.0) -> list[float]:
    """Cumulative weights of ranks 1 to `size`."""
    return list(accumulate(1 / rank**power for rank in range(1, size + 1)))


class Press:
    """Makes the rows of articles; the same ones for the same number of articles."""

    def __init__(self, articles: int) -> None:
        self.articles = articles
        self.words, self.weights = vocabulary(), zipf(40_000)
        sites, authors = (80, 20_000) if articles >= 10_000 else (12, 300)
        self.sites = [f"{word}-news.example" for word in self.words[30 : 30 + sites]]
        self.site_weights = zipf(sites)
        self.sections = [word.title() for word in self.words[200:320]]
        self.authors = [f"{a.title()} {b.title()}" for a, b in zip(self.words[1000:], self.words[9000:], strict=False)]
        self.authors = self.authors[:authors]
        self.author_weights = zipf(len(self.authors), 0.8)
        self.runs = 400

    def url(self, number: int) -> str:
        """Address of article `number`."""
        return f"https://{self.site(number)}/{number % 997}/article-{number}"

    def site(self, number: int) -> str:
        """Site of article `number`, without making the article."""
        return random.Random(number).choices(self.sites, cum_weights=self.site_weights)[0]

    def article(self, number: int) -> dict[str, Any]:
        """The row of article `number`."""
        site = self.site(number)
        chance = random.Random(number * 7 + 1)
        url = f"https://{site}/{number % 997}/article-{number}"
        title = " ".join(self.some(chance, chance.randint(5, 11))).capitalize()
        blurb = " ".join(self.some(chance, chance.randint(12, 28))).capitalize() + "."
        paragraphs = [
            " ".join(self.some(chance, chance.randint(30, 70))).capitalize() + "."
            for _ in range(max(2, min(20, round(chance.lognormvariate(1.9, 0.5)))))
        ]
        at = _BEGAN + timedelta(days=_DAYS * (number / self.articles) ** 0.7, minutes=chance.randrange(1440))
        seen = (at + timedelta(hours=2)).isoformat(timespec="seconds")
        words = sum(paragraph.count(" ") + 1 for paragraph in paragraphs)
        stated = chance.random() < 0.7
        minutes = max(1, round(words / 230))
        names = chance.choices(self.authors, cum_weights=self.author_weights, k=chance.choice((0, 1, 1, 1, 2)))
        # Each site has a dozen sections of its own.
        section = self.sections[(hash_of(site) + min(int(chance.expovariate(0.4)), 11)) % len(self.sections)]
        body = "\n\n".join(paragraphs)
        dated = chance.random() < 0.98
        return {
            "id": number,
            "url": url,
            "url_key": url.removeprefix("https://"),
            "fetched_url": url,
            "canonical_url": url,
            "site": site,
            "site_name": site.split("-")[0].title() + " News",
            "section": section,
            "title": title,
            "blurb": blurb if chance.random() < 0.9 else None,
            "read_minutes": minutes if stated else None,
            "read_time_text": f"{minutes} min read" if stated else None,
            "word_count": words,
            "authors": json.dumps(names),
            "published": at.isoformat(timespec="seconds") if dated else None,
            "published_text": f"{at:%d %B %Y}",
            "month": f"{at:%Y-%m}" if dated else None,
            "language": chance.choices([one for one, _ in _LANGUAGES], [share for _, share in _LANGUAGES])[0],
            "flags": "[]" if chance.random() < 0.95 else '["short"]',
            "content_hash": hashlib.sha256(body.encode()).hexdigest(),
            "first_seen": seen,
            "last_seen": seen,
            "changed_at": seen,
            "run_id": 1 + number * (self.runs - 1) // self.articles,
            "provenance": '{"title": "json-ld:headline", "blurb": "heuristic:standfirst", "authors": "visible:byline"}',
            "body": body,
            "body_html": "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs),
            "read_minutes_estimated": minutes,
            "version": 2 if number % 10 == 0 else 1,
            "capture_id": number,
            "extractor": "0.1.0+made-up",
        }

    def some(self, chance: random.Random, count: int) -> list[str]:
        """`count` words."""
        return chance.choices(self.words, cum_weights=self.weights, k=count)

    def links(self, number: int) -> Iterator[tuple[Any, ...]]:
        """Rows of related_links of article `number`: to others, the older and better known the likelier."""
        chance = random.Random(number * 7 + 2)
        for position in range(1, 6):
            missing = chance.random() < 0.2
            target = 1 + int(number * chance.random() ** 3)
            url = f"https://{self.site(target)}/gone/{target % 5000}" if missing else self.url(target)
            title = " ".join(self.some(chance, 7)).capitalize()
            where = "end" if position < 4 else "aside"
            yield (
                *(number, position, "Related Articles" if position < 4 else "Most read", where, url),
                *(url.removeprefix("https://"), title, None, None if missing else target),
            )


def hash_of(text: str) -> int:
    """A number that is the same in every process."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def build(folder: Path, articles: int) -> None:
    """Make the archive in `folder`, which must not hold one."""
    if (folder / "archive.db").exists():
        raise SystemExit(f"{folder} holds an archive already: name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    write_configuration(folder)
    db = open_database(folder / "archive.db")
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -2000000")
    triggers = _drop_triggers(db)
    press = Press(articles)
    _runs(db, press)
    _replayed(db, folder, press)
    began = time.monotonic()
    for first in range(1, articles + 1, _BATCH):
        with db.conn:
            _batch(db, press, range(first, min(first + _BATCH, articles + 1)))
        if (first - 1) % 50_000 == 0:
            print(f"{first + _BATCH - 1:,} articles, {time.monotonic() - began:.0f} s", flush=True)
    with db.conn:
        print("search index", flush=True)
        db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
    with db.conn:
        print("counts", flush=True)
        tallies.recount(db)
        db.execute("DELETE FROM duplicates_due")
        for statement in triggers:
            db.execute(statement)
    db.execute("PRAGMA optimize")
    db.execute("ANALYZE") if articles < 100_000 else None
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.conn.close()
    print(f"{(folder / 'archive.db').stat().st_size / 1e9:.1f} GB, {time.monotonic() - began:.0f} s", flush=True)


def _drop_triggers(db: Database) -> list[str]:
    """Counting and indexing at the end is quicker than with each row. Returns what makes the triggers again."""
    found = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in found:
        db.execute(f"DROP TRIGGER [{name}]")
    return [str(sql) for _, sql in found]


def _runs(db: Database, press: Press) -> None:
    per_run = press.articles // press.runs
    rows, seen, alarms = [], [], []
    for number in range(1, press.runs + 1):
        at = _BEGAN + timedelta(days=_DAYS * number / press.runs)
        reasons = [["failed", "HTTP 503", 40, press.url(number)], ["skipped", "off-site", 300, press.url(number + 1)]]
        rows.append(
            {
                **{"id": number, "spider": "articles", "kind": "crawl" if number == 1 else "update"},
                **{"started": at.isoformat(), "finished": (at + timedelta(minutes=50)).isoformat()},
                **{"reason": "finished", "exit_code": 0, "version": "0.1.0", "new": per_run, "changed": per_run // 10},
                **{
                    "fetched": per_run * 2,
                    "discovered": per_run * 2,
                    "failed": 40,
                    "skipped": 300,
                    "bytes": per_run * 9,
                },
                "reasons": json.dumps(
                    [dict(zip(("state", "reason", "count", "url"), one, strict=True)) for one in reasons]
                ),
            }
        )
        for site in press.sites[: 40 if number > press.runs - 100 else 4]:
            for measure in ("title", "blurb", "body", "authors", "published", "section", "read_minutes", "related"):
                share = 0.9 + (hash_of(site + measure) % 100) / 1000
                observed = 20 + number % 17
                positive = round(observed * share)
                counts = json.dumps({"yes": positive, "no": observed - positive})
                seen.append((number, site, "new", measure, 0, observed, positive, None, counts))
        if number % 40 == 0:
            open_until = None if number > press.runs - 60 else at.isoformat()
            told = (number, press.sites[number % 12], "field", "blurb", "new", 0.1, 0.8, 1e-9, "blurb: gone", "[]")
            alarms.append((*told, at.isoformat(), number, open_until))
    db.table("runs").insert_all(rows)
    db.conn.executemany(
        "INSERT INTO coverage (run_id, site, cohort, measure, partial, observed, positive, median, counts)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        seen,
    )
    db.conn.executemany(
        "INSERT INTO alarms (run_id, site, kind, measure, cohort, expected, observed, chance, explanation, samples,"
        " raised, last_seen_run, resolved) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        alarms,
    )
    db.conn.commit()


def _replayed(db: Database, folder: Path, press: Press) -> None:
    """The captures of the first articles, in a WARC file; then a file that all the others are said to be in."""
    captures = Captures(db, folder, 1)
    for number in range(1, min(_REPLAYED, press.articles) + 1):
        row = press.article(number)
        ballast = "<!-- " + "x" * 1000 + " -->"
        page = f"<!doctype html><title>{row['title']}</title><h1>{row['title']}</h1>{row['body_html']}{ballast * 20}"
        data = page.encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(data)}\r\n\r\n"
        request = f"GET / HTTP/1.1\r\nHost: {row['site']}\r\n\r\n".encode()
        at = datetime.fromisoformat(row["first_seen"])
        captures.keep(Exchange(row["url"], at, 200, request, head.encode(), data, "192.0.2.1"))
    with db.atomic():
        captures.tell()
    captures.told()
    captures.close()
    db.execute(
        "INSERT INTO warcs (id, name, run_id, started, finished, size) VALUES (1000, 'elsewhere.warc.gz', 1, ?, ?, 1)",
        [_BEGAN.isoformat(), _BEGAN.isoformat()],
    )
    db.conn.commit()


def _batch(db: Database, press: Press, numbers: range) -> None:
    made = [press.article(number) for number in numbers]
    names = list(made[0])
    _insert(db, "articles", names, ([row[name] for name in names] for row in made))
    _insert(
        db,
        "related_links",
        "article_id position heading location url url_key title blurb target_id".split(),
        (link for number in numbers for link in press.links(number)),
    )
    versions = (
        "article_id number first_seen last_seen changed content_hash capture_id title blurb body body_html".split()
    )
    _insert(db, "article_versions", versions, (row for one in made for row in _versions(one)))
    confidence = (
        (one["id"], field, "json-ld:x", 0.93) for one in made for field in ("title", "blurb", "body", "authors")
    )
    _insert(db, "confidence", "article_id field source confidence".split(), confidence)
    evidence = ((one["id"], "title", one["title"] + " | News", "meta:og:title") for one in made if one["id"] % 3 == 0)
    _insert(db, "evidence", "article_id field value source".split(), evidence)
    ledger = "id url url_key site kind state reason source status attempts article_id discovered_at fetched_at run_id"
    _insert(db, "urls", ledger.split(), (row for one in made for row in _addresses(one, press.articles)))
    attempts = "url_id run_id at outcome status capture_id".split()
    _insert(db, "attempts", attempts, (row for one in made for row in _visits(one)))
    columns = (
        "id url url_key kind fetched_at status content_type digest size warc_id offset length outcome run_id headers"
    )
    _insert(db, "captures", columns.split(), (_capture(one) for one in made if one["id"] > _REPLAYED))


def _versions(row: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    if row["version"] == 2:
        older = (row["title"] + " early", row["blurb"], row["body"][200:], row["body_html"][200:])
        yield (row["id"], 1, row["first_seen"], row["first_seen"], "[]", "0" * 64, row["id"], *older)
    changed = "[]" if row["version"] == 1 else '["title", "body"]'
    yield (row["id"], row["version"], row["first_seen"], None, changed, row["content_hash"], row["id"], *[None] * 4)


def _addresses(row: dict[str, Any], articles: int) -> Iterator[tuple[Any, ...]]:
    """The ledger's row of the article, and for every other article that of an address which gave none."""
    seen, number, site = row["first_seen"], row["id"], row["site"]
    yield (
        *(number, row["url"], row["url_key"], site, "page", "archived", None, "sitemap", 200, 2),
        *(number, seen, seen, row["run_id"]),
    )
    if number % 2:
        state, reason, status = (
            ("failed", f"HTTP {500 + number % 4}", 500 + number % 4)
            if number % 7 == 0
            else ("skipped", "no article", 200)
        )
        url = f"https://{site}/other/{number}"
        yield (
            *(articles + number, url, url.removeprefix("https://"), site, "page", state, reason, "related", status, 1),
            *(None, seen, seen, row["run_id"]),
        )


def _visits(row: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for outcome in ("new", "unchanged"):
        yield (row["id"], row["run_id"], row["first_seen"], outcome, 200, row["id"])


def _capture(row: dict[str, Any]) -> tuple[Any, ...]:
    headers = '[["Content-Type", "text/html; charset=utf-8"], ["Server", "nginx"], ["Cache-Control", "max-age=60"]]'
    return (
        *(row["id"], row["url"], row["url_key"], "response", row["first_seen"], 200, "text/html", "sha256:" + "0" * 64),
        *(40_000, 1000, row["id"] * 10_000, 9_000, "article", row["run_id"], headers),
    )


def _insert(db: Database, table: str, names: Iterable[str], rows: Iterable[Any]) -> None:
    columns = list(names)
    places = ", ".join("?" * len(columns))
    db.conn.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)


def main() -> None:
    """Read the arguments and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1_000_000)
    arguments = parser.parse_args()
    build(arguments.folder, arguments.articles)


if __name__ == "__main__":
    main()
