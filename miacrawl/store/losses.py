"""Rows brought in line with the WARC files, where these have lost records, or hold some that no row names.

What is done to the files themselves is done elsewhere: they are never shortened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlite_utils import Database

from miacrawl.store.capture_rows import forget
from miacrawl.store.clock import now
from miacrawl.store.recovery import Recovery
from miacrawl.store.references import put_run
from miacrawl.urls import key_of
from miacrawl.warc.writer import Place

_RUN = re.compile(r"miacrawl-(\d+)-")


def take_out(db: Database, captures: Sequence[int]) -> None:
    """Take captures whose records are lost out of the archive: their addresses are due again, and with them those of
    captures that had their body from them.

    The caller holds the transaction.
    """
    for capture_id in captures:
        db.execute(
            "UPDATE urls SET due = 1, next_check = NULL, etag = NULL, last_modified = NULL WHERE url_key IN"
            " (SELECT url_key FROM captures WHERE refers_to = ?)",
            [capture_id],
        )
    forget(db, captures)


def adopt(db: Database, folder: Path, name: str, size: int, places: Iterable[Place]) -> None:
    """Tell of whole records in a finished file that no row names, and of the file itself where none does.

    The caller holds the transaction.
    """
    run_id = _run_of(db, name)
    known = db.execute("SELECT 1 FROM warcs WHERE name = ?", [name]).fetchone()
    if known is None:
        db.execute(
            "INSERT INTO warcs (name, run_id, started, finished, size) VALUES (?, ?, ?, ?, ?)",
            [name, run_id, now(), now(), size],
        )
    Recovery(db, folder, run_id).adopt(places)


def correct(db: Database, folder: Path, capture_id: int, place: Place) -> None:
    """Have the row of a capture say what its record says, which is whole; the caller holds the transaction."""
    run_id = _run_of(db, place.file)
    found = Recovery(db, folder, run_id).found_at(place)
    db.execute(
        "UPDATE captures SET url = ?, url_key = ?, kind = ?, fetched_at = ?, status = ?, content_type = ?, digest = ?,"
        " size = ? WHERE id = ?",
        [
            *(found.url, key_of(found.url), found.kind, found.fetched_at, found.status),
            *(found.content_type, found.digest, found.size, capture_id),
        ],
    )


def note_size(db: Database, name: str, size: int) -> None:
    """Keep how large a finished file is; the caller holds the transaction."""
    db.execute("UPDATE warcs SET size = ?, finished = coalesce(finished, ?) WHERE name = ?", [size, now(), name])


def drop_file(db: Database, warc_id: int) -> None:
    """Take out the row of a file that is not there, and its captures; the caller holds the transaction."""
    lost = db.execute("SELECT id FROM captures WHERE warc_id = ?", [warc_id]).fetchall()
    take_out(db, [row[0] for row in lost])
    db.execute("DELETE FROM warcs WHERE id = ?", [warc_id])


def _run_of(db: Database, name: str) -> int:
    """The run that wrote a file, as its name says; it gets a row where it has none."""
    known = db.execute("SELECT run_id FROM warcs WHERE name = ? AND run_id IS NOT NULL", [name]).fetchone()
    if known is not None:
        return int(known[0])
    told = _RUN.match(name)
    run_id = int(told.group(1)) if told else int(db.execute("SELECT coalesce(max(id), 1) FROM runs").fetchone()[0])
    put_run(db, run_id)
    return run_id
