"""Captures: what was fetched is appended to a WARC file first, then told to the database in the visit's transaction.

So the database never speaks of a record that is not there. What was appended and not told when a process died is found
by `recover`, which the next writer calls.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from miacrawl import __version__
from miacrawl.errors import StorageError
from miacrawl.exchange import Exchange
from miacrawl.store.clock import now, to_the_second
from miacrawl.urls import key_of
from miacrawl.warc import mending
from miacrawl.warc.reading import Stored, parsed, raw
from miacrawl.warc.record import (
    NOT_MODIFIED,
    SAME_PAYLOAD,
    Kind,
    Record,
    conversion_of,
    digest_of,
    request_of,
    response_of,
    revisit_of,
)
from miacrawl.warc.writer import DEFAULT_MAX_BYTES, Place, Writer, path_of

_log = logging.getLogger(__name__)
FOLDER = "warc"
_NAME = re.compile(r"miacrawl-(\d+)-")
_LEAST_TWIN_BYTES = 1_000
"""A smaller body is stored again: a record that points to it would be no smaller."""


@dataclass(slots=True)
class Capture:
    """A record that was appended. `id`: its row, None until it was told; `record_id`: WARC-Record-ID."""

    url: str
    kind: Kind
    fetched_at: str
    status: int | None
    content_type: str
    digest: str
    size: int
    place: Place
    headers: tuple[tuple[str, str], ...] = ()
    refers_to: Capture | int | None = None
    ip: str | None = None
    outcome: str | None = None
    id: int | None = None
    record_id: str = ""


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
                "isPartOf": f"run {self.run_id}",
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
        self._tell_all(lambda: self._note_finished(name, size))
        # A file that has its name is looked at no more: what is told of it must outlast a failure of power too.
        if not self.db.conn.in_transaction:
            self.db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _note_finished(self, name: str, size: int) -> None:
        self.db.execute("UPDATE warcs SET finished = ?, size = ? WHERE id = ?", [now(), size, self._warc_id(name)])

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
            capture.id = self._insert(capture)
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

    def _insert(self, capture: Capture) -> int:
        refers_to = capture.refers_to.id if isinstance(capture.refers_to, Capture) else capture.refers_to
        cursor = self.db.execute(
            "INSERT INTO captures (url, url_key, kind, fetched_at, status, content_type, digest, size, warc_id,"
            " offset, length, refers_to, outcome, ip, run_id, headers)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(capture.url, key_of(capture.url), capture.kind, capture.fetched_at, capture.status),
                *(capture.content_type, capture.digest, capture.size, self._warc_id(capture.place.file)),
                *(capture.place.offset, capture.place.length, refers_to, capture.outcome, capture.ip, self.run_id),
                json.dumps(capture.headers, ensure_ascii=False),
            ],
        )
        return int(cursor.lastrowid or 0)

    def _warc_id(self, name: str) -> int:
        found = self.db.execute("SELECT id FROM warcs WHERE name = ?", [name]).fetchone()
        if found is not None:
            return int(found[0])
        cursor = self.db.execute(
            "INSERT INTO warcs (name, run_id, started) VALUES (?, ?, ?)", [name, self.run_id, now()]
        )
        return int(cursor.lastrowid or 0)

    # --- after a process was killed ---

    def recover(self) -> int:
        """Mend the files that nobody finished, and tell the database of whole records in them that it does not know.

        Only for who holds the archive. Returns how many bytes of a torn record were cut off. Raises OSError,
        StorageError and sqlite3.Error.
        """
        names = mending.left_open(self.warcs)
        lost = 0
        for name in names:
            # What was kept by a run that was killed stays that run's.
            lost += Captures(self.db, self.folder, _run_of(self.db, name) or self.run_id)._mend(name)
        self._forget_vanished()
        return lost

    def _mend(self, name: str) -> int:
        last = self._last_known(name)
        places = mending.whole_records(self.warcs, name, last.offset if last is not None else 0)
        if last is not None and places[:1] != [last]:
            # The machine went down before the disk had it all.
            places = mending.whole_records(self.warcs, name)
            size, unknown = _end(places), []
            self._forget_beyond(name, size)
        else:
            size, unknown = _end(places), places if last is None else places[1:]
        torn = mending.cut(self.warcs, name, size)
        if not size:
            mending.drop(self.warcs, name)
            return torn
        with self.db.atomic():
            self._tell_found(unknown)
            self._note_finished(name, size)
        mending.put_in_place(self.warcs, name)
        return torn

    def adopt(self, places: Iterable[Place]) -> None:
        """Tell of whole records that no row names; the caller holds the transaction."""
        self._tell_found(places)

    def found_at(self, place: Place) -> Capture:
        """What a record that is there says of itself. Raises StorageError where it can't be read."""
        return self._found(parsed(raw(self.warcs, place), place.file), place)

    def _last_known(self, name: str) -> Place | None:
        """Where the last record of a file is that the database knows of."""
        found = self.db.execute(
            "SELECT c.offset, c.length FROM captures c JOIN warcs w ON w.id = c.warc_id WHERE w.name = ?"
            " ORDER BY c.offset DESC LIMIT 1",
            [name],
        ).fetchone()
        return None if found is None else Place(name, *found)

    def _tell_found(self, places: Iterable[Place]) -> None:
        for place in places:
            try:
                stored = parsed(raw(self.warcs, place), f"{place.file}, offset {place.offset:,}")
            except StorageError as error:
                _log.warning("What an earlier run left can't be read and is passed over: %s", error)
                continue
            if stored.kind in ("response", "revisit", "conversion"):
                self._insert(self._found(stored, place))

    def _found(self, stored: Stored, place: Place) -> Capture:
        """A record that was read, as a capture."""
        refers_to, size = None, len(stored.body)
        if stored.kind == "revisit":
            refers_to = referred(
                self.db,
                stored.warc.get("WARC-Refers-To-Target-URI", ""),
                stored.warc.get("WARC-Refers-To-Date", ""),
                stored.warc.get("WARC-Payload-Digest", ""),
            )
            size = 0 if stored.status == 304 else self._size_of(refers_to)
        elif stored.kind == "conversion":
            refers_to = self._page_before(place)
        media_type = stored.warc.get("Content-Type") if stored.kind == "conversion" else stored.header("Content-Type")
        return Capture(
            stored.url,
            "conversion" if stored.kind == "conversion" else "revisit" if stored.kind == "revisit" else "response",
            to_the_second(stored.date),
            stored.status,
            media_type or "",
            stored.warc.get("WARC-Payload-Digest") or digest_of(stored.body),
            size,
            place,
            stored.headers,
            refers_to,
            stored.warc.get("WARC-IP-Address"),
        )

    def _size_of(self, capture_id: int | None) -> int:
        found = self.db.execute("SELECT size FROM captures WHERE id = ?", [capture_id]).fetchone()
        return 0 if found is None else int(found[0])

    def _page_before(self, place: Place) -> int | None:
        """The capture that a conversion stands behind, in its file or as the last of the one before."""
        found = self.db.execute(
            "SELECT id FROM captures WHERE kind <> 'conversion' AND (warc_id < ? OR warc_id = ? AND offset < ?)"
            " ORDER BY warc_id DESC, offset DESC LIMIT 1",
            [warc_id := self._warc_id(place.file), warc_id, place.offset],
        ).fetchone()
        return None if found is None else int(found[0])

    def _forget_beyond(self, name: str, size: int) -> None:
        """Take back captures beyond what a failing disk or machine left of a file."""
        with self.db.atomic():
            warc_id = self._warc_id(name)
            found = self.db.execute(
                "SELECT id FROM captures WHERE warc_id = ? AND offset + length > ?", [warc_id, size]
            ).fetchall()
            forget(self.db, [row[0] for row in found])
            if not size:
                self.db.execute("DELETE FROM warcs WHERE id = ?", [warc_id])
        _log.warning(
            "%s is shorter than it was: %d captures are lost and will be fetched again", self.warcs / name, len(found)
        )

    def _forget_vanished(self) -> None:
        """Take back the captures of files that were being written, and of which nothing is there any more."""
        unfinished = self.db.execute("SELECT name FROM warcs WHERE finished IS NULL ORDER BY id").fetchall()
        for (name,) in unfinished:
            if not path_of(self.warcs, name).exists():
                self._forget_beyond(name, 0)


def _end(places: Sequence[Place]) -> int:
    """Where the last of some records ends."""
    return places[-1].offset + places[-1].length if places else 0


def _run_of(db: Database, name: str) -> int | None:
    """The run that wrote a file, by the name that it gave it; None where the database knows of no such run."""
    found = _NAME.match(name)
    known = found and db.execute("SELECT id FROM runs WHERE id = ?", [int(found[1])]).fetchone()
    return int(known[0]) if known else None


def _was_asked_by(request: bytes, given: Iterable[Iterable[str]]) -> bool:
    """Whether a conditional request asks by what an answer gave; `given`: names and values of its headers."""
    asked = {name.lower(): value for name, value in headers_in(request)}
    had = {name.lower(): value for name, value in given}
    for condition, name in (("if-none-match", "etag"), ("if-modified-since", "last-modified")):
        if condition in asked:
            return asked[condition] == had.get(name)
    return True


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


def headers_in(head: bytes) -> tuple[tuple[str, str], ...]:
    """The headers in the head of an answer, names as they stand; what continues on a next line is joined."""
    found: list[tuple[str, str]] = []
    for line in head.decode("latin-1").replace("\r\n", "\n").split("\n")[1:]:
        name, sign, value = line.partition(":")
        if line[:1] in (" ", "\t") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        elif sign:
            found.append((name.strip(), value.strip()))
    return tuple(found)
