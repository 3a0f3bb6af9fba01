"""Checks of the folder: there, writable by the right people, on a disk that has room and takes SQLite."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from miacrawl.doctor.check import Check
from miacrawl.store.archive import database_path, holder_of

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "davfs"})
_LEAST_FREE = 200 * 2**20
_MB = 2**20


def place_checks(folder: Path) -> Iterator[Check]:
    """Everything about the folder of an archive that is there."""
    yield _writable(folder)
    yield _permissions(folder)
    yield _room(folder)
    yield _file_system(folder)
    yield _lock(folder)


def _writable(folder: Path) -> Check:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        told = f"{folder} can't be written ({error.strerror}): give it to the user who runs miacrawl (chown -R)"
        return Check("folder", "problem", told)
    return Check("folder", "ok", f"{folder} can be written")


def _permissions(folder: Path) -> Check:
    open_to_all = [path for path in (folder, database_path(folder)) if path.stat().st_mode & stat.S_IWOTH]
    if open_to_all:
        told = f"anybody on this machine can change {open_to_all[0]}: chmod o-w {open_to_all[0]}"
        return Check("permissions", "warning", told)
    if hasattr(os, "geteuid") and os.geteuid() not in (0, database_path(folder).stat().st_uid):
        return Check("permissions", "warning", f"{database_path(folder)} belongs to another user than you")
    return Check("permissions", "ok", "nobody else can change the archive")


def _room(folder: Path) -> Check:
    free, size = shutil.disk_usage(folder).free, database_path(folder).stat().st_size
    told = f"{free // _MB:,} MB are free, the database has {size // _MB:,} MB"
    if free < _LEAST_FREE:
        return Check("disk space", "problem", f"{told}: free some, or the next run ends for want of it (exit code 7)")
    if free < size:
        return Check(
            "disk space", "warning", f"{told}: too little for a copy of it, as VACUUM and updates of miacrawl make"
        )
    return Check("disk space", "ok", told)


def _file_system(folder: Path) -> Check:
    kind = _kind_of(folder)
    if kind in _NETWORK:
        told = f"{kind}: SQLite's write-ahead log is not safe on network file systems; keep the archive on a disk"
        return Check("file system", "problem", told)
    return Check("file system", "ok", kind or "not known")


def _kind_of(folder: Path) -> str | None:
    """Type of the file system that `folder` is on, by Linux's list of mounts (proc(5)); None where that is not told."""
    try:
        lines = _MOUNTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    found: tuple[int, str] | None = None
    for line in lines:
        mount, _, rest = line.partition(" - ")
        place = Path(mount.split()[4].replace("\\040", " "))
        if folder.resolve().is_relative_to(place) and (found is None or len(place.parts) >= found[0]):
            found = (len(place.parts), rest.split()[0])
    return found[1] if found else None


def _lock(folder: Path) -> Check:
    holder = holder_of(folder)
    return Check("lock", "ok", f"{holder} writes the archive now" if holder else "nobody writes the archive now")
