"""The versions of an article: view versions, found by article and number."""

from __future__ import annotations

from typing import Any

from miacrawl.serve.archive import rows_if_kept
from miacrawl.serve.queries.cards import Row

MAX_LISTED = 1_000
_SHORT = (
    "v.number, v.first_seen, coalesce(v.last_seen, a.last_seen) AS last_seen, v.changed,"
    " v.number = a.version AS is_current, v.content_hash, v.capture_id, v.extractor,"
    " CASE WHEN v.number = a.version THEN a.word_count ELSE v.word_count END AS word_count"
)


async def known(database: Any, article_id: int) -> list[Row]:
    """The versions of an article in the order of time, without their texts, of more than MAX_LISTED the latest.

    None where the archive is older than versions.
    """
    found = await rows_if_kept(
        database,
        f"SELECT {_SHORT} FROM article_versions v JOIN articles a ON a.id = v.article_id WHERE v.article_id = :id"
        f" ORDER BY v.first_seen DESC, v.number DESC LIMIT {MAX_LISTED}",
        {"id": article_id},
    )
    return found[::-1]


async def version(database: Any, article_id: int, number: int) -> Row | None:
    """A version with its text; None where there is none of that number, or the archive is older than versions."""
    sql = "SELECT * FROM versions WHERE article_id = :id AND number = :number"
    return next(iter(await rows_if_kept(database, sql, {"id": article_id, "number": number})), None)


async def texts(database: Any, article_id: int, numbers: list[int]) -> list[Row]:
    """What is compared of these versions: number, title, blurb and body."""
    listed = ", ".join(str(int(number)) for number in numbers)
    sql = f"SELECT number, title, blurb, body FROM versions WHERE article_id = :id AND number IN ({listed})"
    return await rows_if_kept(database, sql, {"id": article_id})


async def heading(database: Any, article_id: int) -> Row | None:
    """What the pages beside the article's own say of it: id, title, url, site, language, version, gone_since, …"""
    sql = (
        "SELECT id, title, url, site, site_name, language, version, capture_id, gone_since FROM articles WHERE id = :id"
    )
    return next(iter(await rows_if_kept(database, sql, {"id": article_id})), None)
