"""A systemd service that updates the archive, as little of the machine open to it as it needs, and its timer."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from pathlib import Path

from miacrawl.errors import ConfigError
from miacrawl.schedule.job import Job, environment_folders
from miacrawl.schedule.scheduled import Schedule, ScheduledFile, rendered

_HOMES = ("/home", "/root", "/run/user")
_TEMPORARY = ("/tmp", "/var/tmp")  # noqa: S108  asked for, not written to


def systemd_schedule(job: Job, *, per_user: bool) -> Schedule:
    """The two units; `per_user`: for `systemctl --user`, which needs no root but can close off less.

    Raises ConfigError where the path of the program is one that systemd can't be given.
    """
    program = job.command[0]
    if any(char in program for char in "$\\\"'"):
        raise ConfigError(f"systemd can't be given the program {program}: make miacrawl's environment in a plain path")
    needed = (job.archive, *job.writable, *environment_folders())
    values = {
        "job": job,
        "per_user": per_user,
        "owner": owner_of(job.archive),
        "homes": "read-only" if _below(needed, _HOMES) else "yes",
        "private_tmp": not _below(needed, _TEMPORARY),
        "archive": shlex.quote(str(job.archive)),
    }
    filters = {"word": word, "path": path_word}
    units = [
        ScheduledFile(f"{job.name}.{kind}", rendered(f"systemd_{kind}.txt", filters, **values))
        for kind in ("service", "timer")
    ]
    return Schedule(tuple(units), rendered("systemd_advice.txt", filters, **values))


def word(text: str) -> str:
    """A word of ExecStart=: quoted, specifiers (%) and variables ($) meant literally. See systemd.service(5)."""
    return path_word(text).replace("$", "$$")


def path_word(text: str | Path) -> str:
    """A word of a setting that takes paths: quoted, specifiers meant literally. See systemd.syntax(7)."""
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return escaped if escaped == str(text) and not set(" '$;") & set(escaped) else f'"{escaped}"'


def owner_of(folder: Path) -> str:
    """Name of the user to whom the folder belongs, or the number where it has none."""
    number = folder.stat().st_uid
    try:
        import pwd

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return str(number)


def _below(paths: Iterable[Path], places: Iterable[str]) -> bool:
    return any(os.path.commonpath((path, place)) == place for path in paths for place in places)
