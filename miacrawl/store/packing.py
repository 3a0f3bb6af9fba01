"""Captures that go into a package: which, where their records are, and what is said of them there.

Used on a `snapshot`: the lists that it makes are temporary tables, of which the archive sees nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from miacrawl.store.exporting import CURRENT, WITH_VERSIONS, Wanted


@dataclass(frozen=True, slots=True)
class Source:
    """A WARC file that holds captures which are wanted.

    `finished`: whether the archive took it for finished; `end`: where the last record that it knows ends, in bytes.
    """

    id: int
    name: str
    finished: bool
    captures: int
    end: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A capture as an index tells of it."""

    url: str
    fetched_at: str
    kind: str
    content_type: str | None
    status: int | None
    digest: str
    source_id: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Page:
    """A version of an article with the capture to show for it; `text` only where that was asked for."""

    id: str
    url: str
    fetched_at: str
    title: str | None
    text: str | None


def prepare(db: Database) -> None:
    """Make the lists."""
    db.execute("CREATE TEMP TABLE picked (capture_id INTEGER PRIMARY KEY)")
    db.execute("CREATE TEMP TABLE placed (capture_id INTEGER PRIMARY KEY, offset INTEGER NOT NULL)")


def pick(db: Database, wanted: Wanted) -> int:
    """Pick the captures that are wanted, and those that they refer to; how many these are.

    `sites`, `since` and `until` go by the address and the day of a capture, `match` by the articles that were read
    from its address.
    """
    where, parameters = _conditions(wanted)
    db.execute(f"INSERT INTO picked SELECT c.id FROM captures c WHERE {where}", parameters)
    found: int = db.execute("SELECT count(*) FROM picked").fetchone()[0]
    while True:
        db.execute(
            "INSERT OR IGNORE INTO picked SELECT c.refers_to FROM picked p JOIN captures c ON c.id = p.capture_id"
            " WHERE c.refers_to IS NOT NULL"
        )
        before, found = found, db.execute("SELECT count(*) FROM picked").fetchone()[0]
        if found == before:
            return found


def _conditions(wanted: Wanted) -> tuple[str, list[str]]:
    parts, parameters = ["1"], []
    if wanted.sites:
        # A key begins with its site, behind which stand a path, a question, or nothing: / is followed by 0, ? by @.
        one = "(c.url_key = ? OR c.url_key >= ? AND c.url_key < ? OR c.url_key >= ? AND c.url_key < ?)"
        parts.append(f"({' OR '.join([one] * len(wanted.sites))})")
        for site in wanted.sites:
            parameters += [site, f"{site}/", f"{site}0", f"{site}?", f"{site}@"]
    if wanted.since:
        parts.append("substr(c.fetched_at, 1, 10) >= ?")
        parameters.append(wanted.since.isoformat())
    if wanted.until:
        parts.append("substr(c.fetched_at, 1, 10) <= ?")
        parameters.append(wanted.until.isoformat())
    if wanted.match:
        parts.append(
            "c.url_key IN (SELECT u.url_key FROM urls u WHERE u.article_id IN"
            " (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?))"
        )
        parameters.append(wanted.match)
    return " AND ".join(parts), parameters


def sources(db: Database, *, picked: bool) -> list[Source]:
    """The files that hold captures, or those that were picked, in the order of their names."""
    join = "JOIN picked p ON p.capture_id = c.id " if picked else ""
    found = db.execute(
        "SELECT w.id, w.name, w.finished IS NOT NULL, count(*), max(c.offset + c.length) FROM captures c"
        f" {join}JOIN warcs w ON w.id = c.warc_id GROUP BY w.id ORDER BY w.name"
    )
    return [Source(number, name, bool(done), captures, end) for number, name, done, captures, end in found]


def picked_in(db: Database, source: Source) -> Iterator[tuple[int, int, int]]:
    """(id, offset, length) of the captures of a file that were picked, in their order."""
    yield from db.execute(
        "SELECT c.id, c.offset, c.length FROM captures c CROSS JOIN picked p ON p.capture_id = c.id"
        " WHERE c.warc_id = ? ORDER BY c.offset",
        [source.id],
    )


def place(db: Database, capture_id: int, offset: int) -> None:
    """Note where the record of a capture that was picked begins in its new file."""
    db.execute("INSERT INTO placed VALUES (?, ?)", [capture_id, offset])


def index(db: Database, line: Callable[[Entry], str], *, picked: bool) -> Iterator[str]:
    """`line` of each capture that can be shown again, sorted. SQLite sorts, on the disk where there are many."""
    db.conn.create_function("index_line", 9, lambda *values: line(Entry(*values)), deterministic=True)
    offset, join = ("p.offset", " JOIN placed p ON p.capture_id = c.id") if picked else ("c.offset", "")
    found = db.execute(
        "SELECT index_line(c.url, c.fetched_at, c.kind, c.content_type, c.status, c.digest, c.warc_id,"
        f" {offset}, c.length) AS line FROM captures c{join} WHERE c.kind <> 'conversion' ORDER BY line"
    )
    for (text,) in found:
        yield str(text)


def pages(db: Database, *, picked: bool, text: bool) -> Iterator[Page]:
    """The versions of articles whose captures are there, or were picked; of each capture one."""
    join = " JOIN placed p ON p.capture_id = c.id" if picked else ""
    body = f"CASE WHEN {CURRENT} THEN a.body ELSE v.body END" if text else "NULL"
    found = db.execute(
        "SELECT a.id, coalesce(v.number, a.version), c.url, c.fetched_at,"
        f" CASE WHEN {CURRENT} THEN a.title ELSE v.title END, {body}, c.id FROM {WITH_VERSIONS}"
        f" JOIN captures k ON k.id = CASE WHEN {CURRENT} THEN a.capture_id ELSE v.capture_id END"
        # What a browser made of a page is shown as the page that it was made of.
        f" JOIN captures c ON c.id = CASE k.kind WHEN 'conversion' THEN k.refers_to ELSE k.id END{join}"
        " ORDER BY a.id, v.number"
    )
    before = None
    for article, number, url, fetched_at, title, body, capture in found:
        if capture != before:
            yield Page(f"{article}-{number}", url, fetched_at, title, body)
        before = capture
