"""The WARC files of a shard in the archive: linked where the disk is the same, else copied, and whole in any case."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from miacrawl.backup.warcs import end_with_request
from miacrawl.errors import StorageError
from miacrawl.store.bringing.captures import Brought
from miacrawl.store.capture import FOLDER
from miacrawl.store.incoming import Wanted
from miacrawl.warc.damage import known_damage, remember
from miacrawl.warc.writer import path_of, sync_folder

_COMING = "merging"
"""Folder of the archive in which files are until they are whole."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}\.warc\.gz")
_CHUNK = 2**22


@dataclass(slots=True)
class Incoming:
    """Files of a shard on their way into `archive`; a context manager that leaves none half done.

    `link`: whether they may be linked. `told` is called with the bytes that were copied.
    """

    shard: Path
    archive: Path
    link: bool
    told: Callable[[int], None]
    linked: int = 0
    copied: int = 0
    copied_bytes: int = 0
    _ready: list[Brought] = field(default_factory=list)

    def __enter__(self) -> Incoming:
        self._clear()
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    @property
    def coming(self) -> Path:
        """Where they are made."""
        return self.archive / _COMING

    def bring(self, files: Iterable[Wanted]) -> None:
        """Have files ready beside the folder that they belong in. Raises StorageError and OSError."""
        for wanted in files:
            self.coming.mkdir(exist_ok=True)
            path, source = _opened(self.shard, wanted)
            with source:
                size = _size(source, path, wanted)
                target = self.coming / wanted.name
                if self.link and wanted.is_finished and _linked(path, source, target, size):
                    self.linked += 1
                else:
                    self._copy(source, target, size)
                self._ready.append(Brought(wanted.id, wanted.name, size))

    def _copy(self, source: BinaryIO, target: Path, size: int) -> None:
        source.seek(0)
        left = size
        with target.open("xb") as file:
            while left and (chunk := source.read(min(_CHUNK, left))):
                file.write(chunk)
                left -= len(chunk)
                self.copied_bytes += len(chunk)
                self.told(self.copied_bytes)
            file.flush()
            os.fsync(file.fileno())
        if left:
            raise StorageError(f"{target.name} became shorter while it was copied: merge the shard again")
        self.copied += 1

    def put_in_place(self) -> list[Brought]:
        """Give the files that are ready their place; the rows that name them are to follow at once."""
        warcs = self.archive / FOLDER
        ready, self._ready = self._ready, []
        if ready:
            warcs.mkdir(exist_ok=True)
        for file in ready:
            (self.coming / file.name).replace(warcs / file.name)
        if ready:
            sync_folder(warcs)
            self._tell_damage({file.name for file in ready})
        return ready

    def _tell_damage(self, names: set[str]) -> None:
        """What is known to be damaged there is known here."""
        known = [one for one in known_damage(self.shard / FOLDER) if one.file in names]
        if known:
            remember(self.archive / FOLDER, known)

    def _clear(self) -> None:
        if self.coming.is_dir() and not self.coming.is_symlink():
            shutil.rmtree(self.coming)


def _opened(shard: Path, wanted: Wanted) -> tuple[Path, BinaryIO]:
    """Where the file is, and the file, if it is one: a stranger's shard may have a link to anything in its place."""
    if not _NAME.fullmatch(wanted.name):
        raise StorageError(f"{shard} names a WARC file {wanted.name!r}, which is no name of one; nothing was taken")
    told = f"miacrawl verify --archive {shard}"
    for _ in range(2):  # a run may have given it its other name meanwhile
        path = path_of(shard / FOLDER, wanted.name)
        with suppress(FileNotFoundError):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return path, os.fdopen(descriptor, "rb")
            os.close(descriptor)
            raise StorageError(f"{path} is no file: see {told}")
    raise StorageError(f"{shard / FOLDER / wanted.name} is not there: restore it, or see {told} --repair")


def _size(source: BinaryIO, path: Path, wanted: Wanted) -> int:
    """How many bytes of a file belong to what the database knows."""
    there = os.fstat(source.fileno()).st_size
    if there < wanted.size:
        raise StorageError(
            f"{path} has {there:,} bytes, and should have {wanted.size:,}: restore it, or see miacrawl verify"
        )
    return wanted.size if wanted.is_finished else end_with_request(source, wanted.size, there)


def _linked(path: Path, source: BinaryIO, target: Path, size: int) -> bool:
    """Whether `target` could be made a link to a file, opened as `source`, that has just so many bytes."""
    seen = os.fstat(source.fileno())
    if seen.st_size != size:
        return False
    try:
        os.link(path, target, follow_symlinks=False)
    except OSError:
        return False
    made = target.lstat()
    if (made.st_dev, made.st_ino) == (seen.st_dev, seen.st_ino):
        return True
    target.unlink()  # it was another file by then
    return False
