"""Articles and their related links: what a visit's `Article` becomes in the archive.

An article is one row however many addresses lead to it. Its identity is the canonical link, if that is on the same
site and not contradicted by what the canonical address itself shows; else the address it was read from.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlite_utils import Database

from miacrawl.article import Article
from miacrawl.directives import NOTHING_SAID, Directives
from miacrawl.page import collapse
from miacrawl.store.archive import open_existing
from miacrawl.store.change import unfit
from miacrawl.store.clock import as_stored, now
from miacrawl.store.connection import rows
from miacrawl.store.versions import (
    Sighting,
    begin,
    begin_anew,
    correct,
    differences,
    place_in_past,
    replaces,
    supersede,
)
from miacrawl.urls import clean, site_of, url_key

Change = Literal["new", "changed", "unchanged", "alias"]


@dataclass(frozen=True, slots=True)
class Saved:
    """The row that holds an article, and whether that is new, changed, unchanged, or known by another address."""

    article_id: int
    url: str
    change: Change
    provisional: bool = False
    """Whether the text was read from another address than `url`, which remains to be visited."""
    unfit: str | None = None
    """The flag for which the page was not taken: what is archived stays."""


def identity(article: Article) -> str:
    """The address to cite an article by: its canonical link where that can be trusted, else its own.

    A canonical link to another site (syndication) or to the home page (a common template fault) is not trusted.
    """
    own = clean(article.url)
    if not article.canonical_url:
        return own
    try:
        canonical = clean(article.canonical_url)
        same_site = site_of(canonical) == site_of(own)
    except ValueError:
        return own
    return canonical if same_site and urlsplit(canonical).path.strip("/") else own


def content_hash(article: Article) -> str:
    """SHA-256 (hex) over title, blurb and body with white space folded: equal for equal text."""
    text = "\x1f".join(collapse(part or "") for part in (article.title, article.blurb, article.body))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def save(db: Database, article: Article, seen: Sighting, said: Directives = NOTHING_SAID) -> Saved:
    """Insert or update the row of `article` with its version and links; the caller holds the transaction.

    A page that shows something else in the article's place, or next to nothing of it, changes nothing: `Saved.unfit`.
    """
    address = identity(article)
    key, own_key = url_key(address), url_key(article.url)
    row = _row(db, key)
    if row and key != own_key and not _provisional(row):
        if _same_text(row, article):
            return Saved(row["id"], row["url"], "alias")
        address, key = clean(article.url), own_key
        row = _row(db, key)
    elif row and key == own_key and _provisional(row) and not _same_text(row, article):
        _release(db, row)
        row = _row(db, key)
    values = {**columns_of(article, address, key, seen), "directives": as_json(said)}
    if row is None and (twin := _twin(db, values)):
        if not twin["gone"]:
            return Saved(twin["id"], twin["url"], "alias")
        row = twin  # it has moved here
    if row is not None and seen.past and seen.at < row["last_seen"]:
        added = unfit(article, row["word_count"], ()) is None and place_in_past(db, row, values, seen)
        return Saved(row["id"], row["url"], "changed" if added else "unchanged")
    flags = tuple(json.loads(row["flags"])) if row is not None else ()
    if row is not None and (flag := unfit(article, row["word_count"], flags, row["body"])):
        return Saved(row["id"], row["url"], "unchanged", unfit=flag)
    if row is None:
        change: Change = "new"
        article_id = _insert(db, values)
        begin(db, article_id, values["content_hash"], seen)
    else:
        article_id = row["id"]
        change = _renew(db, row, values, seen)
    replace_parts(db, article_id, article)
    db.execute("UPDATE related_links SET target_id = ? WHERE url_key IN (?, ?)", [article_id, key, own_key])
    return Saved(article_id, address, change, provisional=key != own_key)


def _renew(db: Database, row: dict[str, Any], values: dict[str, Any], seen: Sighting) -> Change:
    """Bring the row of an article up to date with what its page says now."""
    changed = differences(row, values, seen, lambda read: columns_of(read, row["url"], row["url_key"], seen))
    number, told = row["version"], values["content_hash"]
    if replaces(row, changed):
        number = supersede(db, row, changed, told, seen)
    elif changed:
        begin_anew(db, row["id"], number, told, seen)
    elif row["content_hash"] != told or row["extractor"] != seen.extractor or row["capture_id"] is None:
        correct(db, row["id"], number, told, seen)
    _update(db, row["id"], {**values, "version": number}, changed=bool(changed))
    if changed:
        return "changed"
    # Seen by this run already, by a redirect say: it is not counted a second time.
    return "alias" if row["run_id"] == seen.run_id else "unchanged"


def as_json(said: Directives) -> str:
    """What is said of a page as a JSON object, without what is not said: {} where nothing is."""
    found = asdict(said)
    return json.dumps({name: value for name, value in found.items() if value not in (None, ())}, ensure_ascii=False)


def seen_again(db: Database, url_id: int, seen: Sighting) -> None:
    """Note that the article of a ledger row was asked for and found unchanged; the caller holds the transaction."""
    db.execute(
        "UPDATE articles SET last_seen = max(last_seen, ?), run_id = ?, gone_since = NULL"
        " WHERE id = (SELECT article_id FROM urls WHERE id = ?)",
        [seen.at, seen.run_id, url_id],
    )


def gone(db: Database, key: str, at: str) -> None:
    """Note that the address of an article says that it is no longer there: the article stays."""
    db.execute("UPDATE articles SET gone_since = coalesce(gone_since, ?) WHERE url_key = ?", [at, key])


def newest(folder: Path, count: int) -> list[dict[str, Any]]:
    """The newest articles by date of publication, without their text, each with the number of its related links."""
    db = open_existing(folder)
    try:
        return rows(
            db,
            "SELECT title, blurb, section, substr(published, 1, 10) AS published, read_time_text, (SELECT count(*)"
            " FROM related_links r WHERE r.article_id = a.id) AS links"
            " FROM articles a ORDER BY a.published DESC LIMIT ?",
            [count],
        )
    finally:
        db.conn.close()


def _row(db: Database, key: str) -> dict[str, Any] | None:
    columns = (
        "id, url, url_key, fetched_url, title, blurb, authors, body, word_count, flags, content_hash, last_seen,"
        " run_id, version, capture_id, extractor"
    )
    return next(iter(rows(db, f"SELECT {columns} FROM articles WHERE url_key = ?", [key])), None)


def _twin(db: Database, values: dict[str, Any]) -> dict[str, Any] | None:
    """An article of the same site whose title, blurb and body are the same, under another address."""
    found = rows(
        db,
        "SELECT *, EXISTS (SELECT 1 FROM urls o WHERE o.url_key = articles.url_key AND o.state = 'gone') AS gone"
        " FROM articles WHERE content_hash = ? AND site = ? AND body = ? ORDER BY gone, id LIMIT 1",
        [values["content_hash"], values["site"], values["body"]],
    )
    return next(iter(found), None)


def _provisional(row: dict[str, Any]) -> bool:
    """Whether the row's text was read from another address than its own, on the word of a canonical link alone."""
    return bool(url_key(row["fetched_url"]) != row["url_key"])


def _same_text(row: dict[str, Any], article: Article) -> bool:
    """Whether two addresses show one article: same title, or same body (a print view may change one of them)."""
    if collapse(row["body"]) == collapse(article.body):
        return True
    return bool(row["title"]) and collapse(row["title"]).casefold() == collapse(article.title or "").casefold()


def _release(db: Database, row: dict[str, Any]) -> None:
    """A canonical link turned out wrong: give the text that came by it back to the address it was read from."""
    fetched = clean(row["fetched_url"])
    if _row(db, url_key(fetched)) is None:
        db.execute("UPDATE articles SET url = ?, url_key = ? WHERE id = ?", [fetched, url_key(fetched), row["id"]])
        db.execute("UPDATE urls SET next_check = ?, reason = NULL WHERE url_key = ?", [now(), url_key(fetched)])


def columns_of(article: Article, address: str, key: str, seen: Sighting) -> dict[str, Any]:
    """The row of an article that goes by `address`."""
    published = as_stored(article.published)
    return {
        "url": address,
        "url_key": key,
        "fetched_url": article.url,
        "canonical_url": article.canonical_url,
        "site": site_of(address),
        "site_name": article.site_name,
        "section": article.section,
        "title": article.title,
        "blurb": article.blurb,
        "summary": article.summary,
        "body": article.body,
        "body_html": article.body_html,
        "read_minutes": article.read_minutes,
        "read_time_text": article.read_time_text,
        "word_count": article.word_count,
        "read_minutes_estimated": article.read_minutes_estimated,
        "authors": json.dumps(list(article.authors), ensure_ascii=False),
        "published": published,
        "published_text": article.published_text,
        "modified": as_stored(article.modified),
        "modified_text": article.modified_text,
        "month": published[:7] if published else None,
        "language": article.language,
        "image": article.image,
        "flags": json.dumps(list(article.flags), ensure_ascii=False),
        "provenance": json.dumps(dict(article.provenance), ensure_ascii=False, sort_keys=True),
        "content_hash": content_hash(article),
        "last_seen": seen.at,
        "run_id": seen.run_id,
        "capture_id": seen.capture_id,
        "extractor": seen.extractor,
        "gone_since": None,
    }


def _insert(db: Database, values: dict[str, Any]) -> int:
    row = {**values, "first_seen": values["last_seen"], "changed_at": values["last_seen"]}
    # Not by sqlite_utils' insert, which asks for the table's schema each time: a third of what storing a page takes.
    added = db.execute(f"INSERT INTO articles ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])
    return int(added.lastrowid or 0)


def _update(db: Database, article_id: int, values: dict[str, Any], *, changed: bool) -> None:
    moved = {"changed_at": values["last_seen"]} if changed else {}
    row = {**values, **moved}
    db.execute(f"UPDATE articles SET {' = ?, '.join(row)} = ? WHERE id = ?", [*row.values(), article_id])


def replace_parts(db: Database, article_id: int, article: Article) -> None:
    """Put an article's related links, evidence and confidence in the place of those that are there."""
    _replace_links(db, article_id, article)
    _replace_evidence(db, article_id, article)
    _replace_confidence(db, article_id, article)


def parts_of(article: Article) -> dict[str, list[tuple[Any, ...]]]:
    """What `replace_parts` stores, by name: the rows in the order in which they are read back."""
    links = [(link.url, link.title, link.blurb, link.heading, link.where) for link in article.related]
    evidence = {(one.field, one.source): (one.field, one.value, one.source) for one in reversed(article.evidence)}
    sure = [(name, article.provenance.get(name, ""), share) for name, share in sorted(article.confidence.items())]
    return {"related": links, "evidence": [evidence[key] for key in sorted(evidence)], "confidence": sure}


def _replace_links(db: Database, article_id: int, article: Article) -> None:
    db.execute("DELETE FROM related_links WHERE article_id = ?", [article_id])
    for position, link in enumerate(article.related, start=1):
        try:
            key = url_key(link.url)
        except ValueError:
            key = link.url
        db.execute(
            "INSERT INTO related_links (article_id, position, heading, location, url, url_key, title, blurb, target_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce((SELECT id FROM articles WHERE url_key = ?),"
            " (SELECT article_id FROM urls WHERE url_key = ?))))",
            [article_id, position, link.heading, link.where, link.url, key, link.title, link.blurb, key, key],
        )


def _replace_evidence(db: Database, article_id: int, article: Article) -> None:
    db.execute("DELETE FROM evidence WHERE article_id = ?", [article_id])
    for one in article.evidence:
        db.execute(
            "INSERT INTO evidence (article_id, field, value, source) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (article_id, field, source) DO NOTHING",
            [article_id, one.field, one.value, one.source],
        )


def _replace_confidence(db: Database, article_id: int, article: Article) -> None:
    db.execute("DELETE FROM confidence WHERE article_id = ?", [article_id])
    for field, confidence in article.confidence.items():
        db.execute(
            "INSERT INTO confidence (article_id, field, source, confidence) VALUES (?, ?, ?, ?)",
            [article_id, field, article.provenance.get(field, ""), confidence],
        )
