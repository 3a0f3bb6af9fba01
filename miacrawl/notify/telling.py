"""Everybody who wants to know is told, in turn; that one can't be told stops neither the rest nor the run."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from miacrawl.errors import ExitCode
from miacrawl.notify.command import run_command
from miacrawl.notify.cut_off import CutOffError, cut_off_by_signals
from miacrawl.notify.ending import Ending
from miacrawl.notify.prometheus import write_textfile
from miacrawl.notify.webhook import post

_WHEN_STOPPED_SECONDS = 3.0
"""A run that was told to stop has thirty seconds in all, most of which are gone."""


def tell(ending: Ending, settings: Mapping[str, Any]) -> list[str]:
    """Tell whom `settings` name. Returns in words what failed.

    A run that found the archive in use is no run: the one that is under way will tell.
    """
    if ending.exit_code is ExitCode.LOCKED:
        return []
    limit = float(settings.get("MIACRAWL_NOTIFY_SECONDS") or 0)
    if ending.exit_code is ExitCode.INTERRUPTED:
        limit = min(limit, _WHEN_STOPPED_SECONDS)
    ways: dict[str, Callable[[str], None]] = {
        "MIACRAWL_PROMETHEUS": lambda path: write_textfile(Path(path).expanduser(), ending),
        "MIACRAWL_ON_FINISH": lambda text: run_command(text, ending, limit),
        "MIACRAWL_WEBHOOK": lambda url: post(url, ending, limit),
    }
    chosen = {name: value for name in ways if (value := str(settings.get(name) or ""))}
    failed, name = [], ""
    try:
        with cut_off_by_signals():
            for name, value in chosen.items():
                try:
                    ways[name](value)
                except (OSError, ValueError, RuntimeError, subprocess.SubprocessError) as error:
                    failed.append(f"{name}: {error}")
    except CutOffError as error:
        failed.append(f"{name}: {error}")
    return failed
