"""The captures of an archive held against its WARC files, piece by piece, by as many processes as there are cores."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from miacrawl.errors import StorageError
from miacrawl.store.capture import FOLDER
from miacrawl.store.inventory import Scope, WarcFile, pieces
from miacrawl.verify.finding import Check, Finding
from miacrawl.verify.piece import Hurt, Piece, Seen, look_at
from miacrawl.warc.damage import covers, known_damage, spans
from miacrawl.worker import workers

Told = Callable[[int, float], None]
"""Called with captures read so far, and seconds since the beginning."""


def pieces_of(db: Database, rows: Iterable[WarcFile], sizes: Mapping[str, int], scope: Scope) -> list[Piece]:
    """What is to be read. A file that is not finished is read as far as a capture names its records."""
    found: list[Piece] = []
    for row in rows:
        if row.name not in sizes or (not row.captures and not row.is_finished):
            continue
        size = sizes[row.name] if row.is_finished else row.known_end
        cuts = pieces(db, row.id, scope.until)
        starts, ends = [0, *cuts], [*cuts, None]
        found += [
            Piece(row.id, row.name, *part, size, scope, not row.is_finished) for part in zip(starts, ends, strict=True)
        ]
    return found


def read_all(folder: Path, parts: Sequence[Piece], jobs: int, told: Told) -> tuple[Seen, float]:
    """All pieces read, and how many seconds that took. Raises StorageError and sqlite3.Error."""
    began = time.monotonic()
    seen = Seen()
    for one in _each(folder, parts, jobs):
        seen.add(one)
        told(seen.captures, time.monotonic() - began)
    return seen, time.monotonic() - began


def _each(folder: Path, parts: Sequence[Piece], jobs: int) -> Iterator[Seen]:
    if jobs <= 1 or len(parts) < 2:
        for part in parts:
            yield look_at(folder, part)
        return
    try:
        with workers(min(jobs, len(parts))) as pool:
            yield from _handed_out(pool, folder, parts, jobs)
    except BrokenProcessPool as error:
        raise StorageError(
            "a process that read WARC files was killed (out of memory?): run it again with --jobs 1"
        ) from error


def _handed_out(pool: ProcessPoolExecutor, folder: Path, parts: Sequence[Piece], jobs: int) -> Iterator[Seen]:
    """A few at a time, so that what waits takes no memory."""
    rest = iter(parts)
    under_way: set[Future[Seen]] = {pool.submit(look_at, folder, part) for part in islice(rest, jobs * 2)}
    try:
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            under_way |= {pool.submit(look_at, folder, part) for part in islice(rest, len(done))}
            for future in done:
                yield future.result()
    finally:
        for future in under_way:
            future.cancel()


def captures_check(folder: Path, seen: Seen, seconds: float) -> Check:
    """What is wrong with the records, in words; `seen.hurt` is left with what was not known before."""
    rate = f", {seen.captures / seconds:,.0f} a second" if seconds > 1 else ""
    check = Check("captures", f"{seen.captures:,} read in {seconds:.1f} s{rate}, digests hold")
    if seen.without_request:
        check.told += f"; {seen.without_request:,} without their request"
    for lost in seen.lost:
        example = f"{lost.url}: {lost.why} ({FOLDER}/{lost.place.file}, offset {lost.place.offset:,})"
        if lost.sound:
            told, remedy = "captures whose row is not what the record says", "have the row say what the record says"
            check.add(Finding("capture-differs", told, example, remedy, mends=True))
        else:
            told = "captures whose record is lost or damaged"
            remedy = "restore the file from a backup; --repair takes them out, to be fetched again"
            check.add(Finding("capture-lost", told, example, remedy, mends=True))
    for place in seen.unnamed:
        example = f"{FOLDER}/{place.file}, offset {place.offset:,}"
        told = "whole records that no capture names"
        check.add(Finding("capture-untold", told, example, "tell of them", mends=True))
    known = spans(known_damage(folder / FOLDER))
    seen.hurt, before = _parted(seen.hurt, known)
    lost_places = {lost.place for lost in seen.lost}
    for hurt in seen.hurt:
        if hurt.place not in lost_places:
            check.add(_hurt(hurt, "damaged stretches that hold no capture (requests, or records taken out)"))
    if before:
        told, remedy = "damaged stretches that are known; they are kept", f"see {FOLDER}/damage.json"
        check.add(Finding("damage-known", told, "", remedy, weight="note", count=before))
    return check


def _hurt(hurt: Hurt, told: str) -> Finding:
    example = f"{FOLDER}/{hurt.place.file}, offset {hurt.place.offset:,}, {hurt.place.length:,} bytes: {hurt.why}"
    remedy = "restore the file from a backup; --repair keeps the bytes and notes in damage.json that they are damaged"
    return Finding("damage", told, example, remedy, mends=True)


def _parted(hurt: Iterable[Hurt], known: Mapping[str, list[tuple[int, int]]]) -> tuple[list[Hurt], int]:
    """What was not known to be damaged, and how much was."""
    fresh, before = [], 0
    for one in hurt:
        if covers(known.get(one.place.file, ()), one.place.offset, one.place.length):
            before += 1
        else:
            fresh.append(one)
    return fresh, before
