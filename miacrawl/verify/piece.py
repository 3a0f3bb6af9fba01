"""A piece of a WARC file held against the rows of its captures; what one process does at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from miacrawl.errors import StorageError
from miacrawl.store.archive import open_existing
from miacrawl.store.capture import FOLDER
from miacrawl.store.inventory import Named, Scope, named_in
from miacrawl.warc.block import Block, block_of, holds
from miacrawl.warc.scanning import Stretch, only_named, stretches
from miacrawl.warc.writer import Place, path_of

CAPTURED = ("response", "revisit", "conversion")
_TO_THE_SECOND = len("2026-11-23T06:15:00")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file: offsets from `start` to before `end`. `size`: of the file, as far as it is looked at.

    `scope`: which of the captures in it; `is_open`: the request after its last capture is not looked at.
    """

    warc_id: int
    file: str
    start: int
    end: int | None
    size: int
    scope: Scope
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """A capture whose record is not there, or not as it was. `sound`: the record is whole, only the row is wrong."""

    capture_id: int
    place: Place
    url: str
    why: str
    sound: bool = False


@dataclass(frozen=True, slots=True)
class Hurt:
    """A stretch of a file that holds no whole and true record."""

    place: Place
    why: str


@dataclass(slots=True)
class Seen:
    """What was seen in a piece. `unnamed`: whole records of answers that no row names; `size`: bytes looked at."""

    captures: int = 0
    size: int = 0
    without_request: int = 0
    lost: list[Lost] = field(default_factory=list)
    hurt: list[Hurt] = field(default_factory=list)
    unnamed: list[Place] = field(default_factory=list)

    def add(self, other: Seen) -> None:
        """Count what was seen elsewhere, too."""
        self.captures += other.captures
        self.size += other.size
        self.without_request += other.without_request
        self.lost += other.lost
        self.hurt += other.hurt
        self.unnamed += other.unnamed


def look_at(folder: Path, piece: Piece) -> Seen:
    """Read a piece of a file of an archive. Raises StorageError, sqlite3.Error where rows can't be read."""
    db = open_existing(folder)
    try:
        rows = named_in(db, piece.warc_id, piece.start, piece.end, piece.scope)
        return _seen(folder / FOLDER, piece, rows)
    finally:
        db.conn.close()


def _seen(folder: Path, piece: Piece, rows: Iterable[Named]) -> Seen:
    seen = Seen()
    try:
        with _opened(folder, piece.file) as file:
            _read(file, piece, rows, seen)
    except OSError as error:
        for row in rows:
            place = Place(piece.file, row.offset, row.length)
            seen.captures += 1
            seen.lost.append(Lost(row.id, place, row.url, f"the file can't be read: {error.strerror or error}"))
    return seen


def _opened(folder: Path, name: str) -> BinaryIO:
    """The file, under either of its names; a run may give it the other one between two looks."""
    try:
        return path_of(folder, name).open("rb")
    except FileNotFoundError:
        return path_of(folder, name).open("rb")


def _read(file: BinaryIO, piece: Piece, rows: Iterable[Named], seen: Seen) -> None:
    ahead: list[Named] = []

    def named() -> Iterator[tuple[int, int]]:
        for row in rows:
            ahead.append(row)
            yield row.offset, row.length

    end = piece.size if piece.end is None else piece.end
    whole = piece.scope.is_whole
    answer: Block | None = None
    for stretch in stretches(file, piece.start, end, named()) if whole else only_named(file, named()):
        seen.size += stretch.length
        block = _judged(stretch, piece, ahead.pop(0) if stretch.named else None, seen)
        if whole:
            seen.without_request += answer is not None and not _asks(block, answer)
        answer = block if stretch.named and block is not None and block.kind != "conversion" else None
    seen.without_request += whole and answer is not None and not (piece.is_open and piece.end is None)


def _asks(block: Block | None, answer: Block) -> bool:
    """Whether a record is the request that was answered by another."""
    if block is None or block.kind != "request":
        return False
    return block.headers.get("warc-concurrent-to") == answer.headers.get("warc-record-id")


def _judged(stretch: Stretch, piece: Piece, row: Named | None, seen: Seen) -> Block | None:
    """The record in a stretch, None where it is damaged; what is wrong with it goes to `seen`."""
    place = Place(piece.file, stretch.offset, stretch.length)
    seen.captures += row is not None
    block, why = _block(stretch)
    if block is None or why:
        seen.hurt.append(Hurt(place, why))
        if row is not None:
            seen.lost.append(Lost(row.id, place, row.url, why))
        return None
    if row is None:
        if block.kind in CAPTURED:
            seen.unnamed.append(place)
    elif differs := _difference(row, block):
        sound = block.kind in CAPTURED
        seen.lost.append(Lost(row.id, place, row.url, differs, sound))
    return block


def _block(stretch: Stretch) -> tuple[Block | None, str]:
    """The record, and what is wrong with it."""
    if stretch.data is None:
        return None, stretch.trouble
    try:
        block = block_of(stretch.data)
    except StorageError as error:
        return None, str(error)
    return block, block.trouble() or ""


def _difference(row: Named, block: Block) -> str | None:
    """In what a row says something else than its record."""
    date = block.headers.get("warc-date", "")
    if block.kind != row.kind:
        return f"the record is a {block.kind}, the row says {row.kind}"
    if block.url != row.url:
        return f"the record is of {block.url}"
    if date[:_TO_THE_SECOND] != row.fetched_at[:_TO_THE_SECOND]:
        return f"the record is of {date}, the row says {row.fetched_at}"
    stated = block.headers.get("warc-payload-digest")
    if stated and stated != row.digest:
        return "the row has another digest than the record"
    if row.kind == "revisit":
        return None
    if not stated and holds(row.digest, block.payload) is False:
        return "the row has another digest than the body"
    if len(block.payload) != row.size:
        return f"the record has {len(block.payload):,} bytes, the row says {row.size:,}"
    return None
