"""A GitHub Actions workflow that updates the archive and keeps it in a release of its repository."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from miacrawl.errors import ConfigError, ExitCode
from miacrawl.schedule.job import Job
from miacrawl.schedule.scheduled import Schedule, ScheduledFile, rendered

_KEPT = 3
"""Copies of the archive that the release holds: the newest, and two to go back to."""


def github_schedule(job: Job, install: str) -> Schedule:
    """The workflow; `install`: what pip is to install, as "miacrawl==0.1.0".

    Raises ConfigError where the folder's path means something to GitHub, or `install` is an option of pip.
    """
    folder = folder_in_repository(job.archive)
    for text in (folder, install):
        if "${{" in text:
            raise ConfigError(f"{text} holds ${{{{, which GitHub takes for an expression; rename it")
    if install.startswith("-") or not install.isprintable():
        raise ConfigError(f"{install!r} is nothing that pip can install; give a name and version, or an address")
    values = {
        "job": job,
        "folder": folder,
        "install": install,
        "kept": _KEPT,
        "interrupted": int(ExitCode.INTERRUPTED),
        "archive": shlex.quote(str(job.archive)),
        "parent": shlex.quote(str(job.archive.parent)),
        "own": shlex.quote(job.archive.name),
        "quoted_folder": shlex.quote(folder),
    }
    filters = {"yaml": yaml_text}
    file = ScheduledFile(f"{job.name}.yaml", rendered("github.yaml", filters, **values))
    return Schedule((file,), rendered("github_advice.txt", filters, **values))


def folder_in_repository(archive: Path) -> str:
    """Path of the archive from the top of the git repository that it lies in; its name where it lies in none."""
    top = next((place for place in archive.parents if (place / ".git").exists()), archive.parent)
    return archive.relative_to(top).as_posix()


def yaml_text(text: str) -> str:
    """A YAML string in double quotes: JSON's, which YAML 1.2 takes as it is."""
    return json.dumps(text, ensure_ascii=False)
