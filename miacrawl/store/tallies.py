"""Counts and lists that pages of the archive need at once, kept by triggers: they are right after every transaction.

Counting a million articles by site takes SQLite a tenth of a second for each filter that a page shows; looking the
number up takes none. `tallies` counts articles, `ledger_counts` addresses, `bylines` lists the articles of an author.
"""

from __future__ import annotations

from sqlite_utils import Database

TABLES = """
CREATE TABLE tallies (
    site TEXT NOT NULL,
    facet TEXT NOT NULL,
    value TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (site, facet, value)
) WITHOUT ROWID;

-- The most first, equal ones by name: the key's last column follows by itself.
CREATE INDEX idx_tallies_n ON tallies(site, facet, n DESC);

CREATE TABLE bylines (
    author TEXT NOT NULL,
    published TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    site TEXT NOT NULL,
    PRIMARY KEY (author, published, article_id)
) WITHOUT ROWID;

CREATE INDEX idx_bylines_article ON bylines(article_id);

CREATE TABLE ledger_counts (
    site TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (site, kind, state)
) WITHOUT ROWID
"""

_FACETS = {
    "all": "'all'",
    "section": "{row}.section",
    "language": "{row}.language",
    "month": "{row}.month",
    "week": "date(substr({row}.published, 1, 10), 'weekday 0', '-6 days')",
    "minutes": "coalesce({row}.read_minutes, {row}.read_minutes_estimated)",
    "archived": "substr({row}.first_seen, 1, 10)",
}
"""What articles are counted by, beside site and author: a facet and its value. A week goes by its Monday."""
_NAMES = "json_each(CASE WHEN json_valid({row}.authors) THEN {row}.authors ELSE '[]' END)"
_READ = "site section language month published read_minutes read_minutes_estimated authors first_seen".split()
"""The columns that the counts depend on."""

_BUMP = "ON CONFLICT DO UPDATE SET n = n + excluded.n;"


def _count(row: str, step: int) -> str:
    """The statement of a trigger that counts article `row` in (step 1) or out (-1)."""
    values = " UNION ALL SELECT ".join(f"'{name}', {value.format(row=row)}" for name, value in _FACETS.items())
    return (
        f"INSERT INTO tallies (site, facet, value, n) SELECT s.site, f.facet, f.value, {step}"
        f" FROM (SELECT '' AS site UNION ALL SELECT {row}.site) s,"
        f" (SELECT '' AS facet, '' AS value UNION ALL SELECT {values}"
        f" UNION ALL SELECT DISTINCT 'author', value FROM {_NAMES.format(row=row)}) f"
        " WHERE f.value IS NOT NULL AND f.value <> ''"
        f" UNION ALL SELECT '', 'site', {row}.site, {step} WHERE true {_BUMP}"
    )


def _sign(row: str) -> str:
    return (
        "INSERT OR IGNORE INTO bylines (author, published, article_id, site)"
        f" SELECT DISTINCT value, coalesce({row}.published, ''), {row}.id, {row}.site FROM {_NAMES.format(row=row)}"
        " WHERE value IS NOT NULL AND value <> '';"
    )


def _count_address(row: str, step: int) -> str:
    return (
        f"INSERT INTO ledger_counts (site, kind, state, n) VALUES ({row}.site, {row}.kind, {row}.state, {step}) {_BUMP}"
    )


def triggers() -> dict[str, str]:
    """The statement that makes each trigger, by its name."""
    unsign = "DELETE FROM bylines WHERE article_id = old.id;"
    differs = " OR ".join(f"old.{name} IS NOT new.{name}" for name in _READ)
    address_differs = " OR ".join(f"old.{name} IS NOT new.{name}" for name in ("site", "kind", "state"))
    bodies = {
        "articles_counted_in": ("AFTER INSERT ON articles", _count("new", 1) + _sign("new")),
        "articles_counted_out": ("AFTER DELETE ON articles", _count("old", -1) + unsign),
        "articles_counted_anew": (
            f"AFTER UPDATE OF {', '.join(_READ)} ON articles WHEN {differs}",
            _count("old", -1) + _count("new", 1) + unsign + _sign("new"),
        ),
        "urls_counted_in": ("AFTER INSERT ON urls", _count_address("new", 1)),
        "urls_counted_out": ("AFTER DELETE ON urls", _count_address("old", -1)),
        "urls_counted_anew": (
            f"AFTER UPDATE OF site, kind, state ON urls WHEN {address_differs}",
            _count_address("old", -1) + _count_address("new", 1),
        ),
    }
    return {name: f"CREATE TRIGGER {name} {when} BEGIN {body} END" for name, (when, body) in bodies.items()}


def recount(db: Database) -> None:
    """Make all counts and lists anew from articles and ledger; the caller holds the transaction."""
    for table in ("tallies", "bylines", "ledger_counts"):
        db.execute(f"DELETE FROM {table}")
    for statement in _STATEMENTS:
        db.execute(statement)


def count_in(db: Database, first: int, last: int) -> None:
    """Count in the articles of these numbers, which no trigger has counted; the caller holds the transaction."""
    source = f"(SELECT * FROM articles WHERE id BETWEEN {first} AND {last}) a"
    db.execute(f"INSERT OR IGNORE INTO bylines (author, published, article_id, site) {_signed(source)}")
    # Read once, and grouped by what is counted before the sites are added up: that is little then.
    names = ", ".join(f"CAST({value.format(row='a')} AS TEXT) AS f_{name}" for name, value in _FACETS.items())
    db.execute("CREATE TEMP TABLE IF NOT EXISTS facts (site TEXT, facet TEXT, value TEXT, n INTEGER)")
    db.execute("DELETE FROM temp.facts")
    db.execute(f"CREATE TEMP TABLE read_once AS SELECT a.site, {names} FROM {source}")
    for name in _FACETS:
        told = f"SELECT site, '{name}', f_{name}, count(*) FROM temp.read_once WHERE f_{name} <> '' GROUP BY 1, 3"
        db.execute(f"INSERT INTO temp.facts {told}")
    db.execute("DROP TABLE temp.read_once")
    told = f"FROM bylines WHERE article_id BETWEEN {first} AND {last} GROUP BY 1, 3"
    db.execute(f"INSERT INTO temp.facts SELECT site, 'author', CAST(author AS TEXT), count(*) {told}")
    into = "INSERT INTO tallies (site, facet, value, n) SELECT"
    db.execute(f"{into} site, facet, value, n FROM temp.facts WHERE true {_BUMP}")
    db.execute(f"{into} '', facet, value, sum(n) FROM temp.facts GROUP BY 2, 3 {_BUMP}")
    db.execute(f"{into} '', 'site', site, sum(n) FROM temp.facts WHERE facet = 'all' GROUP BY site {_BUMP}")


def count_addresses_in(db: Database, after: int) -> None:
    """Count in the addresses of higher numbers, which no trigger has counted; the caller holds the transaction."""
    counted = "SELECT site, kind, state, count(*) FROM urls WHERE id > ? GROUP BY 1, 2, 3"
    db.execute(f"INSERT INTO ledger_counts (site, kind, state, n) {counted} {_BUMP}", [after])


def wrong_counts(db: Database) -> int:
    """How many counts and bylines differ from what articles and ledger say; `db` may be open for reading only.

    One statement, so that what is written meanwhile does not look like a difference.
    """
    pairs = (
        (" UNION ALL ".join(_SELECTS), "SELECT site, facet, value, n FROM tallies WHERE n <> 0"),
        (_COUNTED_ADDRESSES, "SELECT site, kind, state, n FROM ledger_counts WHERE n <> 0"),
        (_SIGNED, "SELECT author, published, article_id, site FROM bylines"),
    )
    parts = [
        f"(SELECT count(*) FROM (SELECT * FROM ({one}) EXCEPT SELECT * FROM ({other})))"
        for a, b in pairs
        for one, other in ((a, b), (b, a))
    ]
    return int(db.execute(f"SELECT {' + '.join(parts)}").fetchone()[0])


def _selects(source: str = "articles a") -> list[str]:
    """What `tallies` should hold, in parts; `source`: articles, as `a`."""
    parts = [f"SELECT '' AS site, 'site' AS facet, a.site AS value, count(*) AS n FROM {source} GROUP BY a.site"]
    for name, expression in _FACETS.items():
        value = f"CAST({expression.format(row='a')} AS TEXT)"
        parts += [_select(name, value, source, site) for site in ("''", "a.site")]
    names = f"(SELECT DISTINCT a.id, a.site, j.value FROM {source}, {_NAMES.format(row='a')} j) a"
    return parts + [_select("author", "CAST(a.value AS TEXT)", names, site) for site in ("''", "a.site")]


def _select(facet: str, value: str, source: str, site: str) -> str:
    return (
        f"SELECT {site} AS site, '{facet}' AS facet, {value} AS value, count(*) AS n FROM {source}"
        f" WHERE {value} IS NOT NULL AND {value} <> '' GROUP BY 1, 3"
    )


def _signed(source: str = "articles a") -> str:
    """What `bylines` should hold."""
    return (
        "SELECT DISTINCT j.value AS author, coalesce(a.published, '') AS published, a.id AS article_id, a.site"
        f" FROM {source}, {_NAMES.format(row='a')} j WHERE j.value IS NOT NULL AND j.value <> ''"
    )


_SELECTS = _selects()
_SIGNED = _signed()
_COUNTED_ADDRESSES = "SELECT site, kind, state, count(*) AS n FROM urls GROUP BY 1, 2, 3"
_STATEMENTS = (
    *(f"INSERT INTO tallies (site, facet, value, n) {select}" for select in _SELECTS),
    f"INSERT INTO bylines (author, published, article_id, site) {_SIGNED}",
    f"INSERT INTO ledger_counts (site, kind, state, n) {_COUNTED_ADDRESSES}",
)
