"""Versions of articles: one row each; the text of the current one stands in `articles`, of earlier ones here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from miacrawl.article import Article
from miacrawl.store.change import FIELDS, changed_fields, was_unfit
from miacrawl.store.connection import rows

TEXTS = (
    *("title", "blurb", "authors", "section", "published", "modified", "read_time_text", "word_count", "flags"),
    *("provenance", "body", "body_html"),
)
"""What a row holds of a version that is not the current one: columns of articles."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """When an article was seen, by which run, in which capture, and by which rules it was read.

    `past`: that may be before what is archived was seen, as with imported captures; a crawl's sightings never are,
    whatever its clock says. `reread`: an article as today's rules find it in an earlier capture, None where that can't
    be had.
    """

    run_id: int
    at: str
    capture_id: int | None = None
    extractor: str | None = None
    past: bool = False
    reread: Callable[[int], Article | None] = lambda capture_id: None


def begin(db: Database, article_id: int, content_hash: str, seen: Sighting) -> None:
    """The first version of a new article; the caller holds the transaction, here as below."""
    _insert(db, article_id, 1, (), content_hash, seen)


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], seen: Sighting, columns_of: Callable[[Article], dict[str, Any]]
) -> tuple[str, ...]:
    """The fields in which an article's page has changed: not those that other rules now read otherwise."""
    changed = changed_fields(before, after)
    if changed and seen.extractor != before["extractor"] and before["capture_id"] is not None:
        same_rules = seen.reread(before["capture_id"])
        if same_rules is not None:
            return changed_fields(columns_of(same_rules), after)
    return changed


def replaces(before: Mapping[str, Any], changed: tuple[str, ...]) -> bool:
    """Whether what was archived is to be kept as a version: it has changed, and it was an article's text."""
    return bool(changed) and not was_unfit(tuple(json.loads(before["flags"])))


def supersede(
    db: Database, before: Mapping[str, Any], changed: tuple[str, ...], content_hash: str, seen: Sighting
) -> int:
    """Keep what stands in articles as a version, and begin the next one. Returns its number."""
    copied = ", ".join(TEXTS)
    db.execute(
        f"UPDATE article_versions SET last_seen = ?, ({copied}) = (SELECT {copied} FROM articles WHERE id = ?)"
        " WHERE article_id = ? AND number = ?",
        [before["last_seen"], before["id"], before["id"], before["version"]],
    )
    number = _next_number(db, before["id"])
    _insert(db, before["id"], number, changed, content_hash, seen)
    return number


def correct(db: Database, article_id: int, number: int, content_hash: str, seen: Sighting) -> None:
    """What is read of the current version is no longer what it was, though its page has not changed."""
    db.execute(
        "UPDATE article_versions SET content_hash = ?, extractor = ?, capture_id = coalesce(capture_id, ?)"
        " WHERE article_id = ? AND number = ?",
        [content_hash, seen.extractor, seen.capture_id, article_id, number],
    )


def compare_again(db: Database, article_id: int) -> None:
    """Say anew in what each version differs from the one before, where both were read by the same rules.

    One that no longer differs stays: its number has been cited.
    """
    columns = ", ".join(("id", "extractor", "changed", *FIELDS))
    cursor = db.execute(
        f"SELECT {columns} FROM versions WHERE article_id = ? ORDER BY first_seen, number", [article_id]
    )
    names = [column[0] for column in cursor.description]
    told = []
    for before, after in pairwise(dict(zip(names, row, strict=True)) for row in cursor):
        changed = json.dumps(list(changed_fields(before, after)))
        if before["extractor"] == after["extractor"] and changed != after["changed"]:
            told.append((changed, after["id"]))
    for one in told:
        db.execute("UPDATE article_versions SET changed = ? WHERE id = ?", one)


def begin_anew(db: Database, article_id: int, number: int, content_hash: str, seen: Sighting) -> None:
    """What stood in the current version was no article's text: it begins with what has come in its place."""
    db.execute(
        "UPDATE article_versions SET content_hash = ?, extractor = ?, capture_id = ?, first_seen = ?"
        " WHERE article_id = ? AND number = ?",
        [content_hash, seen.extractor, seen.capture_id, seen.at, article_id, number],
    )


def place_in_past(db: Database, current: Mapping[str, Any], values: Mapping[str, Any], seen: Sighting) -> bool:
    """Enter what an article's page said at an earlier time. Returns whether that is a version nobody knew of."""
    article_id = current["id"]
    known = rows(db, "SELECT * FROM versions WHERE article_id = ? ORDER BY first_seen, number", [article_id])
    before = next((row for row in reversed(known) if row["first_seen"] <= seen.at), None)
    after = next((row for row in known if row["first_seen"] > seen.at), None)
    if before is not None and not changed_fields(before, values):
        _stretch(db, before, seen.at)
        return False
    if after is not None and not changed_fields(after, values):
        db.execute("UPDATE article_versions SET first_seen = ? WHERE id = ?", [seen.at, after["id"]])
        _first_seen(db, article_id, seen.at)
        return False
    changed = changed_fields(before, values) if before is not None else ()
    number = _next_number(db, article_id)
    row_id = _insert(db, article_id, number, changed, values["content_hash"], seen)
    names = ", ".join(f"{name} = ?" for name in TEXTS)
    db.execute(
        f"UPDATE article_versions SET last_seen = ?, {names} WHERE id = ?",
        [seen.at, *(values[name] for name in TEXTS), row_id],
    )
    if after is not None:
        told = json.dumps(list(changed_fields(values, after)))
        db.execute("UPDATE article_versions SET changed = ? WHERE id = ?", [told, after["id"]])
    _first_seen(db, article_id, seen.at)
    return True


def _stretch(db: Database, version: Mapping[str, Any], at: str) -> None:
    if not version["is_current"]:
        db.execute("UPDATE article_versions SET last_seen = max(last_seen, ?) WHERE id = ?", [at, version["id"]])


def _first_seen(db: Database, article_id: int, at: str) -> None:
    db.execute("UPDATE articles SET first_seen = min(first_seen, ?) WHERE id = ?", [at, article_id])


def _next_number(db: Database, article_id: int) -> int:
    found = db.execute("SELECT max(number) + 1 FROM article_versions WHERE article_id = ?", [article_id]).fetchone()
    return int(found[0] or 1)


def _insert(
    db: Database, article_id: int, number: int, changed: tuple[str, ...], content_hash: str, seen: Sighting
) -> int:
    cursor = db.execute(
        "INSERT INTO article_versions (article_id, number, first_seen, changed, content_hash, capture_id, extractor)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [article_id, number, seen.at, json.dumps(list(changed)), content_hash, seen.capture_id, seen.extractor],
    )
    return int(cursor.lastrowid or 0)
