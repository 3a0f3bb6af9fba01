"""The shards of an archive: which were merged into it, what sites they bring, and where their rows are.

Rows that others refer to keep their order: what a merge brings of a table is one stretch of numbers there, and one
here. So a number is translated by an addition, and a row that was brought is found again at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from miacrawl.errors import ConfigError
from miacrawl.store.clock import now

_FEW = 3
"""Stretches that are written out in a statement; more of them are looked up in their table."""
HIGHEST = 2**40
"""A row number above that is none that a crawl comes to."""


@dataclass(frozen=True, slots=True)
class Known:
    """A shard as it was last merged. `state` is 0 while the first merge goes on."""

    id: int
    state: int
    mark: str
    stamp: str | None
    merged_at: str | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows `first` to `last` of a table of a shard; `shift`: what makes their numbers those of the archive."""

    first: int
    last: int
    shift: int | None


def known(db: Database, identity: str) -> Known | None:
    """The shard of this name, None where nothing of it was ever merged."""
    found = db.execute("SELECT id, state, mark, stamp, merged_at FROM shards WHERE identity = ?", [identity]).fetchone()
    return None if found is None else Known(*found)


def enter(db: Database, identity: str, name: str) -> Known:
    """The shard of this name, entered where it is new; `name`: its folder's. The caller holds the transaction."""
    db.execute(
        "INSERT INTO shards (identity, name, state, mark) VALUES (?, ?, 0, '')"
        " ON CONFLICT (identity) DO UPDATE SET name = excluded.name",
        [identity, name],
    )
    found = known(db, identity)
    if found is None:
        raise AssertionError(f"shard {identity} was entered and is not there")
    return found


def check_claims(db: Database, shard_id: int | None, sites: Iterable[str], folder: object) -> None:
    """Raise ConfigError where a site is another shard's, or was crawled into the archive itself.

    `shard_id`: of the shard in `folder`, which has these sites; None where it is new.
    """
    for site in sorted(sites):
        found = db.execute(
            "SELECT s.id, s.name FROM shard_sites c JOIN shards s ON s.id = c.shard_id WHERE c.site = ?", [site]
        ).fetchone()
        if found is not None and found[0] != shard_id:
            raise ConfigError(
                f"{folder} has articles or runs of {site}, which the shard {found[1]} has brought: a site is crawled in"
                f" one shard. To go on with this one: miacrawl merge --replace {found[1]}"
            )
        if found is None and db.execute("SELECT 1 FROM articles WHERE site = ? LIMIT 1", [site]).fetchone():
            raise ConfigError(
                f"{folder} has articles or runs of {site}, which was crawled into the archive itself: a site is"
                " crawled in one place"
            )


def claim(db: Database, shard_id: int, sites: Iterable[str]) -> None:
    """Note that these sites are brought by this shard, which is known to be right; the caller holds the transaction."""
    for site in sites:
        db.execute("INSERT OR IGNORE INTO shard_sites (site, shard_id) VALUES (?, ?)", [site, shard_id])


def sites_of(db: Database, shard_id: int) -> list[str]:
    """The sites that a shard brings."""
    found = db.execute("SELECT site FROM shard_sites WHERE shard_id = ? ORDER BY site", [shard_id])
    return [site for (site,) in found.fetchall()]


def stretches(db: Database, shard_id: int, subject: str) -> list[Stretch]:
    """Where the rows of a table are, in their order."""
    sql = "SELECT first, last, shift FROM shard_rows WHERE shard_id = ? AND subject = ? ORDER BY first"
    return [Stretch(*row) for row in db.execute(sql, [shard_id, subject]).fetchall()]


def done(db: Database, shard_id: int, subject: str) -> int:
    """The last row of a table that was brought; 0 where none was."""
    sql = "SELECT last FROM shard_rows WHERE shard_id = ? AND subject = ? ORDER BY first DESC LIMIT 1"
    found = db.execute(sql, [shard_id, subject]).fetchone()
    return 0 if found is None else int(found[0])


def extend(db: Database, shard_id: int, subject: str, last: int) -> int:
    """Make room for the rows up to `last`, and note that they are there; returns their shift.

    The caller brings them in the same transaction.
    """
    found = stretches(db, shard_id, subject)
    before = found[-1] if found else Stretch(1, 0, None)
    free = _last_number(db, subject)
    if before.shift is not None and before.last + before.shift == free:
        db.execute(
            "UPDATE shard_rows SET last = ? WHERE shard_id = ? AND subject = ? AND first = ?",
            [last, shard_id, subject, before.first],
        )
        return before.shift
    shift = free - before.last
    _add(db, shard_id, subject, Stretch(before.last + 1, last, shift))
    return shift


def note(db: Database, shard_id: int, subject: str, last: int) -> None:
    """Note that the rows up to `last` are there, of a table whose rows are found by their address."""
    found = stretches(db, shard_id, subject)
    if not found:
        _add(db, shard_id, subject, Stretch(1, last, None))
        return
    sql = "UPDATE shard_rows SET last = ? WHERE shard_id = ? AND subject = ? AND first = ?"
    db.execute(sql, [last, shard_id, subject, found[-1].first])


def _add(db: Database, shard_id: int, subject: str, stretch: Stretch) -> None:
    values = [shard_id, subject, stretch.first, stretch.last, stretch.shift]
    db.execute("INSERT INTO shard_rows (shard_id, subject, first, last, shift) VALUES (?, ?, ?, ?, ?)", values)


def _last_number(db: Database, subject: str) -> int:
    """The highest number of a table that is taken, or was, or is kept for rows of a shard."""
    parts = (
        f"SELECT max(id) FROM {subject}",
        f"SELECT max(seq) FROM sqlite_sequence WHERE name = '{subject}'",
        f"SELECT max(last + shift) FROM shard_rows WHERE subject = '{subject}'",
    )
    return max(int(db.execute(sql).fetchone()[0] or 0) for sql in parts)


def translated(db: Database, shard_id: int, subject: str, number: str) -> str:
    """The expression for the number here of a row that has `number` (an expression) in the shard; NULL if not here."""
    found = stretches(db, shard_id, subject)
    if not found:
        return "NULL"
    if len(found) <= _FEW:
        cases = (f"WHEN {number} BETWEEN {one.first} AND {one.last} THEN {number} + {one.shift}" for one in found)
        return f"CASE {' '.join(cases)} END"
    return (
        f"(SELECT CASE WHEN {number} <= last THEN {number} + shift END FROM shard_rows WHERE shard_id = {shard_id}"
        f" AND subject = '{subject}' AND first <= {number} ORDER BY first DESC LIMIT 1)"
    )


def finish(db: Database, shard_id: int, state: int, mark: str, stamp: str) -> None:
    """Note that a shard has been merged up to a state of its; the caller holds the transaction."""
    db.execute(
        "UPDATE shards SET state = ?, mark = ?, stamp = ?, merged_at = ? WHERE id = ?",
        [state, mark, stamp, now(), shard_id],
    )


def in_words(values: Collection[Any]) -> str:
    """A few of some values: "a.org, b.org and 3 more"."""
    some = [str(value) for value in list(values)[:3]]
    more = f" and {len(values) - 3:,} more" if len(values) > 3 else ""
    return ", ".join(some) + more
