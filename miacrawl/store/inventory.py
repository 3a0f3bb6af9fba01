"""Which records should be in which WARC file, by the rows of `warcs` and `captures`: what a check holds files against.

Everything is asked up to a capture `until`, the last one when the check began: what a run adds meanwhile is no matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from miacrawl.store.references import put_run

_PIECE = 1_000
"""Captures that are read in one go, and by one process."""


@dataclass(frozen=True, slots=True)
class WarcFile:
    """A row of `warcs`. `known_end`: offset behind the last record that a capture names; `captures`: how many do."""

    id: int
    name: str
    run_id: int | None
    size: int | None
    is_finished: bool
    known_end: int
    captures: int


@dataclass(frozen=True, slots=True)
class Named:
    """What the row of a capture says of its record."""

    id: int
    offset: int
    length: int
    url: str
    kind: str
    fetched_at: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Which captures are looked at: all up to `until`, of these those since a time, or those of certain numbers."""

    until: int
    since: str | None = None
    ids: tuple[int, ...] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every capture is looked at, and so all of each file."""
        return self.since is None and self.ids is None


def last_capture(db: Database) -> int:
    """The newest capture's number; 0 where there is none."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()[0])


def random_captures(db: Database, until: int, count: int) -> tuple[int, ...]:
    """The numbers of so many captures, chosen by lot."""
    found = db.execute("SELECT id FROM captures WHERE id <= ? ORDER BY random() LIMIT ?", [until, count])
    return tuple(sorted(row[0] for row in found.fetchall()))


def warc_rows(db: Database, until: int) -> list[WarcFile]:
    """The files that the archive has, the oldest first."""
    found = db.execute(
        "SELECT w.id, w.name, w.run_id, w.size, w.finished IS NOT NULL, coalesce(max(c.offset + c.length), 0),"
        " count(c.id) FROM warcs w LEFT JOIN captures c ON c.warc_id = w.id AND c.id <= ? GROUP BY w.id ORDER BY w.id",
        [until],
    )
    return [
        WarcFile(warc_id, name, run_id, size, bool(finished), known_end, captures)
        for warc_id, name, run_id, size, finished, known_end, captures in found.fetchall()
    ]


def pieces(db: Database, warc_id: int, until: int) -> list[int]:
    """Offsets at which a file can be cut in pieces of some thousand captures, the first one left out."""
    found = db.execute(
        "SELECT offset FROM (SELECT offset, row_number() OVER (ORDER BY offset) AS n FROM captures"
        " WHERE warc_id = ? AND id <= ?) WHERE n % ? = 0",
        [warc_id, until, _PIECE],
    )
    return [row[0] for row in found.fetchall()]


def named_in(db: Database, warc_id: int, start: int, end: int | None, scope: Scope) -> Iterator[Named]:
    """The captures of a file whose records begin from `start` to before `end` (None: its end), by offset."""
    sql = (
        "SELECT id, offset, length, url, kind, fetched_at, digest, size FROM captures"
        " WHERE warc_id = ? AND offset >= ? AND id <= ?"
    )
    values: list[object] = [warc_id, start, scope.until]
    if end is not None:
        sql, values = f"{sql} AND offset < ?", [*values, end]
    if scope.since is not None:
        sql, values = f"{sql} AND fetched_at >= ?", [*values, scope.since]
    if scope.ids is not None:
        sql += " AND id IN (SELECT value FROM json_each(?))"
        values.append(f"[{','.join(map(str, scope.ids))}]")
    for row in db.execute(f"{sql} ORDER BY offset", values):
        yield Named(*row)


def newest_run(db: Database) -> int:
    """The number of the last run; one gets a row where there is none."""
    found = db.execute("SELECT max(id) FROM runs").fetchone()[0]
    if found is None:
        with db.atomic():
            put_run(db, 1)
    return int(found or 1)
