"""The columns of the tables that a merge brings, and which of them name rows of other tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlite_utils import Database

from miacrawl.store import shards
from miacrawl.store.tables import TABLES

BROUGHT = (
    *("runs", "warcs", "captures", "articles", "article_versions", "related_links", "evidence", "confidence"),
    *("duplicates", "urls", "attempts", "yields", "coverage", "traps", "hosts", "alarms", "extractions"),
)
"""Tables of which rows are read; of the others the archive makes its own."""
_OF = {"run_id": "runs", "last_seen_run": "runs", "discovered_run_id": "runs", "capture_id": "captures"}
_OF |= {"refers_to": "captures", "article_id": "articles"}


def columns_of(table: str, *without: str) -> list[str]:
    """The columns of a table, in their order, but for some."""
    return [name for name in TABLES[table].columns if name not in without]


def translated(db: Database, shard_id: int, names: Sequence[str], given: Mapping[str, str] | None = None) -> list[str]:
    """The expression for each column as it is to be here, of the row `s` of the shard.

    `given`: expressions for some columns that take the place of the ordinary ones.
    """
    given = given or {}
    return [
        given.get(name) or (shards.translated(db, shard_id, _OF[name], f"s.{name}") if name in _OF else f"s.{name}")
        for name in names
    ]


def listed(names: Sequence[str], prefix: str = "") -> str:
    """Names as a statement lists them."""
    return ", ".join(f"{prefix}{name}" for name in names)


def set_where_other(names: Sequence[str], values: Sequence[str], target: str) -> tuple[str, str]:
    """What sets columns of the row `target`, and the condition that one of them is something else so far."""
    pairs = list(zip(names, values, strict=True))
    sets = ", ".join(f"{name} = {value}" for name, value in pairs)
    return sets, " OR ".join(f"{target}.{name} IS NOT {value}" for name, value in pairs)
