"""Checks of whom a run tells that it has ended: that they can be told, before it matters. Nobody is told now."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from miacrawl.doctor.check import Check
from miacrawl.errors import ExitCode


def notice_checks(settings: Mapping[str, Any]) -> Iterator[Check]:
    """One check for each way of telling that is set."""
    ways = {"MIACRAWL_PROMETHEUS": _textfile, "MIACRAWL_ON_FINISH": _command, "MIACRAWL_WEBHOOK": _webhook}
    chosen = {name: value for name in ways if (value := str(settings.get(name) or ""))}
    wrong = {name: told for name, value in chosen.items() if (told := ways[name](value))}
    for name, told in wrong.items():
        yield Check("notices", "problem", f"{name}: {told}", ExitCode.CONFIG)
    if wrong:
        return
    if not _whole(chosen.get("MIACRAWL_PROMETHEUS", "/")):
        told = "MIACRAWL_PROMETHEUS: give the whole path: a scheduled job starts in another folder"
        yield Check("notices", "warning", told)
        return
    told = f"{', '.join(chosen)} can be used" if chosen else "nobody is told how a run ended: none is set"
    yield Check("notices", "ok", told)


def _whole(value: str) -> bool:
    return Path(value).expanduser().is_absolute()


def _textfile(value: str) -> str | None:
    path = Path(value).expanduser()
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}: make it, for the user who runs miacrawl"
    if path.is_dir():
        return f"{path} is a folder; name a file in it, as {path / 'miacrawl.prom'}"
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return f"{path.parent} can't be written by you; it must be by the user who runs miacrawl"
    return None if path.suffix == ".prom" else f"{path} is not read by node_exporter, which takes names in .prom only"


def _command(value: str) -> str | None:
    try:
        words = shlex.split(value)
    except ValueError as error:
        return f"{error}; check the quotes"
    if not words or shutil.which(words[0]) is None:
        return f"there is no program {words[0] if words else ''!r} that you can run; give its whole path"
    return None


def _webhook(value: str) -> str | None:
    try:
        parts = urlsplit(value.strip())
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    return None if sound else "is no http(s) address"  # which is not shown: it is a secret
