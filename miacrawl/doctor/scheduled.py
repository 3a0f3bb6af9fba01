"""Check of the schedule: whether one for the archive is to be seen from here, and will start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from miacrawl.doctor.check import Check
from miacrawl.schedule.installed import installed_for


def schedule_check(folder: Path) -> Iterator[Check]:
    """One check; that none is seen is fine: it may be another machine's, or another user's."""
    found = installed_for(folder)
    working = [one for one in found if one.lacks is None]
    if working:
        yield Check("schedule", "ok", ", ".join(one.place for one in working))
    elif found:
        yield Check("schedule", "warning", f"{found[0].place} does not start: {found[0].lacks}")
    else:
        told = "none is to be seen from here (there may be one all the same); one is made by: miacrawl schedule --help"
        yield Check("schedule", "ok", told)
