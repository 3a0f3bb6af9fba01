"""What a killed process left: files still open, with at most one torn record at their end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from miacrawl.warc.member import whole_members
from miacrawl.warc.writer import OPEN_SUFFIX, Place, sync_folder


def left_open(folder: Path) -> list[str]:
    """Finished names of the files that nobody finished. Only for who holds the archive."""
    return sorted(path.name.removesuffix(OPEN_SUFFIX) for path in folder.glob(f"*.warc.gz{OPEN_SUFFIX}"))


def whole_records(folder: Path, name: str, start: int = 0) -> list[Place]:
    """Where the whole records of an open file are, from offset `start`, which one begins at, to the torn tail."""
    with open_path(folder, name).open("rb") as file:
        file.seek(start)
        return [Place(name, start + offset, length) for offset, length in whole_members(file.read)]


def cut(folder: Path, name: str, size: int) -> int:
    """Cut an open file off after `size` bytes; how many that took away."""
    path = open_path(folder, name)
    lost = path.stat().st_size - size
    if lost > 0:
        os.truncate(path, size)
    return max(lost, 0)


def put_in_place(folder: Path, name: str) -> None:
    """Give an open file its name, once all of it is on the disk."""
    path = open_path(folder, name)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    path.rename(folder / name)
    sync_folder(folder)


def drop(folder: Path, name: str) -> None:
    """Remove an open file that holds no record."""
    open_path(folder, name).unlink()


def warc_files(folder: Path) -> Iterator[Path]:
    """The finished files, by name."""
    yield from sorted(folder.glob("*.warc.gz"))


def open_path(folder: Path, name: str) -> Path:
    """Where the open file of this finished name is."""
    return folder / (name + OPEN_SUFFIX)
