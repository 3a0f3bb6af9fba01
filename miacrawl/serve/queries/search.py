"""A search in SQL: articles by words or filters, what they are counted by, their cards and the passages found.

What costs at a million articles, and what does not: SQLite's index of words yields the newest articles that have them
without effort (20 million a second), but bm25 first counts all articles of each word, a point look-up of one article in
it takes a tenth of a millisecond, and each row of `articles` lies on pages of its own. So hits are bounded before
anything is done with them, only words that are not everywhere are ranked by, filters are applied to ids, and what
articles are counted by comes from an index. Many rows come as one row of JSON arrays: each row that SQLite hands to
Python waits for Python's lock.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from json import dumps, loads
from typing import Any

from miacrawl.serve.archive import rows, within
from miacrawl.serve.found import COLUMNS, Found, found_of, with_authors
from miacrawl.serve.marks import CLOSE, OPEN
from miacrawl.serve.queries.cards import CARD, Row
from miacrawl.serve.state import BANDS, MAX_FOUND, SearchState
from miacrawl.serve.terms import Terms

MAX_UNDER_FILTERS = 10_000
"""Articles under the filters, the newest, among which words that are everywhere are looked for."""
MAX_LOOKED_THROUGH = 30_000
"""Articles with the words, those archived last, that are held against filters."""
MAX_LOOKED_AT = 300_000
"""Articles, those archived last, whose titles are looked through for words that are too common to be ranked by."""
MAX_COMMON, MAX_HEADS = 1_000, 300
"""Articles that are listed where words are too common to be ranked by: those archived last, and before them those that
have the words in title or blurb."""
EVERYWHERE, _SAMPLE = 0.2, 500
"""The part of the articles above which a word in them says nothing of what they are about; it is counted in so many of
those archived last."""
MAX_READ = 50_000
"""Characters of a text in which a passage with the words is looked for."""
_BM25 = "bm25(articles_fts, 8.0, 3.0, 1.0)"
_VALUES = "a.id, a.site, a.section, a.language, a.month, coalesce(a.read_minutes, a.read_minutes_estimated) AS minutes"
_LOOKED_UP = "articles a INDEXED BY idx_articles_facets ON a.id = h.id"
_MONTH = re.compile(r"\d{4}-\d{2}")
TOKENIZER = "porter unicode61 remove_diacritics 2"
"""That of the archive's index."""
_HITS = "SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :match"


@dataclass(frozen=True, slots=True)
class Ways:
    """How many articles there are at most by each way to them: all, and each filter that is set."""

    all: int
    by: Mapping[str, int]

    @property
    def none(self) -> bool:
        """Whether it is known that there are none."""
        return 0 in self.by.values()

    @property
    def exact(self) -> int | None:
        """How many articles are under all these filters, where that is known: beside a site's, each was counted."""
        others = [n for name, n in self.by.items() if name != "site"]
        return None if len(others) > 1 else next(iter(others), self.by.get("site", self.all))


async def how_many(database: Any, expressions: Sequence[str]) -> list[int]:
    """Articles that match each of these expressions, counted up to one more than are listed."""
    if not expressions:
        return []
    count = f"(SELECT count(*) FROM (SELECT 1 FROM articles_fts WHERE articles_fts MATCH :{{0}} LIMIT {MAX_FOUND + 1}))"
    names = {f"match{number}": expression for number, expression in enumerate(expressions)}
    columns = ", ".join(f"{count.format(name)} AS {name}" for name in names)
    (row,) = await rows(database, f"SELECT {columns}", names)
    return [int(row[name]) for name in names]


async def matches(
    database: Any, state: SearchState, terms: Terms, rankable: str, told_by: str, known: Sequence[int]
) -> Found:
    """All articles that match, of which there are no more than are listed, filtered by date alone.

    They are ranked by `rankable`; where that is "", those with `told_by` in title or blurb come first. `known` are
    their numbers, where these have been asked for already.
    """
    conditions, parameters = _conditions({name: state.filters[name] for name in _DATES if name in state.filters})
    dates = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    hits = "SELECT value AS id FROM json_each(:hits)" if known else f"{_HITS} LIMIT {MAX_FOUND}"
    parameters["hits"] = dumps(list(known))
    rank, join, ranks = "0", "", ""
    if state.order == "relevance" and rankable == terms.expression:
        hits, rank = f"{_HITS} LIMIT {MAX_FOUND}".replace("AS id", f"AS id, {_BM25} AS rank"), "h.rank"
    elif state.order == "relevance" and rankable:
        best = f"SELECT rowid AS id, {_BM25} AS rank FROM articles_fts WHERE articles_fts MATCH :best"
        join, rank, parameters["best"] = " LEFT JOIN best r ON r.id = h.id", "coalesce(r.rank, 1)", rankable
        ranks = f", best AS MATERIALIZED ({best})"
    elif state.order == "relevance" and terms.head:
        rank, parameters["best"] = _TITLED, f"{{title blurb}} : ({told_by or terms.head})"
        ranks = f", best AS MATERIALIZED ({_titled(told_by)})"
    ordered = (
        f"SELECT {_VALUES} FROM hits h CROSS JOIN {_LOOKED_UP}{join}{dates} ORDER BY {_order(state, rank)}"
        f" LIMIT {MAX_FOUND}"
    )
    parts = f"hits AS MATERIALIZED ({hits}){ranks}"
    return await _gathered(database, ordered, {"match": terms.expression, **parameters}, parts)


async def some_hits(database: Any, expression: str, *, newest: bool) -> list[int]:
    """Articles that match, one more than are listed at most: in any order, or (`newest`) those archived last first."""
    order = " ORDER BY rowid DESC" if newest else ""
    sql = f"SELECT json_group_array(id) AS ids FROM ({_HITS}{order} LIMIT {MAX_FOUND + 1})"
    (row,) = await rows(database, sql, {"match": expression})
    return [int(number) for number in loads(row["ids"])]


async def shares(database: Any, expressions: Sequence[str]) -> list[float]:
    """In what part of the articles archived last each expression is found: from 0 to 1."""
    if not expressions:
        return []
    last = f"rowid > (SELECT max(id) FROM articles) - {_SAMPLE}"
    names = {f"match{number}": expression for number, expression in enumerate(expressions)}
    counts = (
        f"(SELECT count(*) FROM articles_fts WHERE articles_fts MATCH :{name} AND {last}) AS {name}" for name in names
    )
    (row,) = await rows(database, f"SELECT {', '.join(counts)}", names)
    return [row[name] / _SAMPLE for name in names]


async def commonest(database: Any, state: SearchState, terms: Terms) -> tuple[Found, int]:
    """Of articles with words that begin so, if they are more than are listed: those archived last.

    And how many there are, counted up to one more than are listed.
    """
    parts = f"hits AS MATERIALIZED ({_HITS} ORDER BY rowid DESC LIMIT {MAX_FOUND + 1})"
    source = f"(SELECT id, 1 AS rank FROM (SELECT id FROM hits LIMIT {MAX_COMMON}))"
    ordered = f"SELECT {_VALUES} FROM {source} h CROSS JOIN {_LOOKED_UP} ORDER BY {_order(state, 'h.rank')}"
    parameters = {"match": terms.expression}
    found, many = await _gathered_with(database, ordered, parameters, parts, "(SELECT count(*) FROM hits)")
    return found, int(str(many))


async def commonest_of(database: Any, state: SearchState, terms: Terms, hits: Sequence[int], told_by: str) -> Found:
    """Of more articles than are listed some: those with words in title or blurb, then those archived last (`hits`).

    `told_by` is what is to be in title or blurb; where it is "" all words are, of articles as young as those.
    """
    parameters: dict[str, object] = {"hits": dumps(list(hits[:MAX_COMMON]))}
    source, parts = "(SELECT value AS id, 1 AS rank FROM json_each(:hits))", ""
    if terms.head:
        young = f" AND rowid >= {hits[0] - MAX_LOOKED_AT if told_by else min(hits)}"
        match = f"{{title blurb}} : ({told_by or terms.head})"
        parameters["best"] = match if told_by == terms.expression else f"({match}) AND ({terms.expression})"
        parts = (
            f"best AS MATERIALIZED (SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :best{young}"
            f" ORDER BY rowid DESC LIMIT {MAX_HEADS})"
        )
        source = (
            "(SELECT id, 0 AS rank FROM best UNION ALL SELECT value, 1 FROM json_each(:hits)"
            " WHERE value NOT IN (SELECT id FROM best))"
        )
    ordered = f"SELECT {_VALUES} FROM {source} h CROSS JOIN {_LOOKED_UP} ORDER BY {_order(state, 'h.rank')}"
    return await _gathered(database, ordered, parameters, parts)


async def commonest_under(
    database: Any, state: SearchState, terms: Terms, known: Ways, told_by: str
) -> tuple[Found, bool]:
    """Of more articles than are listed: those among the newest (or oldest) under the filters; and if these are all.

    `told_by` as for `commonest_of`.
    """
    way = _way(state, known)
    among = "rowid BETWEEN (SELECT min(id) FROM under) AND (SELECT max(id) FROM under)"
    parts = (
        f"under AS MATERIALIZED ({way.ordered('a.id AS id', state, MAX_UNDER_FILTERS)}), "
        f"seen AS MATERIALIZED ({_HITS} AND {among} ORDER BY rowid DESC LIMIT {MAX_LOOKED_THROUGH}), "
        f"hits AS MATERIALIZED (SELECT id FROM seen WHERE id IN (SELECT id FROM under) LIMIT {MAX_FOUND})"
    )
    parameters = {**way.parameters, "match": terms.expression}
    rank = "0"
    if state.order == "relevance" and terms.head:
        # What is among the hits has all the words anyway.
        parts += f", best AS MATERIALIZED ({_titled(told_by, among)})"
        rank = _TITLED
        parameters["best"] = f"{{title blurb}} : ({told_by or terms.head})"
    ordered = f"SELECT {_VALUES} FROM hits h CROSS JOIN {_LOOKED_UP} ORDER BY {_order(state, rank)}"
    all_seen = (
        f"(SELECT count(*) FROM under) < {MAX_UNDER_FILTERS} AND count(*) < {MAX_FOUND}"
        f" AND (SELECT count(*) FROM seen) < {MAX_LOOKED_THROUGH}"
    )
    found, whole = await _gathered_with(database, ordered, parameters, parts, all_seen)
    return found, bool(whole)


async def ways(database: Any, filters: Mapping[str, str]) -> Ways:
    """How many articles there are by each way to those under the filters."""
    by = {name: value for name, value in filters.items() if name not in _DATES}
    site = by.get("site", "")
    parts, parameters = [], {"site": site}
    for name, value in by.items():
        where = "facet = 'site' AND value = :site" if name == "site" else f"facet = '{name}' AND value = :{name}"
        if name == "minutes":
            where = "facet = 'minutes' AND CAST(value AS INTEGER) BETWEEN :low AND :high"
            parameters["low"], parameters["high"] = BANDS[value]  # type: ignore[assignment]
        whose = "''" if name == "site" else ":site"
        parts.append(f"SELECT '{name}' AS name, coalesce(sum(n), 0) AS n FROM tallies WHERE site = {whose} AND {where}")
        parameters[name] = value
    parts.append("SELECT 'all' AS name, coalesce(sum(n), 0) AS n FROM tallies WHERE site = '' AND facet = 'all'")
    counted = {row["name"]: row["n"] for row in await rows(database, " UNION ALL ".join(parts), parameters)}
    return Ways(counted.pop("all"), counted)


async def under(database: Any, state: SearchState, known: Ways) -> Found:
    """Articles under the filters by date of publication, those without a date last: as many as are listed."""
    way = _way(state, known)
    return await _gathered(database, way.ordered(_VALUES, state, MAX_FOUND), way.parameters)


async def everything(database: Any, state: SearchState, first: int, size: int) -> list[int]:
    """Ids of the whole archive, or of a site, from place `first` (0 is the first) on, by date of publication."""
    way = _way(state, Ways(0, {"site": 0} if state.site else {}))
    return [row["id"] for row in await rows(database, way.ordered("a.id AS id", state, size, first), way.parameters)]


async def values(database: Any, site: str, facets: Iterable[str]) -> list[Row]:
    """Articles of the whole archive (site "") or of a site by `facets`: facet, value, n."""
    order = {"month": "value DESC LIMIT 240", "minutes": "value LIMIT 1000"}
    parts = [
        f"SELECT * FROM (SELECT facet, value, n FROM tallies WHERE site = {chr(39) * 2 if name == 'site' else ':site'}"
        f" AND facet = '{name}' AND n > 0 ORDER BY {order.get(name, 'n DESC LIMIT 100')})"
        for name in facets
    ]
    return await rows(database, " UNION ALL ".join(parts), {"site": site})


async def cards(database: Any, article_ids: Sequence[int], *, bodies: bool = False) -> list[Row]:
    """The articles of these numbers in this order, with the columns of a card and those of the search's other forms.

    `bodies`: with their texts, the first MAX_READ characters.
    """
    more = "authors, language, read_minutes_estimated, first_seen, changed_at"
    more += f", substr(body, 1, {MAX_READ}) AS body" if bodies else ""
    found = await rows(
        database,
        f"SELECT {CARD}, {more} FROM articles WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": dumps(list(article_ids))},
    )
    by_id = {row["id"]: row for row in found}
    return [by_id[number] for number in article_ids if number in by_id]


async def snippets(database: Any, terms: Terms, found: Sequence[Row]) -> dict[int, Row]:
    """By article (a row of `cards`): title and blurb, and a passage of the body, with the words found between marks.

    The few texts are indexed anew, in memory: looking each up in the archive's index costs more than that, and seconds
    where beginnings of words are asked for.
    """
    if not terms.expression or not found:
        return {}
    texts = [(row["id"], row["title"], row["blurb"], row["body"]) for row in found]
    marks = {"match": terms.expression, "open": OPEN, "close": CLOSE}

    def marked(_: object) -> dict[int, Row]:
        memory = _memory()
        try:
            memory.executemany("INSERT INTO texts (rowid, title, blurb, body) VALUES (?, ?, ?, ?)", texts)
            return {row["id"]: dict(row) for row in memory.execute(_MARKED, marks)}
        finally:
            memory.rollback()

    return await within(database, marked)


_kept = threading.local()


def _memory() -> sqlite3.Connection:
    """An empty index of texts in memory, this thread's own: to make one takes as long as to index five texts."""
    if not hasattr(_kept, "memory"):
        memory = sqlite3.connect(":memory:")
        memory.row_factory = sqlite3.Row
        memory.execute(f"CREATE VIRTUAL TABLE texts USING fts5(title, blurb, body, tokenize = '{TOKENIZER}')")
        _kept.memory = memory
    return _kept.memory  # type: ignore[no-any-return]


_MARKED = (
    "SELECT rowid AS id, highlight(texts, 0, :open, :close) AS title, highlight(texts, 1, :open, :close) AS blurb,"
    " snippet(texts, 2, :open, :close, ' … ', 40) AS passage FROM texts WHERE texts MATCH :match"
)


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to the articles under filters: by an index that yields them in order of publication."""

    source: str
    conditions: tuple[str, ...]
    parameters: dict[str, object]
    published: str = "a.published"
    number: str = "a.id"
    never: str = "IS NULL"
    """What `published` is where it is unknown."""

    def ordered(self, columns: str, state: SearchState, size: int, first: int = 0) -> str:
        """The articles' columns, the newest or the oldest first, and in both cases those without a date last."""
        if state.order != "oldest":
            return f"{self._select(columns, 'DESC', self.conditions, size)} OFFSET {first}"
        known = {"IS NULL": "IS NOT NULL", "= ''": "<> ''"}[self.never]
        parts = [
            self._select(columns, "ASC", (*self.conditions, f"{self.published} {which}"), first + size)
            for which in (known, self.never)
        ]
        return f"SELECT * FROM ({parts[0]}) UNION ALL SELECT * FROM ({parts[1]}) LIMIT {size} OFFSET {first}"

    def _select(self, columns: str, direction: str, conditions: tuple[str, ...], size: int) -> str:
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        order = f"{self.published} {direction}, {self.number} {direction}"
        return f"SELECT {columns} FROM {self.source}{where} ORDER BY {order} LIMIT {size}"


_INDEXES = {
    "section": "idx_articles_section",
    "site": "idx_articles_site",
    "language": "idx_articles_language",
}


def _way(state: SearchState, known: Ways) -> _Way:
    """The way by the filter that leaves few articles, of those that have an index."""
    usable = {name: n for name, n in known.by.items() if name in ("author", "section", "language")}
    by = min(usable, key=lambda name: usable[name], default="")
    if state.site and by != "author":
        by = "site"
    filters = dict(state.filters)
    if by == "author":
        conditions, parameters = _conditions({name: value for name, value in filters.items() if name != "author"})
        parameters["author"] = filters["author"]
        source = "bylines b CROSS JOIN articles a INDEXED BY idx_articles_facets ON a.id = b.article_id"
        return _Way(source, ("b.author = :author", *conditions), parameters, "b.published", "b.article_id", "= ''")
    conditions, parameters = _conditions(filters)
    index = _INDEXES.get(by, "idx_articles_published")
    return _Way(f"articles a INDEXED BY {index}", conditions, parameters)


_DATES = ("since", "until")


def _conditions(filters: Mapping[str, str]) -> tuple[tuple[str, ...], dict[str, object]]:
    """What an article `a` under `filters` fulfils, and the parameters of that."""
    conditions: list[str] = []
    parameters: dict[str, object] = {}
    for name, value in filters.items():
        parameters[name] = value
        if name == "minutes":
            conditions.append("coalesce(a.read_minutes, a.read_minutes_estimated) BETWEEN :low AND :high")
            parameters["low"], parameters["high"] = BANDS[value]
        elif name == "author":
            conditions.append("EXISTS (SELECT 1 FROM bylines s WHERE s.article_id = a.id AND s.author = :author)")
        elif name == "since":
            conditions.append("a.published >= :since")
        elif name == "until":
            conditions.append("a.published < :until")
            parameters["until"] = _day_after(value)
        else:
            conditions.append(f"a.{name} = :{name}")
        if name == "month" and _MONTH.fullmatch(value):
            conditions.append("a.published >= :month AND a.published < :month || '.'")  # "." follows "-"
    return tuple(conditions), parameters


def _day_after(day: str) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except OverflowError:
        return f"{day}~"


def _order(state: SearchState, rank: str) -> str:
    if state.order == "oldest":
        return "a.published IS NULL, a.published, a.id"
    newest = "a.published DESC, a.id DESC"
    return f"{rank}, {newest}" if state.order == "relevance" else newest


_TITLED = "h.id NOT IN (SELECT id FROM best)"
"""The rank of the hit `h` where those in `best` come first; a join would go through all of them for each hit."""


def _titled(told_by: str, among: str = "") -> str:
    """A statement that yields articles with the words of :best in title or blurb, those archived last first."""
    narrowed = f" AND {among}" if among else ""
    return (
        f"SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :best{narrowed}"
        f" ORDER BY rowid DESC LIMIT {MAX_FOUND if told_by else MAX_HEADS}"
    )


async def _gathered(database: Any, ordered: str, parameters: Mapping[str, object], parts: str = "") -> Found:
    """The articles that `ordered` yields, and who wrote them."""
    return (await _gathered_with(database, ordered, parameters, parts, "NULL"))[0]


async def _gathered_with(
    database: Any, ordered: str, parameters: Mapping[str, object], parts: str, told: str
) -> tuple[Found, object]:
    """The same, with the value of the expression `told`."""
    arrays = ", ".join(f"json_group_array({name}) AS {name}" for name in COLUMNS)
    start = f"WITH {parts} " if parts else ""
    sql = f"{start}SELECT json_group_array(id) AS ids, {arrays}, {told} AS told FROM ({ordered})"
    (row,) = await rows(database, sql, parameters)
    signed = (
        "SELECT json_group_array(b.article_id) AS ids, json_group_array(b.author) AS authors FROM json_each(:ids) j"
        " CROSS JOIN bylines b INDEXED BY idx_bylines_article ON b.article_id = j.value"
    )
    return with_authors(found_of(row), (await rows(database, signed, {"ids": row["ids"]}))[0]), row["told"]
