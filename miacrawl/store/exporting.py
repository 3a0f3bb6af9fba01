"""What is archived, read for exports: as it is at one moment, row by row, so that memory stays small."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from miacrawl.errors import StorageError
from miacrawl.store.archive import database_path, explain, open_existing
from miacrawl.store.connection import rows

_OF_ARTICLE = tuple("id url fetched_url canonical_url site site_name language gone_since first_seen last_seen".split())
_OF_VERSION = tuple(
    "title blurb authors section published modified read_time_text word_count flags content_hash extractor provenance"
    " body body_html".split()
)
_OF_CURRENT = tuple("summary read_minutes read_minutes_estimated published_text modified_text image directives".split())
_OF_CAPTURE = {
    "file": "w.name",
    "offset": "c.offset",
    "length": "c.length",
    "fetched_at": "c.fetched_at",
    "url": "c.url",
    "digest": "c.digest",
    "kind": "c.kind",
}
CURRENT = "(v.number IS NULL OR v.number = a.version)"
"""Whether a row of `WITH_VERSIONS` is the version that stands in articles."""
WITH_VERSIONS = "articles a LEFT JOIN article_versions v ON v.article_id = a.id"
_DAY = "substr(coalesce({published}, a.first_seen), 1, 10)"
_SITES_TOLD = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles: those for which every condition holds; what is empty is no condition.

    * `sites`: hosts as in articles.site.
    * `since`, `until`: days, both included: of publication, or where that is not known of the first visit.
    * `match`: an FTS5 expression.
    * `versions`: every version of them instead of the current one.
    """

    sites: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    match: str = ""
    versions: bool = False

    @property
    def everything(self) -> bool:
        """Whether there is no condition."""
        return not (self.sites or self.since or self.until or self.match)


@contextmanager
def snapshot(folder: Path) -> Iterator[Database]:
    """The archive in `folder` as it is now, whatever a crawl writes to it meanwhile; for reading only.

    Raises StorageError where there is no archive or it can't be read, also while it is read.
    """
    db = open_existing(folder)
    db.conn.text_factory = _text
    try:
        db.execute("BEGIN")
        db.execute("SELECT 1 FROM articles LIMIT 1").fetchone()
        yield db
    except sqlite3.Error as error:
        raise StorageError(explain(error, database_path(folder))) from error
    finally:
        db.conn.close()


def _text(stored: bytes) -> str:
    """Text as stored; what is no UTF-8, such as halves of characters, becomes the sign for that."""
    return stored.decode("utf-8", "replace")


def articles(db: Database, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """The articles, or their versions, in the order of their numbers: a row each, JSON columns as they are stored."""
    join = "" if wanted.versions else " AND v.number = a.version"
    where, parameters = _conditions(wanted)
    cursor = db.execute(
        f"SELECT {', '.join(_selected())} FROM {WITH_VERSIONS}{join}"
        f" LEFT JOIN captures c ON c.id = CASE WHEN {CURRENT} THEN a.capture_id ELSE v.capture_id END"
        f" LEFT JOIN warcs w ON w.id = c.warc_id WHERE {where} ORDER BY a.id, v.number",
        parameters,
    )
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def _selected() -> Iterator[str]:
    yield from (f"a.{name}" for name in _OF_ARTICLE)
    yield from (f"CASE WHEN {CURRENT} THEN a.{name} ELSE v.{name} END AS {name}" for name in _OF_VERSION)
    yield from (f"CASE WHEN {CURRENT} THEN a.{name} END AS {name}" for name in _OF_CURRENT)
    yield "coalesce(v.number, a.version) AS version"
    yield f"{CURRENT} AS is_current"
    yield "coalesce(v.first_seen, a.changed_at) AS version_first_seen"
    yield f"CASE WHEN {CURRENT} THEN a.last_seen ELSE v.last_seen END AS version_last_seen"
    yield "coalesce(v.changed, '[]') AS changed"
    sure = "SELECT json_group_object(field, confidence) FROM confidence WHERE article_id = a.id"
    yield f"CASE WHEN {CURRENT} THEN ({sure}) END AS confidence"
    twins = "SELECT twin_id AS id FROM duplicates WHERE article_id = a.id"
    twins += " UNION SELECT article_id FROM duplicates WHERE twin_id = a.id ORDER BY 1"
    yield f"CASE WHEN {CURRENT} THEN (SELECT json_group_array(id) FROM ({twins})) END AS duplicates"
    for name, of in _OF_CAPTURE.items():
        yield f"{of} AS capture_{name}"


def related(db: Database, article_id: int) -> list[dict[str, Any]]:
    """The related links of an article's page, in their order."""
    return rows(
        db,
        "SELECT position, heading, location, url, title, blurb, target_id FROM related_links WHERE article_id = ?"
        " ORDER BY position",
        [article_id],
    )


def is_known(db: Database, site: str) -> bool:
    """Whether anything of a site is archived: an article, or a capture."""
    found = db.execute(
        "SELECT EXISTS (SELECT 1 FROM articles WHERE site = ?)"
        " OR EXISTS (SELECT 1 FROM captures WHERE url_key = ? OR url_key >= ? AND url_key < ?)",
        [site, site, f"{site}/", f"{site}0"],
    ).fetchone()
    return bool(found[0])


def some_sites(db: Database) -> list[str]:
    """The sites with the most articles, a few."""
    found = db.execute(f"SELECT site FROM articles GROUP BY site ORDER BY count(*) DESC, site LIMIT {_SITES_TOLD}")
    return [str(site) for (site,) in found]


def _conditions(wanted: Wanted) -> tuple[str, list[Any]]:
    """A WHERE clause over `WITH_VERSIONS`, and its parameters."""
    day = _DAY.format(published=f"CASE WHEN {CURRENT} THEN a.published ELSE v.published END")
    parts: list[str] = ["1"]
    parameters: list[Any] = []
    if wanted.sites:
        # The index gives one site's articles in the order of their numbers; those of several would have to be sorted.
        index = "" if len(wanted.sites) == 1 else "+"
        parts.append(f"{index}a.site IN ({', '.join('?' * len(wanted.sites))})")
        parameters += wanted.sites
    if wanted.since:
        parts.append(f"{day} >= ?")
        parameters.append(wanted.since.isoformat())
    if wanted.until:
        parts.append(f"{day} <= ?")
        parameters.append(wanted.until.isoformat())
    if wanted.match:
        parts.append("a.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)")
        parameters.append(wanted.match)
    return " AND ".join(parts), parameters
