"""Schedules that stand on this machine already: systemd's units and the crontab, as far as they can be read."""

from __future__ import annotations

import getpass
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from miacrawl.schedule.cron import cron_word
from miacrawl.schedule.job import MARK, name_of
from miacrawl.schedule.systemd import word

_SECONDS = 5
_UNITS = ("/etc/systemd/system", "/usr/local/lib/systemd/system")
_USER_UNITS = "~/.config/systemd/user"
_LINGERING = "/var/lib/systemd/linger"


@dataclass(frozen=True, slots=True)
class Installed:
    """A schedule that was found. `place`: in words; `lacks`: what has to be done before it starts, None if nothing."""

    place: str
    lacks: str | None = None


def installed_for(folder: Path) -> list[Installed]:
    """Each schedule found that names the archive in `folder`."""
    archive = folder.resolve()
    return [
        *(found for place in _UNITS for found in _units(archive, Path(place), per_user=False)),
        *_units(archive, Path(_USER_UNITS).expanduser(), per_user=True),
        *_crontab(archive),
    ]


def _units(archive: Path, folder: Path, *, per_user: bool) -> Iterator[Installed]:
    for path in sorted(folder.glob("*.service")):
        try:
            text = path.read_text("utf-8", "replace")
        except OSError:
            continue
        if path.stem == name_of(archive) or (MARK in text and f" --archive {word(str(archive))} " in text):
            yield Installed(f"systemd: {path}", _lacking(path, per_user=per_user))


def _lacking(service: Path, *, per_user: bool) -> str | None:
    """What has to be done before systemd starts the service by itself."""
    timer, control = f"{service.stem}.timer", "systemctl --user" if per_user else "systemctl"
    if not (service.parent / timer).exists():
        return f"{timer} is missing beside it: write both anew with miacrawl schedule systemd"
    wanted = [place / "timers.target.wants" / timer for place in (service.parent, Path("/etc/systemd/system"))]
    if not any(link.is_symlink() for link in wanted):
        return f"enable it with: {control} enable --now {timer}"
    if per_user and not Path(_LINGERING, getpass.getuser()).exists():
        return "it runs only while you are logged in, unless: loginctl enable-linger"
    return None


def _crontab(archive: Path) -> Iterator[Installed]:
    program = shutil.which("crontab")
    if program is None:
        return
    try:
        done = subprocess.run([program, "-l"], capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        if _updates(line, archive):
            yield Installed(f"cron: {' '.join(line.split()[:5])}")


def _updates(line: str, archive: Path) -> bool:
    """Whether a line of a crontab updates the archive: as we write it, or as somebody did who quotes otherwise."""
    ways = {cron_word(str(archive)), str(archive), f'"{archive}"'}
    told = f"{line.strip()} ".replace("--archive=", "--archive ").replace(" -a ", " --archive ")
    return not told.startswith("#") and any(f" update --archive {way}{end}" in told for way in ways for end in " /")
