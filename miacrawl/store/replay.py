"""A `Replay`: visits that were made at another time, told to an archive from their records."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from miacrawl.extract.ruling import extractor_of
from miacrawl.store.articles import Saved, save
from miacrawl.store.attempts import add_attempt
from miacrawl.store.capture import Capture
from miacrawl.store.captures import Captures
from miacrawl.store.clock import now
from miacrawl.store.ledger import Found, Ledger
from miacrawl.store.outcome import seen_by
from miacrawl.store.runs import RunKind
from miacrawl.store.session import Session, _as_unfit
from miacrawl.store.versions import Sighting
from miacrawl.urls import key_of, url_key
from miacrawl.visit import Discovery, Entry, Validators, Visit
from miacrawl.warc.record import Record

_BATCH, _BATCH_SECONDS = 200, 1.0
IMPORTED = "imported"
"""Description in the first record of a file that an import wrote."""
NOT_ASKED = "known from imported pages alone: not asked for"


@dataclass(slots=True)
class Copy:
    """A capture to be kept: its record where it is to be copied, None where it stands in the archive already.

    A capture that has an `id` is known, too: its row was written by whoever recovered its file.
    """

    capture: Capture
    record: Record | None = None
    request: Record | None = None


class Replay(Session):
    """A run whose visits are read from records. Visits are committed in batches: call `commit` at the end."""

    def __init__(self, folder: Path, db: Database, run_id: int, starts: Sequence[str], held: ExitStack) -> None:
        super().__init__(folder, db, run_id, (), held)
        self.starts = tuple(starts)
        self._copies: Sequence[Copy] = ()
        self._batch, self._since = 0, 0.0

    @classmethod
    def open(cls, folder: Path, spider: str, starts: Sequence[str], kind: RunKind = "import") -> Self:
        """As `Session.open`."""
        session = super().open(folder, spider, starts, kind)
        if not isinstance(session, cls):
            raise TypeError(f"{session!r} is no {cls.__name__}")
        return session

    # --- batches ---

    def commit(self) -> None:
        """Commit what was told. Raises sqlite3.Error."""
        if self.db.conn.in_transaction:
            self.db.conn.commit()
        self._batch = 0

    def abandon(self) -> None:
        """Take back the batch that could not be committed.

        The file that its records stand in stays open: the next run finds them there, and that nothing was made of them.
        """
        self.db.conn.rollback()
        self.captures = Captures(self.db, self.folder, self.run_id)

    def _ready(self) -> None:
        """Commit a batch that is large or old enough, or before a file is finished: a file's end is no part of one."""
        old = time.monotonic() - self._since > _BATCH_SECONDS
        if self._batch and (self._batch >= _BATCH or old or self.captures.full):
            self.commit()

    def _begin(self) -> None:
        if not self.db.conn.in_transaction:
            self.db.conn.execute("BEGIN")
            self._since = time.monotonic()
        self._batch += 1

    # --- visits ---

    def replay(self, visit: Visit, copies: Sequence[Copy]) -> str:
        """Store a visit made before, and its captures, the last of which it was read from.

        Returns what happened. Raises sqlite3.Error and OSError.
        """
        self._ready()
        self._copies = copies
        return self.record(visit)

    def replay_captures(self, copies: Sequence[Copy]) -> None:
        """Keep captures that belong to no visit."""
        self._ready()
        for copy in copies:
            self._keep_copy(copy)
        self._begin()
        self.captures.tell()
        self.captures.told()

    def _keep(self, visit: Visit) -> Capture | None:
        kept: Capture | None = None
        for copy in self._copies:
            kept = self._keep_copy(copy)
        if kept is not None:
            kept.outcome = seen_by(visit) or kept.outcome
        return kept

    def _keep_copy(self, copy: Copy) -> Capture:
        if copy.capture.id is not None:
            return copy.capture
        if copy.record is None:
            return self.captures.take_up(copy.capture)
        return self.captures.keep_record(copy.record, copy.capture, copy.request)

    def _record(self, visit: Visit, kept: Capture | None) -> str:
        self._begin()
        with self.db.atomic():
            recovered = [copy.capture for copy in self._copies if copy.capture.id is not None]
            self.captures.tell()
            for capture in recovered:
                self.captures.name_outcome(capture, capture.outcome)
            return self._settle(self._entered(visit, kept), kept)

    def _settle(self, visit: Visit, kept: Capture | None) -> str:
        return super()._record(visit, kept)

    def _sighting(self, visit: Visit, kept: Capture | None) -> Sighting:
        seen = super()._sighting(visit, kept)
        if visit.article is None or kept is None:
            return seen
        return replace(seen, extractor=extractor_of(visit.article.url, datetime.fromisoformat(kept.fetched_at).date()))

    def _save(self, visit: Visit, seen: Sighting) -> Saved:
        saved = super()._save(visit, seen)
        if saved.change == "alias" and url_key(saved.url) == visit.entry.url_key:
            return replace(saved, change="unchanged")  # a run that replays several visits of one page
        return saved

    # --- the ledger ---

    def entry_of(self, url: str) -> Entry | None:
        """The row of an address in the ledger."""
        found = self.db.execute(
            "SELECT id, url, url_key, site, kind, source, depth, priority, state, tries, etag, last_modified FROM urls"
            " WHERE url_key = ?",
            [key_of(url)],
        ).fetchone()
        if found is None:
            return None
        row_id, address, key, site, kind, source, depth, priority, state, tries, etag, last_modified = found
        known_by = Validators(etag, last_modified)
        return Entry(row_id, address, key, site, kind, source, depth, priority, state, tries, known_by)

    def _entered(self, visit: Visit, kept: Capture | None) -> Visit:
        """The visit with its entry as the ledger now has it."""
        entry = self.entry_of(visit.entry.url)
        if entry is None:
            told = visit.entry
            self.ledger.discover([Discovery(told.url, told.kind, told.source, depth=told.depth)])
            entry = self.entry_of(visit.entry.url)
            if kept is not None and entry is not None:
                self.db.execute("UPDATE urls SET discovered_at = ? WHERE id = ?", [self._found_at(kept), entry.id])
        if entry is None:
            raise ValueError(f"{visit.entry.url} can't be entered in the ledger")
        return replace(visit, entry=entry)

    def _found_at(self, kept: Capture) -> str:
        return kept.fetched_at

    def _date(self, url: str, at: str) -> None:
        """Say when an address was last fetched, which its settlement took to be now."""
        self.db.execute(
            "UPDATE urls SET fetched_at = ? WHERE url_key = ? AND run_id = ?", [at, key_of(url), self.run_id]
        )

    # --- what is known ---

    def bodies(self, url: str, until: str, limit: int) -> list[int]:
        """The captures in full of an address up to a moment, the latest first, then those after it."""
        found = self.db.execute(
            "SELECT id FROM captures WHERE url_key = ? AND kind = 'response' AND status = 200"
            " ORDER BY fetched_at > ?, CASE WHEN fetched_at > ? THEN fetched_at END, fetched_at DESC LIMIT ?",
            [key_of(url), until, until, limit],
        )
        return [row[0] for row in found.fetchall()]

    def told_of(self, capture_id: int) -> tuple[str, str, str, int]:
        """Address, time, digest and size of a capture."""
        found = self.db.execute("SELECT url, fetched_at, digest, size FROM captures WHERE id = ?", [capture_id])
        url, at, digest, size = found.fetchone()
        return str(url), str(at), str(digest), int(size)


def known(db: Database, capture: Capture) -> tuple[int, bool] | None:
    """The row of a capture that is archived already, and whether it was made use of; None where it is not."""
    found = db.execute(
        "SELECT id, outcome IS NOT NULL FROM captures"
        " WHERE url_key = ? AND fetched_at = ? AND digest = ? AND kind = ? ORDER BY id LIMIT 1",
        [key_of(capture.url), capture.fetched_at, capture.digest, capture.kind],
    ).fetchone()
    return None if found is None else (int(found[0]), bool(found[1]))


class ImportSession(Replay):
    """A run over files that others made. It asks for nothing, and has nothing asked for.

    What the ledger or an article shows of a later time than a record's stays as it is, and what was due stays due.
    """

    def __init__(self, folder: Path, db: Database, run_id: int, starts: Sequence[str], held: ExitStack) -> None:
        super().__init__(folder, db, run_id, starts, held)
        self.ledger = _QuietLedger(db, run_id, self.queue, self.traps)
        self.captures.description = IMPORTED

    def _sighting(self, visit: Visit, kept: Capture | None) -> Sighting:
        return replace(super()._sighting(visit, kept), past=True)

    def _found_at(self, kept: Capture) -> str:
        return now()

    def _settle(self, visit: Visit, kept: Capture | None) -> str:
        at = kept.fetched_at if kept is not None else ""
        due, last, new = self.db.execute(
            "SELECT due, fetched_at, attempts = 0 AND discovered_run_id = ? FROM urls WHERE id = ?",
            [self.run_id, visit.entry.id],
        ).fetchone()
        if last is not None and last > at:
            return self._settle_past(visit, kept)
        outcome = super()._settle(visit, kept)
        self._date(visit.entry.url, at)
        if visit.final_url is not None:
            self._date(visit.final_url, at)
        if due and not new:
            self.db.execute("UPDATE urls SET due = 1, next_check = NULL WHERE id = ?", [visit.entry.id])
        return outcome

    def _settle_past(self, visit: Visit, kept: Capture | None) -> str:
        """A visit before the one that the ledger tells of."""
        seen, outcome = self._sighting(visit, kept), str(visit.state)
        if visit.article is not None:
            saved = save(self.db, visit.article, seen, visit.directives)
            if saved.unfit is None:
                outcome = saved.change if saved.change != "alias" else "unchanged"
                self.db.execute(
                    "UPDATE urls SET article_id = coalesce(article_id, ?) WHERE id = ?",
                    [saved.article_id, visit.entry.id],
                )
            else:
                visit = _as_unfit(visit, saved.unfit)
                outcome = str(visit.state)
                self.captures.name_outcome(kept, seen_by(visit))
        add_attempt(self.db, visit, outcome, seen)
        self._count(visit, outcome, 0)
        return outcome


class _QuietLedger(Ledger):
    """A ledger in which an import enters what it read, and nothing to be fetched."""

    __slots__ = ()

    def discover(self, found: Iterable[Discovery]) -> Found:
        return super().discover(one if one.source == "import" else replace(one, unwanted=NOT_ASKED) for one in found)


class RebuildSession(Replay):
    """A run of a crawl that is told once more, from what it wrote."""

    def _settle(self, visit: Visit, kept: Capture | None) -> str:
        at = kept.fetched_at if kept is not None else ""
        before: Any = self.db.execute("SELECT coalesce(max(id), 0) FROM urls").fetchone()[0]
        outcome = super()._settle(visit, kept)
        self._date(visit.entry.url, at)
        if visit.final_url is not None:
            self._date(visit.final_url, at)
        self.db.execute("UPDATE urls SET discovered_at = ? WHERE id > ?", [at, before])
        self.db.execute("UPDATE urls SET last_found_at = ? WHERE id = ? AND found > 0", [at, visit.entry.id])
        return outcome
