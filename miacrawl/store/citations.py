"""What is cited, found by the article's number or by any address that the ledger knows it by."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from miacrawl.citation.cited import Cited
from miacrawl.errors import ConfigError, NotArchivedError, StorageError
from miacrawl.store import nearby
from miacrawl.store.archive import database_path, explain, open_existing
from miacrawl.store.connection import rows
from miacrawl.urls import as_address, site_of, url_key

_MAX_DIGITS = 18


def cited(folder: Path, targets: Sequence[str], version: int | None = None) -> list[Cited]:
    """The articles of these numbers and addresses, each as it stands now, or in the version of that number.

    Raises NotArchivedError for one that the archive in `folder` does not hold, ConfigError for what is neither number
    nor address, StorageError where there is no archive or it can't be read.
    """
    db = open_existing(folder)
    try:
        return [_cited(db, _article_id(db, target), version) for target in targets]
    except sqlite3.Error as error:
        raise StorageError(explain(error, database_path(folder))) from error
    finally:
        db.conn.close()


def _article_id(db: Database, target: str) -> int:
    text = target.strip()
    if text.isascii() and text.isdigit():
        return _of_number(db, text)
    url = as_address(text)
    try:
        key = url_key(url) if url else ""
    except ValueError:
        url = None
    if url is None:
        raise ConfigError(f"{target!r} is neither an article's number nor an http(s) address")
    found = db.execute(
        "SELECT id FROM articles WHERE url_key = ?"
        " UNION ALL SELECT article_id FROM urls WHERE url_key = ? AND article_id IS NOT NULL LIMIT 1",
        [key, key],
    ).fetchone()
    if found is None:
        raise NotArchivedError(_unknown(db, url, key))
    return int(found[0])


def _of_number(db: Database, text: str) -> int:
    number = int(text) if len(text) <= _MAX_DIGITS else 0
    if db.execute("SELECT 1 FROM articles WHERE id = ?", [number]).fetchone() is None:
        count, last = db.execute("SELECT count(*), max(id) FROM articles").fetchone()
        told = f"it holds {count}, the last of number {last}" if count else "it holds none yet"
        raise NotArchivedError(f"this archive has no article of number {text} ({told}); cite it by its address")
    return number


def _unknown(db: Database, url: str, key: str) -> str:
    """Why there is nothing to cite at an address, and what to do."""
    row = db.execute("SELECT state, reason FROM urls WHERE url_key = ?", [key]).fetchone()
    if row is not None:
        told = f"{row[0]}: {row[1]}" if row[1] else row[0]
        return f"no article is archived from {url} ({told}); see: miacrawl why {url}"
    near = nearby.in_words(nearby.nearest(db, key, site_of(url)))
    meant = f"; did you mean {near}?" if near else f"; archive it with: miacrawl crawl {url}"
    return f"this archive has never met {url}{meant}"


def _cited(db: Database, article_id: int, version: int | None) -> Cited:
    # The version that stands now is all in articles: it can be cited whatever article_versions holds.
    found = rows(
        db,
        "SELECT a.id AS article_id, coalesce(v.number, a.version) AS version, a.url, a.site, a.site_name,"
        " CASE WHEN w.here THEN a.title ELSE v.title END AS title,"
        " CASE WHEN w.here THEN a.authors ELSE v.authors END AS authors,"
        " CASE WHEN w.here THEN a.published ELSE v.published END AS published, a.language,"
        " coalesce(c.fetched_at, v.first_seen, a.changed_at) AS retrieved,"
        " coalesce(v.content_hash, a.content_hash) AS content_hash, a.gone_since"
        " FROM articles a JOIN (SELECT id, coalesce(:version, version) AS number,"
        " coalesce(:version, version) = version AS here FROM articles WHERE id = :id) w ON w.id = a.id"
        " LEFT JOIN article_versions v ON v.article_id = a.id AND v.number = w.number"
        " LEFT JOIN captures c ON c.id = v.capture_id WHERE v.id IS NOT NULL OR w.here",
        {"id": article_id, "version": version},
    )
    if not found:
        raise NotArchivedError(_no_version(db, article_id, version))
    return Cited(**{**found[0], "authors": _names(found[0]["authors"])})


def _no_version(db: Database, article_id: int, version: int | None) -> str:
    first, last = db.execute(
        "SELECT coalesce(min(v.number), a.version), max(coalesce(v.number, 0), a.version) FROM articles a"
        " LEFT JOIN article_versions v ON v.article_id = a.id WHERE a.id = ?",
        [article_id],
    ).fetchone()
    told = f"only version {first}" if first == last else f"versions {first} to {last}"
    return f"article {article_id} has no version {version}: it has {told}"


def _names(stored: Any) -> tuple[str, ...]:
    """The names in a JSON array; none where it is none."""
    try:
        names = json.loads(stored or "[]")
    except (TypeError, ValueError):
        return ()
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()
