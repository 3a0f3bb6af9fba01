"""Checks of the folder: writable by those who are to write it, and by nobody else."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from miacrawl.doctor.check import Check
from miacrawl.store.archive import DATABASE_NAME, database_path

_OBEYED = ("", DATABASE_NAME, "miacrawl.yaml", "sites", "datasette.yaml", "metadata.yaml", "templates", "plugins")
"""What of the folder is believed or obeyed: MIACRAWL_ON_FINISH in miacrawl.yaml is a command that is run."""


def place_checks(folder: Path) -> Iterator[Check]:
    """Everything about who can write the folder of an archive that is there."""
    yield _writable(folder)
    yield _permissions(folder)


def _writable(folder: Path) -> Check:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        told = f"{folder} can't be written ({error.strerror}): give it to the user who runs miacrawl (chown -R)"
        return Check("folder", "problem", told)
    closed = [path for path in sorted(folder.glob(f"{DATABASE_NAME}*")) if not os.access(path, os.R_OK | os.W_OK)]
    if closed:
        told = f"{closed[0]} can't be written by you: give it to the user who runs miacrawl (chown -R {folder})"
        return Check("folder", "problem", told)
    return Check("folder", "ok", f"{folder} can be written")


def _permissions(folder: Path) -> Check:
    paths = [path for name in _OBEYED if (path := folder / name).exists()]
    open_to_all = [path for path in paths if path.stat().st_mode & stat.S_IWOTH]
    if open_to_all:
        told = f"anybody on this machine can change {open_to_all[0]}: chmod -R o-w {folder}"
        return Check("permissions", "warning", told)
    if hasattr(os, "geteuid") and os.geteuid() not in (0, database_path(folder).stat().st_uid):
        return Check("permissions", "warning", f"{database_path(folder)} belongs to another user than you")
    return Check("permissions", "ok", "nobody else can change the archive")
