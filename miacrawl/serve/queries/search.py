"""A search: its articles, how many there are by each filter, and the passages found."""

from __future__ import annotations

from typing import Any

from miacrawl.serve.archive import rows
from miacrawl.serve.marks import CLOSE, OPEN
from miacrawl.serve.queries.cards import CARD, Row
from miacrawl.serve.state import PAGE_SIZE, SearchState
from miacrawl.serve.terms import Terms

MAX_RANKED = 10_000
"""Of more matches than these, those archived last are ranked: a word that is everywhere says little."""

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
        f" SELECT {CARD} FROM page JOIN articles a ON a.id = page_id ORDER BY {order}"
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
