"""Addresses of the ledger, by how they begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from miacrawl.serve.archive import rows
from miacrawl.serve.queries.cards import Row

_BEHIND_ALL = "\U0010ffff"


async def beginning(database: Any, prefixes: Sequence[str], size: int) -> list[Row]:
    """Addresses whose normal form begins with one of `prefixes`: url, state, reason, article_id; `size` of each."""
    found: dict[str, Row] = {}
    for prefix in prefixes:
        for row in await rows(
            database,
            "SELECT url, state, reason, article_id FROM urls WHERE url_key >= :first AND url_key < :end"
            " ORDER BY url_key LIMIT :size",
            {"first": prefix, "end": prefix + _BEHIND_ALL, "size": size},
        ):
            found.setdefault(str(row["url"]), row)
    return list(found.values())


async def sites(database: Any, size: int) -> list[str]:
    """The sites with most addresses."""
    sql = "SELECT site FROM ledger_counts GROUP BY site ORDER BY sum(n) DESC LIMIT :size"
    return [str(row["site"]) for row in await rows(database, sql, {"size": size})]
