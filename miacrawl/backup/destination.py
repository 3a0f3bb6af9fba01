"""Where a backup goes: made beside the folder that it becomes, and put in its place when it is whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from miacrawl import __version__
from miacrawl.errors import ArchiveLockedError, ConfigError
from miacrawl.store.clock import now
from miacrawl.warc.writer import sync_folder

MARK = "backup.json"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a backup says of itself. `first_run`: of the archive, by which it is known again."""

    made: str
    miacrawl: str
    first_run: str | None


@dataclass(frozen=True, slots=True)
class Destination:
    """A backup's folder, the one in which it is made, and the one in which the last one is while they change places."""

    final: Path

    @property
    def partial(self) -> Path:
        """Where it is made."""
        return self.final.with_name(f"{self.final.name}.partial")

    @property
    def old(self) -> Path:
        """Where the last one is for a moment."""
        return self.final.with_name(f"{self.final.name}.old")


def destination(folder: Path, dest: Path, first_run: str | None) -> Destination:
    """Where the backup of the archive in `folder` goes. Raises ConfigError where that can't be."""
    source, final = folder.resolve(), dest.resolve()
    if final == source or source in final.parents or final in source.parents:
        raise ConfigError(f"{dest} and the archive {folder} are one within the other: give a folder elsewhere")
    to = Destination(final)
    if final.exists() and not final.is_dir():
        raise ConfigError(f"{dest} is no folder: give the name of a new one")
    mark = mark_of(final)
    if mark is None and final.is_dir() and any(final.iterdir()):
        raise ConfigError(f"{dest} is there and no backup (it has no {MARK}): give the name of a new folder")
    if mark is not None and None not in (mark.first_run, first_run) and mark.first_run != first_run:
        raise ConfigError(f"{dest} is a backup of another archive: give the name of a new folder")
    for beside in (to.partial, to.old):
        if beside.exists() and mark_of(beside) is None:
            raise ConfigError(f"{beside} is there and no backup: move it away, or give another name")
    return to


def mark_of(folder: Path) -> Mark | None:
    """What a backup says of itself; None where the folder is none."""
    try:
        return Mark(**json.loads((folder / MARK).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def made_at(to: Destination, first_run: str | None) -> Iterator[Path]:
    """A folder to make a backup in, which gets its place when all went well, and else is removed.

    Raises ArchiveLockedError where another process makes one for the same place, and OSError.
    """
    to.final.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(to.final.with_name(f"{to.final.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise ArchiveLockedError(f"another backup goes to {to.final} now; try again when it has ended") from error
    try:
        _clear(to)
        to.partial.mkdir()
        mark = json.dumps(asdict(Mark(now(), __version__, first_run)), indent=2)
        (to.partial / MARK).write_text(mark + "\n", "utf-8")
        try:
            yield to.partial
            _put_in_place(to)
        finally:
            if to.partial.exists():
                shutil.rmtree(to.partial, ignore_errors=True)
    finally:
        Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


def _clear(to: Destination) -> None:
    """Take away what a backup left that was killed; the last whole one stays, or comes back."""
    if to.old.exists():
        if mark_of(to.final) is None:
            to.old.rename(to.final)
        else:
            shutil.rmtree(to.old)
    if to.partial.exists():
        shutil.rmtree(to.partial)


def _put_in_place(to: Destination) -> None:
    sync_folder(to.partial)
    if mark_of(to.final) is not None:
        to.final.rename(to.old)
    try:
        to.partial.rename(to.final)
    except OSError:
        if to.old.exists():
            to.old.rename(to.final)
        raise
    sync_folder(to.final.parent)
    if to.old.exists():
        shutil.rmtree(to.old)
