"""Checks of the folder warc/: every file has its row and every row its file, and nothing else is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from miacrawl.errors import StorageError
from miacrawl.store.capture import FOLDER
from miacrawl.store.inventory import WarcFile
from miacrawl.verify.finding import Check, Finding
from miacrawl.warc.block import block_of
from miacrawl.warc.damage import FILE_NAME
from miacrawl.warc.scanning import member_at
from miacrawl.warc.writer import OPEN_SUFFIX, path_of

_OURS = "miacrawl-"


@dataclass(slots=True)
class Files:
    """What is in the folder. `sizes`: bytes of each file of a row that is there, by its finished name.

    `missing`: rows whose file is not there; `resized`: finished files that are not as large as their rows say;
    `unknown`: files of ours without a row; `strangers`: other files; `left_open`: names of files that nobody finished.
    """

    sizes: dict[str, int] = field(default_factory=dict)
    missing: list[WarcFile] = field(default_factory=list)
    resized: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    left_open: list[str] = field(default_factory=list)


def names_in(folder: Path) -> list[str]:
    """What is in warc/, by name. Raises StorageError where that can't be read."""
    try:
        return sorted(path.name for path in (folder / FOLDER).iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StorageError(f"{folder / FOLDER} can't be read: {error.strerror or error}") from error


def compared(folder: Path, names: Iterable[str], rows: Iterable[WarcFile], *, in_use: bool) -> Files:
    """The files, listed before the rows were read, held against these. `in_use`: a run may be writing now."""
    warcs, files = folder / FOLDER, Files()
    known = {row.name: row for row in rows}
    for row in known.values():
        size = _size(warcs, row.name)
        if size is None:
            files.missing.append(row)
            continue
        files.sizes[row.name] = size
        if row.is_finished and row.size is not None and size != row.size:
            files.resized.append(row.name)
    for name in names:
        finished = name.removesuffix(OPEN_SUFFIX)
        if name.endswith(f".warc.gz{OPEN_SUFFIX}") and name.startswith(_OURS):
            if not in_use and (warcs / name).exists():
                files.left_open.append(finished)
        elif name not in known and name not in (FILE_NAME, f"{FILE_NAME}.new") and (warcs / name).exists():
            ours = name.startswith(_OURS) and name.endswith(".warc.gz") and _begins_well(warcs / name)
            (files.unknown if ours else files.strangers).append(name)
    return files


def _size(warcs: Path, name: str) -> int | None:
    for _ in range(2):  # a run may give it its other name meanwhile
        try:
            return path_of(warcs, name).stat().st_size
        except OSError:
            continue
    return None


def _begins_well(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            data = member_at(file, 0, path.stat().st_size).data
        return data is not None and block_of(data).kind == "warcinfo"
    except (OSError, StorageError):
        return False


def files_check(files: Files, rows: Mapping[str, WarcFile]) -> Check:
    """What is wrong with them, in words."""
    check = Check("files", f"{len(rows):,} in {FOLDER}/, {sum(files.sizes.values()) / 2**20:,.0f} MB")
    for row in files.missing:
        told = f"{FOLDER}/{row.name}, {row.captures:,} captures"
        remedy = "restore it from a backup; --repair takes its captures out, to be fetched again"
        check.add(Finding("file-missing", "files that are not there", told, remedy, mends=True))
    for name in files.resized:
        told = f"{FOLDER}/{name}: {files.sizes[name]:,} bytes, {rows[name].size or 0:,} when it was finished"
        remedy = "restore it from a backup; --repair goes by what is there"
        check.add(Finding("file-size", "files that have another size than when they were finished", told, remedy, True))
    for name in files.unknown:
        told = "files of this archive's making that it does not know"
        check.add(Finding("file-unknown", told, f"{FOLDER}/{name}", "tell of the captures in them", mends=True))
    for name in files.strangers:
        remedy = "miacrawl import takes WARC files of others in; --repair puts them aside, into the folder stray/"
        check.add(Finding("file-stray", "things that are none of its WARC files", f"{FOLDER}/{name}", remedy, True))
    for name in files.left_open:
        told, remedy = "files that a killed run left open", "the next run finishes them, or --repair"
        check.add(Finding("file-open", told, f"{FOLDER}/{name}{OPEN_SUFFIX}", remedy, mends=True, weight="note"))
    return check
