"""Windows: which runs are "now", and which are the history that they are compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from miacrawl.drift.finding import Key, Known, Limits, Reading

_FACTORS = (1, 2.5, 5)
"""A sudden change shows in a few pages; a smaller one, or a slow leak, in so many times as many."""


@dataclass(frozen=True, slots=True)
class Window:
    """Runs of a series, oldest first: those that are judged, and those before them."""

    now: tuple[Reading, ...]
    before: tuple[Reading, ...]


def windows(series: Sequence[Reading], key: Key, known: Iterable[Known], limits: Limits) -> Iterator[Window]:
    """The windows in which `series` (oldest first, this run last) is to be looked at for an alarm of `key`.

    An accepted alarm began a new base line. The time of an alarm that went by itself is left out; what an open one
    speaks of is compared with the time before it.
    """
    own = [one for one in known if one.key == key]
    begin = max((one.since for one in own if one.state == "accepted"), default=0)
    opened = min((one.since for one in own if one.state == "open"), default=None)
    odd = [(one.since, one.until) for one in own if one.state == "resolved"]
    normal = [one for one in series if not any(since <= one.run_id <= until for since, until in odd)]
    series = [one for one in normal if one.run_id >= begin]
    if opened is not None:
        now = _last([one for one in series if one.run_id >= opened], limits.least)
        yield Window(now, tuple([one for one in series if one.run_id < opened][-limits.runs :]))
        return
    for factor in _FACTORS:
        now = _last(series, limits.least * factor)
        yield Window(now, tuple(series[: len(series) - len(now)][-limits.runs :]))


def _last(series: Sequence[Reading], least: float) -> tuple[Reading, ...]:
    """The last runs of `series`, as few as together saw `least` pages."""
    seen = 0
    for start in range(len(series) - 1, -1, -1):
        seen += series[start].observed
        if seen >= least:
            return tuple(series[start:])
    return tuple(series)
