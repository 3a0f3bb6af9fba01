"""What the archive holds of one article."""

from __future__ import annotations

from typing import Any

from miacrawl.serve.archive import rows
from miacrawl.serve.queries.cards import Row


async def article(database: Any, article_id: int) -> Row | None:
    """Every column of an article, whichever this archive's version has."""
    found = await rows(database, "SELECT * FROM articles WHERE id = :id", {"id": article_id})
    return found[0] if found else None


async def version(database: Any, article_id: int, number: int) -> Row | None:
    """A version of an article; None where there is none of that number, or the archive is older than versions."""
    if not await database.table_exists("article_versions"):
        return None
    sql = "SELECT * FROM versions WHERE article_id = :id AND number = :number"
    return next(iter(await rows(database, sql, {"id": article_id, "number": number})), None)


async def related(database: Any, article_id: int) -> list[Row]:
    """The related links of an article in page order, with title and blurb of the archived article they lead to."""
    return await rows(
        database,
        "SELECT r.position, r.heading, r.location, r.url, r.title, r.blurb, r.target_id, a.title AS target_title,"
        " a.blurb AS target_blurb FROM related_links r LEFT JOIN articles a ON a.id = r.target_id"
        " WHERE r.article_id = :id ORDER BY r.position LIMIT 200",
        {"id": article_id},
    )


async def evidence(database: Any, article_id: int) -> list[Row]:
    """What other sources said of an article's fields; nothing where the archive is older than that table."""
    if not await database.table_exists("evidence"):
        return []
    sql = "SELECT field, value, source FROM evidence WHERE article_id = :id ORDER BY field, id LIMIT 100"
    return await rows(database, sql, {"id": article_id})


async def confidence(database: Any, article_id: int) -> list[Row]:
    """How sure the values of an article's fields are; nothing where the archive is older than that table."""
    if not await database.table_exists("confidence"):
        return []
    return await rows(database, "SELECT field, confidence FROM confidence WHERE article_id = :id", {"id": article_id})
