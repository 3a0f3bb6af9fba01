"""Checks of what the archive's folder is on: enough room, and a file system that SQLite's log is safe on."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from miacrawl.doctor.check import Check
from miacrawl.store.archive import database_path

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|glusterfs|lustre|gpfs|davfs|ncpfs|virtiofs|vboxsf|prl_fs|drvfs|"
    r"fuse\.(?:sshfs|rclone|s3fs|gcsfuse|goofys|mount-s3|juicefs|glusterfs|ceph.*|davfs.*|curlftpfs|vmhgfs-fuse|grpcfuse)"
)
_PASSING = {"tmpfs": "memory", "ramfs": "memory", "overlay": "a container's own layer"}
_OCTAL = re.compile(r"\\([0-7]{3})")
_LEAST_FREE = 200 * 2**20
_LEAST_FILES = 100
_MB = 2**20


def disk_checks(folder: Path) -> Iterator[Check]:
    """Room, and kind of file system, where an archive is."""
    yield _room(folder)
    yield _file_system(folder)


def _room(folder: Path) -> Check:
    free, size = shutil.disk_usage(folder).free, database_path(folder).stat().st_size
    told = f"{free // _MB:,} MB are free, the database has {size // _MB:,} MB"
    if free < _LEAST_FREE:
        return Check("disk space", "problem", f"{told}: free some, or the next run ends for want of it (exit code 7)")
    if _files_left(folder) < _LEAST_FILES:
        return Check("disk space", "problem", f"{told}, but hardly a file can be added (df -i): delete some")
    if free < size:
        return Check(
            "disk space", "warning", f"{told}: too little for a copy of it, as VACUUM and updates of miacrawl make"
        )
    return Check("disk space", "ok", told)


def _files_left(folder: Path) -> float:
    """How many files can be made; file systems without a limit say that they have room for none at all."""
    if not hasattr(os, "statvfs"):
        return float("inf")
    told = os.statvfs(folder)
    return told.f_favail if told.f_files else float("inf")


def _file_system(folder: Path) -> Check:
    kind = kind_of(folder)
    if kind and _NETWORK.fullmatch(kind):
        told = f"{kind}: SQLite's write-ahead log is not safe on network and shared file systems; use a disk"
        return Check("file system", "problem", told)
    if kind in _PASSING:
        told = f"{kind}: {_PASSING[kind]}, which is gone after a restart; keep the archive on a disk or volume"
        return Check("file system", "warning", told)
    return Check("file system", "ok", kind or "not known")


def kind_of(folder: Path) -> str | None:
    """Type of the file system that `folder` is on, by Linux's list of mounts (proc(5)); None where that is not told."""
    try:
        lines = _MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return None
    found: tuple[int, str] | None = None
    for line in lines:
        mount, _, rest = line.partition(" - ")
        place = Path(_unescaped(mount.split(" ")[4])) if rest else None
        # The later of two mounts on one place hides the earlier.
        if place and folder.resolve().is_relative_to(place) and (found is None or len(place.parts) >= found[0]):
            found = (len(place.parts), rest.split(" ")[0])
    return found[1] if found else None


def _unescaped(text: str) -> str:
    """Blanks, tabs, line breaks and backslashes stand as octal numbers."""
    return _OCTAL.sub(lambda match: chr(int(match[1], 8)), text)
