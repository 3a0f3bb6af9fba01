"""A `Job`: the archive that is to be updated, by which command, as whom, when."""

from __future__ import annotations

import hashlib
import re
import sys
import sysconfig
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from miacrawl import __version__
from miacrawl.errors import ConfigError, StorageError
from miacrawl.printing import printable
from miacrawl.schedule.interval import Times, times
from miacrawl.store.archive import DATABASE_NAME, database_path

MARK = "Written by miacrawl schedule"
"""Stands in the first line of every file that is written, so that it can be written again and others are spared."""
_NAME_LENGTH = 30
_NO_FOLDERS = ("/proc", "/sys", "/dev")


@dataclass(frozen=True, slots=True)
class Job:
    """What is to run. `archive`: absolute, links resolved; `command`: what calls miacrawl, its first part absolute.

    `writable`: folders beside the archive that a run writes to.
    """

    archive: Path
    times: Times
    command: tuple[str, ...]
    writable: tuple[Path, ...] = ()
    version: str = __version__

    @property
    def name(self) -> str:
        """Its name among units and jobs."""
        return name_of(self.archive)

    @property
    def update(self) -> tuple[str, ...]:
        """The whole command, as separate words."""
        return (*self.command, "update", "--archive", str(self.archive), "--quiet")


def name_of(archive: Path) -> str:
    """A name for units and jobs: that of the folder in a to z, digits and hyphens, and six digits of its path."""
    plain = unicodedata.normalize("NFKD", archive.name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:_NAME_LENGTH].strip("-")
    return "-".join(part for part in ("miacrawl", slug, _digest(archive)) if part)


def job_for(folder: Path, every: str, writable: tuple[Path, ...] = ()) -> Job:
    """The job that updates the archive in `folder` with the miacrawl that runs now.

    Raises StorageError where there is no archive, ConfigError where a path can't be put into a file of this kind.
    """
    archive = folder.resolve()
    if not database_path(archive).is_file():
        raise StorageError(
            f"there is no archive in {folder} (no {DATABASE_NAME}); make one with: miacrawl init {folder}"
        )
    command = this_command()
    for text in (str(archive), *command, *map(str, writable)):
        check(text)
    if archive.is_relative_to("/") and any(archive.is_relative_to(place) for place in _NO_FOLDERS):
        raise ConfigError(f"{archive} is in a folder that the system makes anew at each start; move it to a disk")
    return Job(archive, times(every, str(archive)), command, writable)


def check(text: str) -> None:
    """Raises ConfigError where a path holds what no line of a configuration file can hold."""
    if printable(text) != text or any(char in text for char in "\n\t"):
        raise ConfigError(
            f"the path {printable(text).encode('unicode_escape').decode()!r} holds a line break, a control character or"
            " bytes that are not UTF-8, which scheduled jobs can't be given; rename the folder"
        )


def this_command() -> tuple[str, ...]:
    """The miacrawl that runs now: its program beside Python's where there is one, else Python with the module."""
    script = Path(sysconfig.get_path("scripts")) / "miacrawl"
    return (str(script),) if script.is_file() else (sys.executable, "-P", "-m", "miacrawl")


def environment_folders() -> tuple[Path, ...]:
    """Where Python and miacrawl stand: a job must be able to read these."""
    here = Path(__file__).resolve().parent.parent
    return (Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve(), here)


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode("utf-8", "surrogatepass")).hexdigest()[:6]
