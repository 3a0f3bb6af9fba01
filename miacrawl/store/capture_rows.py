"""The rows of captures: entered, found, taken back."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlite_utils import Database

from miacrawl.store.capture import Capture
from miacrawl.store.clock import now
from miacrawl.urls import key_of
from miacrawl.warc.writer import Place


def insert(db: Database, run_id: int, capture: Capture) -> int:
    """Write the row of a capture; its number. The caller holds the transaction, here as below."""
    refers_to = capture.refers_to.id if isinstance(capture.refers_to, Capture) else capture.refers_to
    cursor = db.execute(
        "INSERT INTO captures (url, url_key, kind, fetched_at, status, content_type, digest, size, warc_id,"
        " offset, length, refers_to, outcome, ip, run_id, headers)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(capture.url, key_of(capture.url), capture.kind, capture.fetched_at, capture.status),
            *(capture.content_type, capture.digest, capture.size, warc_id(db, run_id, capture.place.file)),
            *(capture.place.offset, capture.place.length, refers_to, capture.outcome, capture.ip, run_id),
            json.dumps(capture.headers, ensure_ascii=False),
        ],
    )
    return int(cursor.lastrowid or 0)


def warc_id(db: Database, run_id: int, name: str) -> int:
    """The number of a file, entered as one of this run's where nobody knew of it."""
    found = db.execute("SELECT id FROM warcs WHERE name = ?", [name]).fetchone()
    if found is not None:
        return int(found[0])
    cursor = db.execute("INSERT INTO warcs (name, run_id, started) VALUES (?, ?, ?)", [name, run_id, now()])
    return int(cursor.lastrowid or 0)


def note_finished(db: Database, run_id: int, name: str, size: int) -> None:
    """Note that a file of so many bytes is complete."""
    db.execute("UPDATE warcs SET finished = ?, size = ? WHERE id = ?", [now(), size, warc_id(db, run_id, name)])


def forget(db: Database, captures: Iterable[int]) -> None:
    """Take captures whose records are lost out of the archive; their addresses are due again.

    The caller holds the transaction.
    """
    for capture_id in captures:
        for table in ("articles", "article_versions", "attempts"):
            db.execute(f"UPDATE {table} SET capture_id = NULL WHERE capture_id = ?", [capture_id])
        db.execute("UPDATE captures SET refers_to = NULL WHERE refers_to = ?", [capture_id])
        db.execute(
            "UPDATE urls SET due = 1, next_check = NULL, etag = NULL, last_modified = NULL"
            " WHERE url_key = (SELECT url_key FROM captures WHERE id = ?)",
            [capture_id],
        )
        db.execute("DELETE FROM captures WHERE id = ?", [capture_id])


def referred(db: Database, url: str, date: str, digest: str) -> int | None:
    """The capture in full that a revisit record points to by address and date, or that has the body's digest."""
    # An address may have answered twice in a second: with a redirect to itself, say.
    found = db.execute(
        "SELECT id FROM captures WHERE kind = 'response' AND url_key = ? AND fetched_at = ?"
        " ORDER BY digest <> ?, id LIMIT 1",
        [key_of(url), date, digest],
    ).fetchone()
    if found is None and digest:
        found = db.execute(
            "SELECT id FROM captures WHERE kind = 'response' AND digest = ? LIMIT 1", [digest]
        ).fetchone()
    return None if found is None else int(found[0])


def place_of(db: Database, capture_id: int) -> Place | None:
    """Where the record of a capture is; None where there is no such capture."""
    found = db.execute(
        "SELECT w.name, c.offset, c.length FROM captures c JOIN warcs w ON w.id = c.warc_id WHERE c.id = ?",
        [capture_id],
    ).fetchone()
    return None if found is None else Place(*found)


def body_holder(db: Database, capture_id: int) -> int:
    """The capture that holds the body of this one: the one that a revisit points to, else itself."""
    found = db.execute(
        "SELECT refers_to FROM captures WHERE id = ? AND kind = 'revisit' AND refers_to IS NOT NULL", [capture_id]
    ).fetchone()
    return capture_id if found is None else int(found[0])
