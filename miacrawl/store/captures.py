"""Captures: what was fetched is appended to a WARC file first, then told to the database in the visit's transaction.

So the database never speaks of a record that is not there. What was appended and not told when a process died is found
by `miacrawl.store.recovery`, which the next writer begins with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from miacrawl import __version__
from miacrawl.exchange import Exchange
from miacrawl.store.capture import FOLDER, Capture, headers_in
from miacrawl.store.capture_rows import insert, note_finished
from miacrawl.store.following import identity
from miacrawl.urls import key_of
from miacrawl.warc.record import (
    NOT_MODIFIED,
    SAME_PAYLOAD,
    Record,
    conversion_of,
    digest_of,
    request_of,
    response_of,
    revisit_of,
)
from miacrawl.warc.writer import DEFAULT_MAX_BYTES, Place, Writer

_LEAST_TWIN_BYTES = 1_000
"""A smaller body is stored again: a record that points to it would be no smaller."""


@dataclass(slots=True)
class Captures:
    """The captures of one archive, as one run adds to them. `max_bytes`: size from which a file is finished."""

    db: Database
    folder: Path
    run_id: int
    max_bytes: int = DEFAULT_MAX_BYTES
    description: str = ""
    """What each file's first record says of where its records are from; of a crawl nothing."""
    _writer: Writer | None = None
    _untold: list[Capture] = field(default_factory=list)
    _told: list[Capture] = field(default_factory=list)
    """Told in a transaction that may yet fail."""

    @property
    def warcs(self) -> Path:
        """Where the files are."""
        return self.folder / FOLDER

    # --- what is fetched ---

    def keep(self, exchange: Exchange) -> Capture:
        """Append the records of an exchange. Raises OSError, and sqlite3.Error where what is there can't be read."""
        digest = digest_of(exchange.body)
        record, refers_to = self._record(exchange, digest)
        place = self._append(record, request_of(exchange, record))
        headers = headers_in(exchange.head)
        stated = record.headers["WARC-Payload-Digest"]
        return self._note(
            Capture(
                exchange.url,
                record.kind,
                record.date,
                exchange.status,
                next((value for name, value in headers if name.lower() == "content-type"), ""),
                stated,
                len(exchange.body),
                place,
                headers,
                refers_to,
                exchange.ip,
                record_id=record.id,
            )
        )

    def keep_rendered(self, original: Capture, url: str, exchange: Exchange, html: bytes) -> Capture:
        """Append what a browser made of the page in `original`, which `exchange` brought."""
        record = conversion_of(original.record_id, url, exchange.began, html)
        place = self._append(record)
        digest = record.headers["WARC-Payload-Digest"]
        kept = Capture(url, "conversion", record.date, None, record.content_type, digest, len(html), place)
        kept.refers_to = original
        return self._note(kept)

    def _record(self, exchange: Exchange, digest: str) -> tuple[Record, Capture | int | None]:
        if exchange.status == 304:
            known = self._latest(exchange)
            if known is not None:
                row, url, fetched_at, of = known
                return revisit_of(exchange, NOT_MODIFIED, of, url, fetched_at), row
        elif len(exchange.body) >= _LEAST_TWIN_BYTES:
            twin = self._twin(digest)
            if twin is not None:
                row, url, fetched_at = twin
                return revisit_of(exchange, SAME_PAYLOAD, digest, url, fetched_at), row
        return response_of(exchange, digest), None

    def _latest(self, exchange: Exchange) -> tuple[Capture | int, str, str, str] | None:
        """The capture that holds what a 304 answer speaks of: the last one of the address with a body.

        None where that is not what was asked by: a visit since then was not kept.
        """
        found = self.db.execute(
            "SELECT b.id, b.url, b.fetched_at, b.digest, c.headers FROM captures c"
            " JOIN captures b ON b.id = coalesce(c.refers_to, c.id) AND b.kind = 'response'"
            " WHERE c.url_key = ? AND c.status = 200 ORDER BY c.fetched_at DESC, c.id DESC LIMIT 1",
            [key_of(exchange.url)],
        ).fetchone()
        if found is None:
            return None
        *known, headers = found
        return tuple(known) if _was_asked_by(exchange.request, json.loads(headers)) else None

    def _twin(self, digest: str) -> tuple[Capture | int, str, str] | None:
        """The capture that holds a body of this digest."""
        for kept in self._untold:
            if kept.digest == digest and kept.kind == "response":
                return kept, kept.url, kept.fetched_at
        found = self.db.execute(
            "SELECT id, url, fetched_at FROM captures WHERE digest = ? AND kind = 'response' LIMIT 1", [digest]
        ).fetchone()
        return None if found is None else tuple(found)

    # --- what is copied from elsewhere ---

    def keep_record(self, record: Record, capture: Capture, request: Record | None = None) -> Capture:
        """Append a record made elsewhere, of which `capture` tells all but the place; `request`: the one it answers."""
        capture.place = self._append(record, *([request] if request is not None else ()))
        return self._note(capture)

    def take_up(self, capture: Capture) -> Capture:
        """Take up a record that stands in one of the archive's files already, at the place that `capture` tells."""
        return self._note(capture)

    @property
    def full(self) -> bool:
        """Whether the next record begins another file; what was told before should be committed by then."""
        return self._writer is not None and self._writer.full

    # --- files ---

    def _append(self, *records: Record) -> Place:
        if self._writer is None:
            told = {
                "software": f"miacrawl/{__version__}",
                "format": "WARC file version 1.1",
                "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
                "isPartOf": f"run {self.run_id} of {identity(self.db)}",
                "robots": "" if self.description else "obey",
                "description": self.description,
            }
            prefix = f"miacrawl-{self.run_id:05}"
            self._writer = Writer(self.warcs, prefix, told, self._finished, self.max_bytes)
        return self._writer.append(records)[0]

    def _note(self, capture: Capture) -> Capture:
        self._untold.append(capture)
        return capture

    def _finished(self, name: str, size: int) -> None:
        """All of a file is on the disk: nothing of it may be untold when it gets its name."""
        self._tell_all(lambda: note_finished(self.db, self.run_id, name, size))
        # A file that has its name is looked at no more: what is told of it must outlast a failure of power too.
        if not self.db.conn.in_transaction:
            self.db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _tell_all(self, also: Callable[[], None] = lambda: None) -> None:
        """Tell what is untold in a transaction of its own, in which `also` is called."""
        try:
            with self.db.atomic():
                self.tell()
                also()
        except BaseException:
            self.untell()
            raise
        self.told()

    def close(self) -> None:
        """Tell what is untold, and finish the file. Raises OSError and sqlite3.Error."""
        if self._untold:
            self._tell_all()
        if self._writer is not None:
            self._writer.finish()

    # --- rows ---

    def tell(self) -> None:
        """Write the rows of what was appended; the caller holds the transaction, and calls `told` when it is over."""
        for capture in self._untold[len(self._told) :]:
            capture.id = insert(self.db, self.run_id, capture)
            self._told.append(capture)

    def name_outcome(self, capture: Capture | None, outcome: str | None) -> None:
        """Say what was seen in a capture that has been told; the caller holds the transaction."""
        if capture is not None and outcome is not None:
            capture.outcome = outcome
            self.db.execute("UPDATE captures SET outcome = ? WHERE id = ?", [outcome, capture.id])

    def told(self) -> None:
        """The transaction has been committed."""
        del self._untold[: len(self._told)]
        self._told.clear()

    def untell(self) -> None:
        """The transaction has failed: what was told in it is untold."""
        for capture in self._told:
            capture.id = None
        self._told.clear()


def _was_asked_by(request: bytes, given: Iterable[Iterable[str]]) -> bool:
    """Whether a conditional request asks by what an answer gave; `given`: names and values of its headers."""
    asked = {name.lower(): value for name, value in headers_in(request)}
    had = {name.lower(): value for name, value in given}
    for condition, name in (("if-none-match", "etag"), ("if-modified-since", "last-modified")):
        if condition in asked:
            return asked[condition] == had.get(name)
    return True
