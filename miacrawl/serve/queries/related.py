"""Related links as a graph: what stands around an article, and what a site recommends."""

from __future__ import annotations

from typing import Any

from miacrawl.serve.archive import rows
from miacrawl.serve.queries.cards import Row

_TOLD = "a.title, a.blurb, a.summary, a.site, a.published"


async def centre(database: Any, article_id: int) -> Row | None:
    """The article that is looked at: id, url, title, blurb, summary, site, published."""
    found = await rows(database, f"SELECT a.id, a.url, {_TOLD} FROM articles a WHERE a.id = :id", {"id": article_id})
    return found[0] if found else None


async def outgoing(database: Any, article_id: int, size: int) -> list[Row]:
    """At most `size` links of an article's page, in page order, with what is archived of where they lead."""
    return await rows(
        database,
        "SELECT r.position, r.heading, r.location, r.url, r.url_key, r.title AS link_title, r.blurb AS link_blurb,"
        " r.target_id, EXISTS (SELECT 1 FROM related_links b WHERE b.article_id = r.target_id AND b.target_id = :id)"
        f" AS returned, {_TOLD} FROM related_links r LEFT JOIN articles a ON a.id = r.target_id"
        " WHERE r.article_id = :id ORDER BY r.position LIMIT :size",
        {"id": article_id, "size": size},
    )


async def incoming(database: Any, article_id: int, size: int) -> list[Row]:
    """The `size` articles archived last whose pages recommend an article: each with its first such link."""
    return await rows(
        database,
        "WITH links AS MATERIALIZED (SELECT id AS link, article_id FROM related_links WHERE target_id = :id"
        " AND article_id <> :id ORDER BY article_id DESC LIMIT :links),"
        " pages AS MATERIALIZED (SELECT article_id, min(link) AS link FROM links GROUP BY article_id"
        " ORDER BY article_id DESC LIMIT :size)"
        " SELECT pages.article_id, r.position, r.heading, r.location, EXISTS (SELECT 1 FROM related_links b"
        f" WHERE b.article_id = :id AND b.target_id = pages.article_id) AS returned, {_TOLD} FROM pages"
        " CROSS JOIN related_links r ON r.id = pages.link CROSS JOIN articles a ON a.id = pages.article_id"
        " ORDER BY pages.article_id DESC",
        {"id": article_id, "size": size, "links": 2 * size},
    )


async def recommenders(database: Any, article_id: int, most: int) -> int:
    """How many articles recommend an article; `most` where there are as many or more."""
    found = await rows(
        database,
        "SELECT count(*) AS n FROM (SELECT DISTINCT article_id FROM related_links WHERE target_id = :id"
        " AND article_id <> :id LIMIT :most)",
        {"id": article_id, "most": most},
    )
    return int(found[0]["n"])


async def out_of(database: Any, article_id: int) -> int:
    """How many links an article's page has."""
    sql = "SELECT count(*) AS n FROM related_links WHERE article_id = :id"
    return int((await rows(database, sql, {"id": article_id}))[0]["n"])


async def beyond(database: Any, article_id: int, steps: int, size: int) -> list[Row]:
    """Archived articles that the first `steps` recommended ones recommend and it does not; the most often met first.

    id, title, site, published, n (how many of the recommended recommend it).
    """
    return await rows(
        database,
        "WITH near AS MATERIALIZED (SELECT target_id AS id FROM related_links WHERE article_id = :id"
        " AND target_id IS NOT NULL ORDER BY position LIMIT :steps),"
        " far AS MATERIALIZED (SELECT r.target_id AS id, count(DISTINCT r.article_id) AS n"
        " FROM (SELECT DISTINCT id FROM near) s CROSS JOIN related_links r ON r.article_id = s.id"
        " WHERE r.position <= 50 AND r.target_id IS NOT NULL AND r.target_id <> :id"
        " AND r.target_id NOT IN (SELECT id FROM near)"
        " GROUP BY r.target_id ORDER BY n DESC, r.target_id DESC LIMIT :size)"
        " SELECT a.id, a.title, a.site, a.published, far.n FROM far CROSS JOIN articles a ON a.id = far.id"
        " ORDER BY far.n DESC, a.id DESC",
        {"id": article_id, "steps": steps, "size": size},
    )


async def addresses(database: Any, keys: list[str]) -> dict[str, Row]:
    """What the ledger says of addresses, by their normal form: state, reason; unknown ones are left out."""
    if not keys:
        return {}
    names = ", ".join(f":key{number}" for number in range(len(keys)))
    found = await rows(
        database,
        f"SELECT url_key, state, reason FROM urls WHERE url_key IN ({names})",
        {f"key{number}": key for number, key in enumerate(keys)},
    )
    return {row["url_key"]: row for row in found}


_RECENT = (
    "WITH recent AS MATERIALIZED (SELECT id FROM articles WHERE site = :site AND published >= :since"
    " AND published < :until ORDER BY published DESC, id DESC LIMIT :most)"
)
"""The newest articles of a site in a period: those whose recommendations are counted."""


async def how_many_recent(database: Any, period: Row) -> int:
    """How many articles of the period are looked at: of `site`, `since` … `until`, at `most`."""
    return int((await rows(database, f"{_RECENT} SELECT count(*) AS n FROM recent", period))[0]["n"])


async def most_recommended(database: Any, period: Row, size: int) -> list[Row]:
    """The `size` archived articles that most of the period's recommend: id, n, site; see `how_many_recent`."""
    return await rows(
        database,
        f"{_RECENT}, counted AS MATERIALIZED (SELECT r.target_id, count(DISTINCT r.article_id) AS n"
        " FROM recent CROSS JOIN related_links r ON r.article_id = recent.id"
        " WHERE r.target_id IS NOT NULL AND r.target_id <> r.article_id"
        " GROUP BY r.target_id ORDER BY n DESC, r.target_id DESC LIMIT :size)"
        " SELECT a.id, c.n, a.site FROM counted c CROSS JOIN articles a INDEXED BY idx_articles_facets"
        " ON a.id = c.target_id ORDER BY c.n DESC, a.id DESC",
        {**period, "size": size},
    )


async def missing(database: Any, period: Row, size: int) -> list[Row]:
    """Addresses without an article that most of the period's recommend: url_key, url, title, n."""
    return await rows(
        database,
        f"{_RECENT} SELECT r.url_key, min(r.url) AS url, min(r.title) AS title, count(DISTINCT r.article_id) AS n"
        " FROM recent CROSS JOIN related_links r ON r.article_id = recent.id WHERE r.target_id IS NULL"
        " GROUP BY r.url_key ORDER BY n DESC, r.url_key LIMIT :size",
        {**period, "size": size},
    )


async def from_elsewhere(database: Any, site: str, articles: int, links: int, size: int) -> list[Row]:
    """Other sites that recommend one of the `articles` newest of `site`: value (site), n (links); the most first."""
    return await rows(
        database,
        "WITH recent AS MATERIALIZED (SELECT id FROM articles WHERE site = :site ORDER BY published DESC, id DESC"
        " LIMIT :articles), pages AS MATERIALIZED (SELECT r.article_id FROM recent"
        " CROSS JOIN related_links r ON r.target_id = recent.id LIMIT :links)"
        " SELECT a.site AS value, count(*) AS n FROM pages"
        " CROSS JOIN articles a INDEXED BY idx_articles_facets ON a.id = pages.article_id"
        " WHERE a.site <> :site GROUP BY a.site ORDER BY n DESC, a.site LIMIT :size",
        {"site": site, "articles": articles, "links": links, "size": size},
    )


async def told(database: Any, ids: list[int]) -> dict[int, Row]:
    """What lists say of articles, by number: id, title, blurb, summary, site, published."""
    numbers = ", ".join(str(int(number)) for number in ids)
    found = await rows(database, f"SELECT a.id, {_TOLD} FROM articles a WHERE a.id IN ({numbers})")
    return {row["id"]: row for row in found}
