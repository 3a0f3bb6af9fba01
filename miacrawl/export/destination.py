"""Where an export goes: a file or folder that gets its name when it is complete, or standard output."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from miacrawl.errors import ConfigError, ExitCode, StorageError
from miacrawl.store.archive import explain

STDOUT = "-"
_OF_A_DATASET = frozenset({"README.md", "data"})


@contextmanager
def writing_file(dest: str, archive: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file to write `dest` into; it is there when all of it is written, and not at all where writing fails.

    `force` replaces a file that is there, but none in the folder of the `archive`.
    Raises ConfigError where the path can't be used, StorageError where the disk does not do its part.
    """
    if dest == STDOUT:
        with _standard_output() as out:
            yield out
        return
    path = usable(dest, archive, force=force)
    partial = _beside(path)
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise StorageError(explain(error, path)) from error
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def writing_folder(dest: str, archive: Path, *, force: bool) -> Iterator[Path]:
    """A folder to fill for `dest`; like `writing_file`. `force` replaces a data set, and nothing else."""
    path = usable(dest, archive, force=force, folder=True)
    partial = _beside(path)
    former = partial.with_suffix(".former")
    try:
        partial.mkdir()
        yield partial
        if path.exists():
            path.rename(former)
        partial.rename(path)
    except OSError as error:
        raise StorageError(explain(error, path)) from error
    finally:
        if former.exists() and not path.exists():
            former.rename(path)
        for one in (partial, former):
            shutil.rmtree(one, ignore_errors=True)


def usable(dest: str, archive: Path, *, force: bool, folder: bool = False) -> Path:
    """`dest` as a path. Raises ConfigError where nothing can be written there, with what to do."""
    path = Path(dest)
    if not path.name:
        raise ConfigError(f"{dest} is no name for {'a folder' if folder else 'a file'}; give another one")
    try:
        if not path.parent.is_dir():
            raise ConfigError(f"there is no folder {path.parent} to write {path.name} into; make it first")
        if path.is_dir() != folder and path.exists():
            raise ConfigError(f"{path} is a {'file' if folder else 'folder'}; give another name")
        found = {one.name for one in path.iterdir()} if folder and path.is_dir() else {""}
        if path.exists() and found and not force:
            raise ConfigError(f"{path} is there already; add --force to replace it, or give another name")
        if path.exists() and found and archive.resolve() in path.resolve().parents:
            raise ConfigError(f"{path} belongs to the archive, and is not replaced; give another name")
        if folder and path.is_dir() and not found <= _OF_A_DATASET:
            raise ConfigError(f"{path} holds more than a data set, and is not replaced; give another name")
    except (OSError, ValueError) as error:  # a name too long, a NUL in it, a folder that can't be looked into
        raise ConfigError(f"{dest!r} can't be used ({error}); give another name") from error
    return path


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name[:100]}.{os.getpid()}.partial")


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Who read it has enough; Python would try to flush once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(ExitCode.OK) from None
    except OSError as error:
        raise StorageError(explain(error, Path("standard output"))) from error
