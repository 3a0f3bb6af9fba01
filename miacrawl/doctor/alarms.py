"""Check of the drift alarms: which nobody has looked at yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from miacrawl.doctor.check import Check
from miacrawl.store.alarms import alarms_of

_SHOWN = 5


def alarm_checks(folder: Path) -> Iterator[Check]:
    """A check for each open alarm, five at most, or one that says that there is none."""
    found = alarms_of(folder)
    for alarm in found[:_SHOWN]:
        yield Check("alarms", "warning", f"{alarm['explanation']} (alarm {alarm['id']}; see: miacrawl alarms)")
    if len(found) > _SHOWN:
        yield Check("alarms", "warning", f"and {len(found) - _SHOWN} more; see: miacrawl alarms")
    if not found:
        yield Check("alarms", "ok", "none is open")
