"""The verdict on an archive in words, made from numbers: whether all is well, or what somebody should look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from miacrawl.revisit import moment
from miacrawl.serve.ending import Ending
from miacrawl.serve.quantity import ago, many

_STALE = timedelta(days=8)
"""Longer than the longest interval of `miacrawl schedule`."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known; None where the reader may not know it, or there is none.

    `alarms`: open ones; `ending` of the newest run; `last`: of the newest that ended, at `ended_at`; `late`: revisits
    that are more than a week late; `held`: hosts that are left alone; `waiting`: addresses never fetched.
    """

    alarms: int | None
    ending: Ending | None
    last: Ending | None
    ended_at: str | None
    waiting: int | None
    late: int | None
    held: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`title`: in a few words; `sentences`: each with whether somebody should look."""

    grade: Literal["well", "look", "empty"]
    title: str
    sentences: tuple[tuple[str, bool], ...]


def verdict(facts: Facts, now: datetime, *, may_see_runs: bool) -> Verdict:
    """The verdict at the time `now`."""
    if facts.ending is None and may_see_runs:
        told = "No run was made yet. Begin with: miacrawl crawl URL --archive DIR"
        return Verdict("empty", "Nothing was crawled yet", ((told, True),))
    said = [*_alarms(facts), *_run(facts, now), *_work(facts)]
    bad = sum(look for _, look in said)
    if bad:
        return Verdict("look", "Somebody should look" if bad == 1 else f"{bad} things to look at", tuple(said))
    return Verdict("well", "The archive is well", tuple(said))


def _alarms(facts: Facts) -> list[tuple[str, bool]]:
    if facts.alarms is None:
        return []
    if not facts.alarms:
        return [("No alarm is open.", False)]
    verb = "is" if facts.alarms == 1 else "are"
    return [(f"{many(facts.alarms, 'alarm')} {verb} open.", True)]


def _run(facts: Facts, now: datetime) -> list[tuple[str, bool]]:
    if facts.ending is None:
        return []
    said, which = [], "The last run"
    if facts.ending.grade in ("running", "silent"):
        said.append((f"A run {facts.ending.words}.", False))
        which = "The run before it"
    if (end := facts.last) is None:
        return said
    if end.grade == "killed":
        return [*said, (f"{which} {end.words}.", True)]
    when = ago(facts.ended_at, now)
    words = end.words.replace("ended", f"ended {when},", 1) if end.grade == "look" else f"{end.words} {when}"
    said.append((f"{which} {words}.", end.grade == "look"))
    then = moment(facts.ended_at)
    if len(said) == 1 and then is not None and now - then > _STALE:
        said.append(("That is long ago: is it scheduled? See: miacrawl schedule --help", True))
    return said


def _work(facts: Facts) -> list[tuple[str, bool]]:
    said: list[tuple[str, bool]] = []
    if facts.waiting is not None:
        verb = "waits" if facts.waiting == 1 else "wait"
        told = f"{many(facts.waiting, 'address', 'addresses')} {verb} to be fetched for the first time."
        said.append((told if facts.waiting else "No address waits to be fetched for the first time.", False))
    if facts.late:
        verb = "is" if facts.late == 1 else "are"
        told = (
            f"{many(facts.late, 'revisit')} {verb} more than a week late: run miacrawl update oftener, or to its end."
        )
        said.append((told, True))
    if facts.held:
        verb = "is" if facts.held == 1 else "are"
        said.append((f"{many(facts.held, 'host')} {verb} left alone for a while.", False))
    return said
