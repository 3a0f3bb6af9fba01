"""Authors: who there is, and what each has written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from miacrawl.serve.archive import rows
from miacrawl.serve.queries.cards import CARD, Row

_LAST = "\U0010ffff"
"""Sorts after every name that begins alike."""
_AUTHORS = "SELECT value, n FROM tallies WHERE site = :site AND facet = 'author' AND n > 0"


async def how_many(database: Any, site: str, most: int) -> int:
    """How many authors (of `site`; "" for all) there are; `most` where there are as many or more."""
    sql = f"SELECT count(*) AS n FROM ({_AUTHORS} LIMIT :most)"
    return int((await rows(database, sql, {"site": site, "most": most}))[0]["n"])


async def most_first(database: Any, site: str, size: int, after: tuple[int, str] | None) -> list[Row]:
    """`size` authors (of `site`) by number of articles, equal ones by name, those after that number and name."""
    given = {"site": site, "size": size}
    if after is None:
        return await rows(database, f"{_AUTHORS} ORDER BY n DESC, value LIMIT :size", given)
    given |= {"n": after[0], "value": after[1]}
    equal = await rows(database, f"{_AUTHORS} AND n = :n AND value > :value ORDER BY value LIMIT :size", given)
    if len(equal) == size:
        return equal
    given["size"] = size - len(equal)
    return [*equal, *await rows(database, f"{_AUTHORS} AND n < :n ORDER BY n DESC, value LIMIT :size", given)]


async def beginning(database: Any, site: str, beginnings: Sequence[str], size: int, after: str) -> list[Row]:
    """`size` authors (of `site`) whose name begins with one of `beginnings` and sorts after `after`, by name."""
    # Of two lower bounds SQLite would take one to the index, maybe the wrong one: the higher is chosen here.
    one = "SELECT * FROM ({0} AND value >= :from{1} AND value < :to{1} AND value <> :after ORDER BY value LIMIT :size)"
    parts = " UNION ".join(one.format(_AUTHORS, number) for number in range(len(beginnings)))
    ranges = {f"from{number}": max(text, after) for number, text in enumerate(beginnings)}
    ranges |= {f"to{number}": text + _LAST for number, text in enumerate(beginnings)}
    given = {"site": site, "size": size, "after": after, **ranges}
    return await rows(database, f"{parts} ORDER BY value LIMIT :size", given)


async def articles(database: Any, author: str, size: int, before: tuple[str, int] | None) -> list[Row]:
    """The `size` newest articles of `author` as cards, those before that date ("" = undated) and number."""
    older = "AND (published, article_id) < (:published, :number)" if before else ""
    found = await rows(
        database,
        "WITH page AS MATERIALIZED (SELECT article_id FROM bylines WHERE author = :author"
        f" {older} ORDER BY published DESC, article_id DESC LIMIT :size)"
        f" SELECT {CARD} FROM page JOIN articles ON id = article_id",
        {"author": author, "size": size, **({"published": before[0], "number": before[1]} if before else {})},
    )
    return sorted(found, key=lambda row: (row["published"] or "", row["id"]), reverse=True)


async def span(database: Any, author: str) -> Row:
    """The dates (or None) of the earliest and the latest of an author's articles."""
    dated = "SELECT published FROM bylines WHERE author = :author AND published > '' ORDER BY published"
    found = await rows(
        database, f"SELECT ({dated} LIMIT 1) AS first, ({dated} DESC LIMIT 1) AS last", {"author": author}
    )
    return found[0]


async def sites(database: Any, author: str, most: int) -> list[Row]:
    """Where an author's articles are: value (site), n; of the `most` largest sites, the most articles first."""
    return await rows(
        database,
        "WITH big AS MATERIALIZED (SELECT value FROM tallies WHERE site = '' AND facet = 'site' AND n > 0"
        " ORDER BY n DESC, value LIMIT :most)"
        " SELECT big.value, t.n FROM big CROSS JOIN tallies t ON t.site = big.value AND t.facet = 'author'"
        " AND t.value = :author AND t.n > 0 ORDER BY t.n DESC, big.value",
        {"author": author, "most": most},
    )


async def co_authors(database: Any, author: str, of: int, size: int) -> list[Row]:
    """Who signed the `of` newest articles of `author` too: value (name), n; the `size` most frequent."""
    return await rows(
        database,
        "WITH own AS MATERIALIZED (SELECT article_id FROM bylines WHERE author = :author"
        " ORDER BY published DESC, article_id DESC LIMIT :of)"
        " SELECT b.author AS value, count(*) AS n FROM own CROSS JOIN bylines b ON b.article_id = own.article_id"
        " WHERE b.author <> :author GROUP BY b.author ORDER BY n DESC, b.author LIMIT :size",
        {"author": author, "of": of, "size": size},
    )
