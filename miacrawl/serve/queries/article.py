"""What the archive holds of one article."""

from __future__ import annotations

from typing import Any

from miacrawl.serve.archive import rows, rows_if_kept
from miacrawl.serve.queries.cards import Row


async def article(database: Any, article_id: int) -> Row | None:
    """Every column of an article, whichever this archive's version has."""
    found = await rows(database, "SELECT * FROM articles WHERE id = :id", {"id": article_id})
    return found[0] if found else None


async def standing(database: Any, article_id: int, number: object, *, with_capture: bool) -> Row | None:
    """Of version `number` of an article: first_seen, last_seen, capture_id, and fetched_at (of its capture).

    With `versions`, how many there are; None where the archive is older than versions.
    """
    found = await rows_if_kept(
        database,
        f"SELECT v.first_seen, v.last_seen, v.capture_id, {'c.fetched_at' if with_capture else 'NULL'} AS fetched_at,"
        " (SELECT count(*) FROM article_versions WHERE article_id = :id) AS versions FROM (SELECT :id AS id) AS one"
        " LEFT JOIN article_versions AS v ON v.article_id = one.id AND v.number = :number"
        + (" LEFT JOIN captures AS c ON c.id = v.capture_id" if with_capture else ""),
        {"id": article_id, "number": number},
    )
    return found[0] if found else None


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
    sql = "SELECT field, value, source FROM evidence WHERE article_id = :id ORDER BY field, id LIMIT 100"
    return await rows_if_kept(database, sql, {"id": article_id})


async def confidence(database: Any, article_id: int) -> list[Row]:
    """How sure the values of an article's fields are; nothing where the archive is older than that table."""
    sql = "SELECT field, confidence FROM confidence WHERE article_id = :id LIMIT 100"
    return await rows_if_kept(database, sql, {"id": article_id})


async def twins(database: Any, article_id: int) -> list[Row]:
    """Articles with the same text, or nearly, the likest first; nothing where the archive is older than that table."""
    return await rows_if_kept(
        database,
        "SELECT d.kind, d.similarity, a.id, a.title, a.site, a.site_name, a.published FROM ("
        " SELECT * FROM (SELECT twin_id AS id, kind, similarity FROM duplicates WHERE article_id = :id LIMIT 100)"
        " UNION ALL"
        " SELECT * FROM (SELECT article_id, kind, similarity FROM duplicates WHERE twin_id = :id LIMIT 100)"
        ") AS d JOIN articles AS a ON a.id = d.id ORDER BY d.kind, d.similarity DESC, a.id LIMIT 13",
        {"id": article_id},
    )
