"""Articles as lists show them: the newest, and those that follow."""

from __future__ import annotations

from typing import Any

from miacrawl.serve.archive import rows

Row = dict[str, Any]

CARD = (
    "id, title, blurb, summary, section, site, site_name, published, read_minutes, url, "
    "CASE WHEN blurb IS NULL AND summary IS NULL THEN substr(body, 1, 320) END AS opening"
)
"""The columns of a card (miacrawl.serve.card) of table articles."""


async def newest(database: Any, size: int) -> list[Row]:
    """The `size` newest articles by date of publication; those without a date come last."""
    dated = await rows(
        database,
        f"SELECT {CARD} FROM articles WHERE published IS NOT NULL ORDER BY published DESC, id DESC LIMIT :size",
        {"size": size},
    )
    return [*dated, *await _undated(database, size - len(dated), _BEFORE_ALL)]


async def older(database: Any, size: int, published: str, article_id: int) -> list[Row]:
    """The `size` articles that follow the article of that date ("" = undated) and number in `newest`'s order."""
    if not published:
        return await _undated(database, size, article_id)
    dated = await rows(
        database,
        f"SELECT {CARD} FROM articles WHERE (published, id) < (:published, :id)"
        " ORDER BY published DESC, id DESC LIMIT :size",
        {"published": published, "id": article_id, "size": size},
    )
    return [*dated, *await _undated(database, size - len(dated), _BEFORE_ALL)]


_BEFORE_ALL = 2**62


async def _undated(database: Any, size: int, below: int) -> list[Row]:
    if size <= 0:
        return []
    sql = f"SELECT {CARD} FROM articles WHERE published IS NULL AND id < :below ORDER BY id DESC LIMIT :size"
    return await rows(database, sql, {"below": below, "size": size})
