"""Schedules that stand on this machine already: systemd's units and the crontab, as far as they can be read."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from miacrawl.schedule.job import MARK

_SECONDS = 5
_UNITS = ("/etc/systemd/system", "~/.config/systemd/user", "/usr/local/lib/systemd/system")


def installed_for(folder: Path) -> list[str]:
    """In words, each schedule found that names the archive in `folder`."""
    return [*_units(folder), *_crontab(folder)]


def _units(folder: Path) -> Iterator[str]:
    for place in _UNITS:
        for path in sorted(Path(place).expanduser().glob("miacrawl-*.service")):
            try:
                text = path.read_text("utf-8", "replace")
            except OSError:
                continue
            if MARK in text and str(folder.resolve()) in text:
                yield f"systemd: {path}"


def _crontab(folder: Path) -> Iterator[str]:
    program = shutil.which("crontab")
    if program is None:
        return
    try:
        done = subprocess.run([program, "-l"], capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return
    for line in done.stdout.splitlines():
        if "miacrawl" in line and str(folder.resolve()) in line and not line.lstrip().startswith("#"):
            yield f"cron: {' '.join(line.split()[:5])}"
