"""After a process was killed: its files are mended, and what they hold is told to the database."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from miacrawl.errors import StorageError
from miacrawl.store.capture import FOLDER, Capture
from miacrawl.store.capture_rows import forget, insert, note_finished, referred, warc_id
from miacrawl.store.clock import to_the_second
from miacrawl.warc import mending
from miacrawl.warc.reading import Stored, parsed, raw
from miacrawl.warc.record import digest_of
from miacrawl.warc.writer import Place, path_of

_log = logging.getLogger(__name__)
_NAME = re.compile(r"miacrawl-(\d+)-")


@dataclass(frozen=True, slots=True)
class Recovery:
    """The recovery of the archive in `folder`. `run_id`: the run that what is found is told for."""

    db: Database
    folder: Path
    run_id: int

    @property
    def warcs(self) -> Path:
        """Where the files are."""
        return self.folder / FOLDER

    def recover(self) -> int:
        """Mend the files that nobody finished, and tell the database of whole records in them that it does not know.

        Only for who holds the archive. Returns how many bytes of a torn record were cut off. Raises OSError,
        StorageError and sqlite3.Error.
        """
        names = mending.left_open(self.warcs)
        lost = 0
        for name in names:
            # What was kept by a run that was killed stays that run's.
            lost += Recovery(self.db, self.folder, _run_of(self.db, name) or self.run_id)._mend(name)
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
            note_finished(self.db, self.run_id, name, size)
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
                insert(self.db, self.run_id, self._found(stored, place))

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
            [file := warc_id(self.db, self.run_id, place.file), file, place.offset],
        ).fetchone()
        return None if found is None else int(found[0])

    def _forget_beyond(self, name: str, size: int) -> None:
        """Take back captures beyond what a failing disk or machine left of a file."""
        with self.db.atomic():
            file = warc_id(self.db, self.run_id, name)
            found = self.db.execute(
                "SELECT id FROM captures WHERE warc_id = ? AND offset + length > ?", [file, size]
            ).fetchall()
            forget(self.db, [row[0] for row in found])
            if not size:
                self.db.execute("DELETE FROM warcs WHERE id = ?", [file])
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
