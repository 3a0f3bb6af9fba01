"""How many rows tables have, without counting them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from miacrawl.serve.archive import rows
from miacrawl.serve.trouble import PageError
from miacrawl.store.tables import TABLES

MAX_COUNTED = 1_000
"""Rows are counted one by one up to this."""

_KEPT = {
    "articles": "SELECT n FROM tallies WHERE site = '' AND facet = 'all'",
    "urls": "SELECT sum(n) FROM ledger_counts",
}
"""Tables whose number of rows is kept."""
LEDGER = ("site", "kind", "state")
"""Columns by which addresses are counted in ledger_counts."""


@dataclass(frozen=True, slots=True)
class Size:
    """A number of rows; not `exact` where it is an estimate: the highest number that a row has, or SQLite's notes."""

    n: int
    exact: bool = True


async def sizes(database: Any, tables: Iterable[str]) -> dict[str, Size]:
    """The size of each of `tables` that this archive has and that can be told cheaply. Never raises."""
    try:
        return await _sizes(database, list(tables))
    except PageError:
        return {}


async def _sizes(database: Any, tables: list[str]) -> dict[str, Size]:
    present = {row["name"] for row in await rows(database, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    wanted = [table for table in tables if table in present]
    if not wanted:
        return {}
    kept = {name: sql for name, sql in _KEPT.items() if {"tallies", "ledger_counts"} <= present}
    counts = ", ".join(f"({kept.get(table) or _bounded(table)}) AS t{number}" for number, table in enumerate(wanted))
    (row,) = await rows(database, f"SELECT {counts}")
    counted = {table: row[f"t{number}"] or 0 for number, table in enumerate(wanted)}
    large = [table for table, n in counted.items() if n > MAX_COUNTED and table not in kept]
    estimates = await _estimates(database, large, noted="sqlite_stat1" in present) if large else {}
    found = {}
    for table, n in counted.items():
        if table in kept or n <= MAX_COUNTED:
            found[table] = Size(n)
        elif estimates.get(table, 0) > MAX_COUNTED:
            found[table] = Size(estimates[table], exact=False)
    return found


def _bounded(table: str) -> str:
    name = table.replace('"', '""')
    return f'SELECT count(*) FROM (SELECT 1 FROM "{name}" LIMIT {MAX_COUNTED + 1})'


async def _estimates(database: Any, tables: list[str], *, noted: bool) -> dict[str, int]:
    """Rows of tables, about: rows are numbered, and few are ever taken away."""
    numbered = [table for table in tables if table in TABLES and "id" in TABLES[table].columns]
    found: dict[str, int] = {}
    if noted:
        sql = "SELECT tbl, max(CAST(stat AS INTEGER)) AS n FROM sqlite_stat1 WHERE stat <> '' GROUP BY tbl"
        found |= {row["tbl"]: row["n"] for row in await rows(database, sql)}
    if numbered:
        (row,) = await rows(
            database, "SELECT " + ", ".join(f"(SELECT max(id) FROM {name}) AS {name}" for name in numbered)
        )
        found |= {name: row[name] or 0 for name in numbered}
    return found


async def matching(database: Any, table: str, filters: dict[str, str]) -> Size | None:
    """How many rows of articles or of the ledger have these values, where that is kept; else None."""
    sql, parameters = _matching(table, filters)
    if not sql:
        return None
    try:
        found = await rows(database, sql, parameters)
    except PageError:
        return None
    return Size(found[0]["n"] or 0)


def _matching(table: str, filters: dict[str, str]) -> tuple[str, dict[str, str]]:
    if table == "urls" and set(filters) <= set(LEDGER):
        return f"SELECT sum(n) AS n FROM ledger_counts{ledger_where(filters)}", filters
    if table == "articles":
        rest = sorted(set(filters) - {"site"})
        if len(rest) <= 1 and (not rest or rest[0] in ("section", "month", "language")):
            facet, value = (rest[0], filters[rest[0]]) if rest else ("all", "all")
            chosen = {"site": filters.get("site", ""), "facet": facet, "value": value}
            sql = "SELECT sum(n) AS n FROM tallies WHERE site = :site AND facet = :facet AND value = :value"
            return sql, chosen
    return "", {}


async def by_value(database: Any, table: str, column: str, filters: dict[str, str], size: int) -> list[dict[str, Any]]:
    """Kept numbers of rows by the values of `column`, for rows that have the values of `filters`: value, n.

    The most first; of months the latest.
    """
    if table == "urls":
        rest = {name: value for name, value in filters.items() if name != column}
        sql = (
            f"SELECT {column} AS value, sum(n) AS n FROM ledger_counts{ledger_where(rest)} GROUP BY 1 HAVING sum(n) > 0"
        )
        return await rows(database, f"{sql} ORDER BY n DESC, value LIMIT :size", {**rest, "size": size})
    facet = {"authors": "author"}.get(column, column)
    site = "" if column == "site" else filters.get("site", "")
    order = "value DESC" if column == "month" else "n DESC, value"
    sql = f"SELECT value, n FROM tallies WHERE site = :site AND facet = :facet AND n > 0 ORDER BY {order} LIMIT :size"
    return await rows(database, sql, {"site": site, "facet": facet, "size": size})


def ledger_where(filters: dict[str, str]) -> str:
    """The condition under which rows of ledger_counts have the values of `filters`, whose names are columns of it."""
    conditions = " AND ".join(f"{name} = :{name}" for name in LEDGER if name in filters)
    return f" WHERE {conditions}" if conditions else ""
