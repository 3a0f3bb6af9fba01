"""Appends records to WARC files: whole ones only, in a file that gets its name when it is finished.

A file that is written is called `….warc.gz.open`. What is appended is one write of whole gzip members, so that a
process killed at any moment leaves at most one torn member at the end, which `miacrawl.warc.mending` takes away.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from miacrawl.warc.member import pack
from miacrawl.warc.record import Record, warcinfo

OPEN_SUFFIX = ".open"
DEFAULT_MAX_BYTES = 2**30
"""Size from which a file is finished: what the IIPC recommends, and what other tools make."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is: name of its file when finished, offset and length in bytes of its gzip member."""

    file: str
    offset: int
    length: int


class Writer:
    """Writes the WARC files of one process, one after the other, into `folder`.

    `prefix` begins their names; `told`: fields of each file's warcinfo record. `finished(name, size)` is called before
    a file gets its name, when all of it is on the disk. Every method raises OSError where the disk does not do its
    part; the file then ends with the last whole record.
    """

    def __init__(
        self,
        folder: Path,
        prefix: str,
        told: Mapping[str, str],
        finished: Callable[[str, int], None] = lambda name, size: None,
        max_bytes: int = DEFAULT_MAX_BYTES,
    ) -> None:
        self.folder = folder
        self.prefix = prefix
        self.told = told
        self.finished = finished
        self.max_bytes = max_bytes
        self.name: str | None = None
        self._serial = 0
        self._descriptor = -1
        self._size = 0

    def append(self, records: Sequence[Record]) -> list[Place]:
        """Write records, all or none, into one file; where each of them is."""
        packed = [pack(record.as_bytes()) for record in records]
        name = self._ready()
        places, at = [], self._size
        for member in packed:
            places.append(Place(name, at, len(member)))
            at += len(member)
        self._write(b"".join(packed))
        return places

    @property
    def full(self) -> bool:
        """Whether the next record begins another file."""
        return self.name is not None and self._size >= self.max_bytes

    def finish(self) -> None:
        """Give the file its name, if one is open."""
        if self.name is None:
            return
        name, self.name = self.name, None
        try:
            os.fsync(self._descriptor)
            self.finished(name, self._size)
        finally:
            os.close(self._descriptor)
        path = self.folder / name
        path.with_name(name + OPEN_SUFFIX).rename(path)
        sync_folder(self.folder)

    def _ready(self) -> str:
        if self.full:
            self.finish()
        if self.name is None:
            self._open()
        if self.name is None:
            raise OSError(f"no WARC file could be opened in {self.folder}")
        return self.name

    def _open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        moment = datetime.now(UTC)
        self._serial += 1
        # Two writers may begin in the same second: what one has finished must not be written over by the other.
        name = f"{self.prefix}-{moment:%Y%m%d%H%M%S}-{self._serial:05}-{secrets.token_hex(4)}.warc.gz"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        path = self.folder / (name + OPEN_SUFFIX)
        self._descriptor = os.open(path, flags, 0o644)
        self._size = 0
        try:
            self._write(pack(warcinfo(name, moment, self.told).as_bytes()))
            sync_folder(self.folder)
        except OSError:
            os.close(self._descriptor)
            path.unlink(missing_ok=True)
            raise
        self.name = name

    def _write(self, data: bytes) -> None:
        before = self._size
        try:
            rest, at = memoryview(data), before
            while rest:
                written = os.pwrite(self._descriptor, rest, at)
                rest, at = rest[written:], at + written
            self._size = at
        except OSError:
            os.ftruncate(self._descriptor, before)
            raise


def sync_folder(folder: Path) -> None:
    """Have the disk know of files made or renamed in `folder`."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def path_of(folder: Path, name: str) -> Path:
    """Where a file is, by its finished name: under it, or still open."""
    finished = folder / name
    unfinished = finished.with_name(name + OPEN_SUFFIX)
    return unfinished if unfinished.exists() and not finished.exists() else finished
