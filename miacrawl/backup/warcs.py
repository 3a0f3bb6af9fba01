"""The WARC files of a backup: as far as the copied database knows them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from miacrawl.errors import StorageError
from miacrawl.store.capture import FOLDER
from miacrawl.store.inventory import WarcFile
from miacrawl.warc.block import block_of
from miacrawl.warc.damage import FILE_NAME
from miacrawl.warc.scanning import member_at
from miacrawl.warc.writer import path_of, sync_folder

_CHUNK = 2**22


@dataclass(slots=True)
class Copied:
    """What was done with the files. `cut`: sizes of those that a run was writing, up to their last known record."""

    kept: int
    linked: int
    size: int
    cut: dict[str, int]


def copy_warcs(
    folder: Path, last: Path, target: Path, rows: tuple[WarcFile, ...], told: Callable[[int], None], *, link: bool
) -> Copied:
    """Bring the files of the archive in `folder` to `target`; what `last`, the backup before, has is taken from there.

    `told` is called with the bytes copied so far. Raises StorageError where a file is not as the database says: a
    backup that is there may still have it whole. Raises OSError.
    """
    done = Copied(0, 0, 0, {})
    warcs = target / FOLDER
    warcs.mkdir()
    for row in rows:
        with _opened(folder / FOLDER, row) as source:
            size = _size(source, row)
            if not row.is_finished:
                done.cut[row.name] = size
            if row.is_finished and linked(last / FOLDER / row.name, warcs / row.name, size):
                done.kept += 1
            elif row.is_finished and link and linked(folder / FOLDER / row.name, warcs / row.name, size):
                done.linked += 1
            else:
                _copy(source, warcs / row.name, size, lambda more: told(done.size + more))
                done.size += size
    with suppress(FileNotFoundError):
        shutil.copyfile(folder / FOLDER / FILE_NAME, warcs / FILE_NAME)
    sync_folder(warcs)
    return done


def _opened(warcs: Path, row: WarcFile) -> BinaryIO:
    for _ in range(2):  # a run may give it its other name meanwhile
        with suppress(FileNotFoundError):
            return path_of(warcs, row.name).open("rb")
    raise StorageError(f"{warcs / row.name} is not there, and has {row.captures:,} captures: {_FIRST}")


_FIRST = "see miacrawl verify, and restore it or --repair first; no backup was made, those that are there stay"


def _size(source: BinaryIO, row: WarcFile) -> int:
    """How many bytes of a file belong to what the database knows."""
    there = os.fstat(source.fileno()).st_size
    size = row.known_end if not row.is_finished else row.size if row.size is not None else there
    if there < size:
        raise StorageError(f"{source.name} has {there:,} bytes, and should have {size:,}: {_FIRST}")
    return size if row.is_finished else end_with_request(source, size, there)


def end_with_request(source: BinaryIO, end: int, size: int) -> int:
    """The end of the request that stands behind the last answer, if one does."""
    behind = member_at(source, end, size)
    try:
        is_request = behind.data is not None and block_of(behind.data).kind == "request"
    except StorageError:
        is_request = False
    return behind.end if is_request else end


def linked(source: Path, target: Path, size: int) -> bool:
    """Whether `target` could be made a link to `source`, which has to have `size` bytes."""
    try:
        if source.stat().st_size != size:
            return False
        os.link(source, target)
    except OSError:
        return False
    return True


def _copy(source: BinaryIO, target: Path, size: int, told: Callable[[int], None]) -> None:
    source.seek(0)
    left = size
    with target.open("xb") as file:
        while left and (chunk := source.read(min(_CHUNK, left))):
            file.write(chunk)
            left -= len(chunk)
            told(size - left)
        file.flush()
        os.fsync(file.fileno())
    if left:
        raise StorageError(f"{source.name} became shorter while it was copied: run the backup again")
