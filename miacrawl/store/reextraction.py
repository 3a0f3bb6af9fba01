"""Re-extraction in the archive: what is stored of a target, and today's reading put in its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from miacrawl.article import Article
from miacrawl.directives import NOTHING_SAID, Directives
from miacrawl.store.articles import columns_of, parts_of, replace_parts, save
from miacrawl.store.clock import now
from miacrawl.store.connection import rows
from miacrawl.store.staging import State
from miacrawl.store.targets import Scope, Target
from miacrawl.store.versions import TEXTS, Sighting, correct

COMPARED = (
    *("title", "blurb", "summary", "authors", "section", "published", "modified", "read_minutes", "read_time_text"),
    *("language", "canonical_url", "site_name", "image", "flags", "word_count", "read_minutes_estimated", "body"),
    *("body_html", "provenance"),
)
"""Columns of articles that a page gives."""
_CANONICAL = 400
"""The priority with which a crawl enters the address that a canonical link names."""
PARTS = ("related", "evidence", "confidence")


def stored_of(db: Database, target: Target) -> dict[str, Any]:
    """What is archived of a target: COMPARED and PARTS of a current version, TEXTS of an earlier one, {} of none."""
    if target.article_id is None:
        return {}
    if target.is_current:
        found = rows(db, f"SELECT {', '.join(COMPARED)} FROM articles WHERE id = ?", [target.article_id])
        return {**found[0], **_stored_parts(db, target.article_id)} if found else {}
    found = rows(
        db,
        f"SELECT {', '.join(TEXTS)} FROM article_versions WHERE article_id = ? AND number = ?",
        [target.article_id, target.number],
    )
    return found[0] if found else {}


def found_of(article: Article, target: Target) -> dict[str, Any]:
    """The same columns as `stored_of` gives, as `article` has them."""
    values = columns_of(article, target.url, target.url_key, Sighting(0, target.fetched_at))
    return {**values, **{name: _text(told) for name, told in parts_of(article).items()}}


def _stored_parts(db: Database, article_id: int) -> dict[str, str]:
    links = "SELECT url, title, blurb, heading, location FROM related_links WHERE article_id = ? ORDER BY position"
    evidence = "SELECT field, value, source FROM evidence WHERE article_id = ? ORDER BY field, source"
    confidence = "SELECT field, source, confidence FROM confidence WHERE article_id = ? ORDER BY field"
    found = {
        "related": db.execute(links, [article_id]).fetchall(),
        "evidence": db.execute(evidence, [article_id]).fetchall(),
        "confidence": db.execute(confidence, [article_id]).fetchall(),
    }
    return {name: _text(told) for name, told in found.items()}


def _text(told: object) -> str:
    return json.dumps(told, ensure_ascii=False)


# --- applied ---


def begin(db: Database, extractor: str, scope: Scope, told: Mapping[str, Any]) -> int:
    """The row of a re-extraction: a new one, or that of the same one which was cut off. `told`: counts and samples."""
    as_text = json.dumps(scope.as_dict())
    found = db.execute(
        "SELECT max(id) FROM extractions WHERE finished IS NULL AND extractor = ? AND scope = ?", [extractor, as_text]
    ).fetchone()[0]
    with db.atomic():
        if found is not None:
            db.execute(
                "UPDATE extractions SET counts = ?, samples = ? WHERE id = ?",
                [_text(told["counts"]), _text(told["samples"]), found],
            )
            return int(found)
        cursor = db.execute(
            "INSERT INTO extractions (started, extractor, scope, counts, samples) VALUES (?, ?, ?, ?, ?)",
            [now(), extractor, as_text, _text(told["counts"]), _text(told["samples"])],
        )
    return int(cursor.lastrowid or 0)


def finish(db: Database, extraction_id: int, pages: int, changed: int) -> None:
    """Note that all of a re-extraction has been applied."""
    with db.atomic():
        db.execute(
            "UPDATE extractions SET finished = ?, pages = ?, changed = ? WHERE id = ?",
            [now(), pages, changed, extraction_id],
        )


def apply(
    db: Database, target: Target, state: State, read_by: str, article: Article | None, said: Directives = NOTHING_SAID
) -> bool:
    """Put a reading into the archive; the caller holds the transaction. `said`: of the page of a new article.

    Returns False where the article has been read from another capture meanwhile: that one is newer, and stays; and
    where the capture is no longer in the archive.
    """
    sql = "SELECT run_id FROM captures WHERE id = ? AND url = ? AND fetched_at = ?"
    captured = db.execute(sql, [target.capture_id, target.url, target.fetched_at]).fetchone()
    if captured is None:
        return False
    if state == "new" and article is not None:
        seen = Sighting(captured[0], target.fetched_at, target.capture_id, read_by, past=True)
        _add(db, target, article, seen, said)
        return True
    if state not in ("same", "changed") or target.article_id is None or target.number is None:
        return True
    if not _is_as_it_was(db, target):
        return False
    if target.is_current:
        _renew_current(db, target, read_by, article)
    else:
        _renew_earlier(db, target, read_by, article)
    return True


def _is_as_it_was(db: Database, target: Target) -> bool:
    if target.is_current:
        sql = "SELECT 1 FROM articles WHERE id = ? AND version = ? AND capture_id = ?"
    else:
        sql = "SELECT 1 FROM article_versions WHERE article_id = ? AND number = ? AND capture_id = ?"
    return db.execute(sql, [target.article_id, target.number, target.capture_id]).fetchone() is not None


def _renew_current(db: Database, target: Target, read_by: str, article: Article | None) -> None:
    if target.article_id is None or target.number is None:
        return
    seen = Sighting(0, target.fetched_at, target.capture_id, read_by)
    if article is None:
        db.execute("UPDATE articles SET extractor = ? WHERE id = ?", [read_by, target.article_id])
        db.execute(
            "UPDATE article_versions SET extractor = ? WHERE article_id = ? AND number = ?",
            [read_by, target.article_id, target.number],
        )
        return
    values = columns_of(article, target.url, target.url_key, seen)
    kept = (*COMPARED, "month", "published_text", "modified_text", "content_hash", "extractor")
    db.table("articles").update(target.article_id, {name: values[name] for name in kept})
    replace_parts(db, target.article_id, article)
    correct(db, target.article_id, target.number, values["content_hash"], seen)


def _renew_earlier(db: Database, target: Target, read_by: str, article: Article | None) -> None:
    values: dict[str, Any] = {"extractor": read_by}
    if article is not None:
        found = columns_of(article, target.url, target.url_key, Sighting(0, target.fetched_at))
        values |= {name: found[name] for name in (*TEXTS, "content_hash")}
    names = ", ".join(f"{name} = ?" for name in values)
    db.execute(
        f"UPDATE article_versions SET {names} WHERE article_id = ? AND number = ?",
        [*values.values(), target.article_id, target.number],
    )


def _add(db: Database, target: Target, article: Article, seen: Sighting, said: Directives) -> None:
    """An article where none was seen: archived as of when its page was fetched."""
    saved = save(db, article, seen, said)
    db.execute(
        "UPDATE urls SET state = 'archived', reason = ?, article_id = ? WHERE url_key = ? AND article_id IS NULL",
        ["an article by the rules of a re-extraction", saved.article_id, target.url_key],
    )
    if saved.provisional:
        # The next crawl looks whether its own address shows it, too.
        db.execute(
            "INSERT OR IGNORE INTO urls (url, url_key, site, kind, state, reason, source, referrer, priority, due,"
            " discovered_at) SELECT url, url_key, site, 'page', 'pending', ?, 'canonical', ?, ?, 1, ? FROM articles"
            " WHERE id = ?",
            ["the address of an article that a re-extraction found", target.url, _CANONICAL, now(), saved.article_id],
        )
    db.execute("UPDATE captures SET outcome = 'article' WHERE id = ?", [target.capture_id])
