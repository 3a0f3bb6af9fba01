"""Captures: where the record of one is, what it refers to, and those of an address or an article."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from miacrawl.serve.archive import rows
from miacrawl.serve.queries.cards import Row

MAX_ADDRESSES = 200
"""Of an article: those found first are looked at."""
_COLUMNS = (
    "c.id, c.url, c.url_key, c.kind, c.fetched_at, c.status, c.content_type, c.digest, c.size, c.offset, c.length,"
    " c.refers_to, c.outcome, c.ip, c.run_id, w.name AS file, w.finished"
)


async def chain(database: Any, capture_id: int) -> list[Row]:
    """A capture, then the one that it refers to, then the one that this refers to; nothing where there is none.

    A rendered page refers to the page as it came, an answer without a body to the one that has it.
    """
    return await rows(
        database,
        "WITH RECURSIVE chain(id, depth) AS (SELECT :id, 0 UNION ALL SELECT c.refers_to, depth + 1"
        " FROM chain JOIN captures c ON c.id = chain.id WHERE c.refers_to IS NOT NULL AND depth < 3)"
        f" SELECT {_COLUMNS}, c.headers FROM chain JOIN captures c ON c.id = chain.id"
        " LEFT JOIN warcs w ON w.id = c.warc_id ORDER BY depth",
        {"id": capture_id},
    )


async def beside(database: Any, url_key: str, fetched_at: str, capture_id: int) -> dict[str, Row | None]:
    """The captures of the address before and after one: id, fetched_at."""
    found = await rows(
        database,
        "SELECT * FROM (SELECT 'previous' AS which, id, fetched_at FROM captures WHERE url_key = :key"
        " AND (fetched_at, id) < (:at, :id) ORDER BY fetched_at DESC, id DESC LIMIT 1)"
        " UNION ALL SELECT * FROM (SELECT 'next', id, fetched_at FROM captures WHERE url_key = :key"
        " AND (fetched_at, id) > (:at, :id) ORDER BY fetched_at, id LIMIT 1)",
        {"key": url_key, "at": fetched_at, "id": capture_id},
    )
    by_side = {row["which"]: row for row in found}
    return {side: by_side.get(side) for side in ("previous", "next")}


async def article_of(database: Any, url_key: str) -> Row | None:
    """The article that an address leads to: id, title."""
    found = await rows(
        database,
        "SELECT a.id, a.title FROM urls u JOIN articles a ON a.id = u.article_id WHERE u.url_key = :key"
        " UNION ALL SELECT id, title FROM articles WHERE url_key = :key LIMIT 1",
        {"key": url_key},
    )
    return found[0] if found else None


async def articles_at(database: Any, keys: Sequence[str]) -> dict[str, int]:
    """The articles that addresses lead to, by the addresses' normal forms."""
    found = await rows(
        database,
        "SELECT u.url_key, u.article_id FROM json_each(:keys) k JOIN urls u ON u.url_key = k.value"
        " WHERE u.article_id IS NOT NULL",
        {"keys": json.dumps(list(keys))},
    )
    return {row["url_key"]: row["article_id"] for row in found}


async def title_of(database: Any, article_id: int) -> Row | None:
    """An article: id, title, url."""
    found = await rows(database, "SELECT id, title, url FROM articles WHERE id = :id", {"id": article_id})
    return found[0] if found else None


async def version_from(database: Any, article_id: int, capture_id: int) -> int | None:
    """The version of an article that was first read from a capture."""
    found = await rows(
        database,
        "SELECT number FROM article_versions WHERE article_id = :id AND capture_id = :capture LIMIT 1",
        {"id": article_id, "capture": capture_id},
    )
    return int(found[0]["number"]) if found else None


async def version_starts(database: Any, article_id: int) -> list[Row]:
    """The versions of an article, the latest first: number, capture_id, since (when its first capture was made)."""
    return await rows(
        database,
        "SELECT v.number, v.capture_id, coalesce(c.fetched_at, v.first_seen) AS since FROM article_versions v"
        " LEFT JOIN captures c ON c.id = v.capture_id WHERE v.article_id = :id ORDER BY v.number DESC LIMIT 1000",
        {"id": article_id},
    )


async def keys_of(database: Any, article_id: int) -> list[str]:
    """The addresses that lead to an article, in their normal form."""
    found = await rows(
        database,
        "SELECT url_key FROM articles WHERE id = :id UNION SELECT url_key FROM (SELECT url_key FROM urls"
        f" WHERE article_id = :id ORDER BY id LIMIT {MAX_ADDRESSES})",
        {"id": article_id},
    )
    return [str(row["url_key"]) for row in found]


async def of_addresses(database: Any, keys: Sequence[str], size: int, before: tuple[str, int] | None) -> list[Row]:
    """The captures of some addresses, the latest first; those `before` a time and a number."""
    names = ", ".join(f":key{number}" for number in range(len(keys)))
    bound = " AND (fetched_at, id) < (:at, :id)" if before else ""
    at, capture_id = before or ("", 0)
    return await rows(
        database,
        f"WITH page AS MATERIALIZED (SELECT id AS page_id FROM captures WHERE url_key IN ({names}){bound}"
        " ORDER BY fetched_at DESC, id DESC LIMIT :size)"
        f" SELECT {_COLUMNS} FROM page JOIN captures c ON c.id = page_id LEFT JOIN warcs w ON w.id = c.warc_id"
        " ORDER BY c.fetched_at DESC, c.id DESC",
        {"size": size, "at": at, "id": capture_id, **{f"key{number}": key for number, key in enumerate(keys)}},
    )


async def how_many(database: Any, keys: Sequence[str]) -> int:
    """How many captures some addresses have."""
    names = ", ".join(f":key{number}" for number in range(len(keys)))
    found = await rows(
        database,
        f"SELECT count(*) AS n FROM captures WHERE url_key IN ({names})",
        {f"key{number}": key for number, key in enumerate(keys)},
    )
    return int(found[0]["n"])
