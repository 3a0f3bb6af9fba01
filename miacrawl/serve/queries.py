"""Every question that our pages ask the archive. SQL stands here and nowhere else in `serve`."""

from __future__ import annotations

from typing import Any

from miacrawl.serve.archive import rows
from miacrawl.serve.marks import CLOSE, OPEN
from miacrawl.serve.state import PAGE_SIZE, SearchState
from miacrawl.serve.terms import Terms

Row = dict[str, Any]

MAX_RANKED = 10_000
"""Of more matches than these, those archived last are ranked: a word that is everywhere says little."""

_CARD = (
    "id, title, blurb, summary, section, site, site_name, published, read_minutes, url, "
    "CASE WHEN blurb IS NULL AND summary IS NULL THEN substr(body, 1, 320) END AS opening"
)


async def newest(database: Any, size: int) -> list[Row]:
    """The `size` newest articles by date of publication; those without a date come last."""
    dated = await rows(
        database,
        f"SELECT {_CARD} FROM articles WHERE published IS NOT NULL ORDER BY published DESC, id DESC LIMIT :size",
        {"size": size},
    )
    return [*dated, *await _undated(database, size - len(dated), _BEFORE_ALL)]


async def older(database: Any, size: int, published: str, article_id: int) -> list[Row]:
    """The `size` articles that follow the article of that date ("" = undated) and number in `newest`'s order."""
    if not published:
        return await _undated(database, size, article_id)
    dated = await rows(
        database,
        f"SELECT {_CARD} FROM articles WHERE (published, id) < (:published, :id)"
        " ORDER BY published DESC, id DESC LIMIT :size",
        {"published": published, "id": article_id, "size": size},
    )
    return [*dated, *await _undated(database, size - len(dated), _BEFORE_ALL)]


_BEFORE_ALL = 2**62


async def _undated(database: Any, size: int, below: int) -> list[Row]:
    if size <= 0:
        return []
    sql = f"SELECT {_CARD} FROM articles WHERE published IS NULL AND id < :below ORDER BY id DESC LIMIT :size"
    return await rows(database, sql, {"below": below, "size": size})


async def counts(database: Any, column: str, size: int) -> list[Row]:
    """Articles by `column` (site, section or month: indexed ones), the most first, of months the latest: value, n."""
    order = "value DESC" if column == "month" else "n DESC, value"
    return await rows(
        database,
        f"SELECT {column} AS value, count(*) AS n FROM articles WHERE {column} IS NOT NULL"
        f" GROUP BY {column} ORDER BY {order} LIMIT :size",
        {"size": size},
    )


async def span(database: Any) -> Row:
    """Number of articles and of sites, and the dates (or None) of the earliest and latest of them."""
    found = await rows(
        database,
        "SELECT (SELECT count(*) FROM articles) AS articles, (SELECT count(DISTINCT site) FROM articles) AS sites,"
        " (SELECT min(published) FROM articles) AS first, (SELECT max(published) FROM articles) AS last",
    )
    return found[0]


async def last_run(database: Any) -> Row | None:
    """The newest run: id, started, finished, reason, new, changed, failed."""
    sql = "SELECT id, started, finished, reason, new, changed, failed FROM runs ORDER BY id DESC LIMIT 1"
    return next(iter(await rows(database, sql)), None)


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


_MATCHING = f"""
WITH hits AS MATERIALIZED (
    SELECT rowid AS id, bm25(articles_fts, 8.0, 3.0, 1.0) AS rank
    FROM articles_fts WHERE articles_fts MATCH :match ORDER BY rowid DESC LIMIT {MAX_RANKED}
)"""
_EVERYTHING = "WITH hits AS MATERIALIZED (SELECT id, 0.0 AS rank FROM articles WHERE :match = '')"

_AUTHORS = "json_each(CASE WHEN json_valid(a.authors) THEN a.authors ELSE '[]' END)"
_CONDITIONS = {
    "site": "(:site = '' OR a.site = :site)",
    "section": "(:section = '' OR a.section = :section)",
    "month": "(:month = '' OR a.month = :month)",
    "author": f"(:author = '' OR EXISTS (SELECT 1 FROM {_AUTHORS} WHERE value = :author))",
}


def _where(*, without: str = "") -> str:
    return " AND ".join(condition for name, condition in _CONDITIONS.items() if name != without)


def _facet(name: str, size: int) -> str:
    """Counts by a filter's values, under all the other filters."""
    value = "j.value" if name == "author" else f"a.{name}"
    source = f"found a, {_AUTHORS} j" if name == "author" else "found a"
    order = "value DESC" if name == "month" else "n DESC, value"
    return (
        f"SELECT * FROM (SELECT '{name}' AS facet, {value} AS value, count(*) AS n FROM {source}"
        f" WHERE {_where(without=name)} AND {value} IS NOT NULL AND {value} <> '' GROUP BY {value}"
        f" ORDER BY {order} LIMIT {size})"
    )


_FOUND = """, found AS MATERIALIZED (
    SELECT a.id, a.site, a.section, a.month, a.authors FROM hits JOIN articles a ON a.id = hits.id
)"""
_FACETS = " UNION ALL ".join(
    [
        f"SELECT 'total' AS facet, '' AS value, count(*) AS n FROM found a WHERE {_where()}",
        "SELECT 'hits', '', count(*) FROM hits",
        *(_facet(name, size) for name, size in (("site", 12), ("section", 12), ("author", 12), ("month", 24))),
    ]
)
_ORDERS = {"relevance": "rank, a.id DESC", "date": "a.published DESC, a.id DESC"}


def _parameters(state: SearchState, terms: Terms) -> dict[str, object]:
    return {"match": terms.expression, **{name: getattr(state, name) for name in _CONDITIONS}}


async def search_counts(database: Any, state: SearchState, terms: Terms) -> list[Row]:
    """Of what `state` asks for: rows facet, value, n, where the facets are total, hits (before filters) and filters."""
    start = _MATCHING if terms.expression else _EVERYTHING
    return await rows(database, f"{start}{_FOUND} {_FACETS}", _parameters(state, terms))


async def search_page(database: Any, state: SearchState, terms: Terms) -> list[Row]:
    """The articles on the page that `state` asks for, as cards, in its order."""
    start, order = (_MATCHING if terms.expression else _EVERYTHING), _ORDERS[state.order]
    sql = (
        f"{start}, page AS MATERIALIZED (SELECT a.id AS page_id, rank FROM hits JOIN articles a ON a.id = hits.id"
        f" WHERE {_where()} ORDER BY {order} LIMIT :size OFFSET :offset)"
        f" SELECT {_CARD} FROM page JOIN articles a ON a.id = page_id ORDER BY {order}"
    )
    places = {"size": PAGE_SIZE, "offset": (state.page - 1) * PAGE_SIZE}
    return await rows(database, sql, {**_parameters(state, terms), **places})


async def snippets(database: Any, terms: Terms, article_ids: list[int]) -> dict[int, Row]:
    """By article: title and blurb, and a passage of the body, with the words found between control characters."""
    if not terms.expression or not article_ids:
        return {}
    numbers = ", ".join(str(int(number)) for number in article_ids)
    found = await rows(
        database,
        "SELECT rowid AS id, highlight(articles_fts, 0, :open, :close) AS title,"
        " highlight(articles_fts, 1, :open, :close) AS blurb,"
        " snippet(articles_fts, 2, :open, :close, ' … ', 40) AS passage"
        f" FROM articles_fts WHERE articles_fts MATCH :match AND rowid IN ({numbers})",
        {"match": terms.expression, "open": OPEN, "close": CLOSE},
    )
    return {row["id"]: row for row in found}
