"""Families of duplicates: articles that are linked with each other, directly or by others."""

from __future__ import annotations

import heapq
import sqlite3
from array import array
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from miacrawl.errors import StorageError
from miacrawl.store.archive import database_path, explain, open_existing
from miacrawl.store.connection import rows
from miacrawl.store.queue import marks

_SHOWN = 10
"""Members of a family that are named: those archived first."""


@dataclass(frozen=True, slots=True)
class Family:
    """How many articles a family has, and the first of them: id, site, title, url, published."""

    size: int
    articles: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What is known of duplicates in an archive. `due`: articles that are not compared yet."""

    articles: int
    due: int
    short: int
    """Articles that are too short to be near to another; exact duplicates of them are found."""
    pairs: dict[str, int]
    linked: int
    """Articles that have a duplicate."""
    families: int
    largest: tuple[Family, ...]


def duplicates_of(folder: Path, most: int) -> Duplicates:
    """The duplicates of the archive in `folder`, with its `most` largest families.

    Eight bytes of memory for each number that an article has had. Raises StorageError where it can't be read.
    """
    db = open_existing(folder)
    try:
        return _duplicates(db, most)
    except sqlite3.Error as error:
        raise StorageError(explain(error, database_path(folder))) from error
    finally:
        db.conn.close()


def _duplicates(db: Database, most: int) -> Duplicates:
    sizes = Counter[int]()
    heads = _heads(db)
    for member, head in enumerate(heads):
        if head != member:
            sizes[head] += 1
    largest = heapq.nlargest(most, sizes.items(), key=lambda one: (one[1], -one[0]))
    members = _members(heads, [head for head, _ in largest])
    pairs = dict.fromkeys(("exact", "near"), 0)
    pairs.update(db.execute("SELECT kind, count(*) FROM duplicates GROUP BY kind").fetchall())
    return Duplicates(
        articles=_count(db, "articles"),
        due=_count(db, "duplicates_due"),
        short=_count(db, "signatures WHERE signature IS NULL"),
        pairs=pairs,
        linked=sum(sizes.values()) + len(sizes),
        families=len(sizes),
        largest=tuple(Family(size + 1, _named(db, members[head])) for head, size in largest),
    )


def _heads(db: Database) -> array[int]:
    """For each number of an article the smallest number in its family: its own where it has none."""
    last = db.execute("SELECT coalesce(max(twin_id), -1) FROM duplicates").fetchone()[0]
    heads = array("q", range(int(last) + 1))
    for one, other in db.execute("SELECT article_id, twin_id FROM duplicates"):
        first, second = _head(heads, one), _head(heads, other)
        heads[max(first, second)] = min(first, second)
    for member in range(len(heads)):
        heads[member] = _head(heads, member)
    return heads


def _head(heads: array[int], member: int) -> int:
    while heads[member] != member:
        heads[member] = member = heads[heads[member]]
    return member


def _members(heads: array[int], chosen: list[int]) -> dict[int, list[int]]:
    """The first members of the chosen families."""
    found: dict[int, list[int]] = {head: [] for head in chosen}
    for member, head in enumerate(heads):
        if (members := found.get(head)) is not None and len(members) < _SHOWN:
            members.append(member)
    return found


def _named(db: Database, members: list[int]) -> tuple[dict[str, Any], ...]:
    sql = f"SELECT id, site, title, url, published FROM articles WHERE id IN ({marks(members)}) ORDER BY id"
    return tuple(rows(db, sql, members))


def _count(db: Database, what: str) -> int:
    return int(str(db.execute(f"SELECT count(*) FROM {what}").fetchone()[0]))
