"""Ways of discovery that have gone quiet, and feeds and sitemaps that can no longer be read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from miacrawl.drift.finding import Finding, Known, Limits
from miacrawl.drift.statistics import silence

WATCHED = ("feed", "sitemap", "listing")
"""Ways of discovery that bring new articles by themselves."""
_RUNS = 5
_GAP_FACTOR = 2
_DAY = 86_400.0
_HOUR = 3_600.0


@dataclass(frozen=True, slots=True)
class Find:
    """New addresses that a way of discovery brought in one run, which began at `moment`."""

    run_id: int
    moment: datetime
    count: int


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A feed or sitemap that led to new addresses up to `last_found`, and can't be read any more: `reason`."""

    url: str
    kind: str
    reason: str
    found: int
    last_found: str


def quiet(
    site: str, source: str, finds: Sequence[Find], now: datetime, known: Collection[Known], limits: Limits
) -> Finding | None:
    """Whether `source` is silent for longer than it ever was, and than its own rate explains. By time, not by runs.

    `finds`: of the runs after the first whole one, oldest first. So many must have found something, and so much.
    """
    begin = max((one.since for one in known if one.key == ("source", source) and one.state == "accepted"), default=0)
    seen = [one for one in finds if one.count and one.run_id > begin]
    total = sum(one.count for one in seen)
    if len(seen) < _RUNS or total < limits.history:
        return None
    watched = (seen[-1].moment - seen[0].moment).total_seconds()
    waited = (now - seen[-1].moment).total_seconds()
    longest = max((b.moment - a.moment).total_seconds() for a, b in pairwise(seen))
    if watched <= 0 or waited < _HOUR or waited < _GAP_FACTOR * longest:
        return None
    # The first find is where the watch began: what it brought had come before.
    expected = (total - seen[0].count) / watched * waited
    chance = silence(expected)
    if chance > limits.false_alarms:
        return None
    told = (
        f"{site}: by {_WAYS[source]} no new address has come for {_span(waited)}; at the rate of before it would have"
        f" been {expected:.0f}, and it was never silent for longer than {_span(longest)}."
    )
    return Finding("source", source, "", expected, 0.0, chance, told)


_WAYS = {"feed": "feeds", "sitemap": "sitemaps", "listing": "listing pages"}


def broken(site: str, files: Collection[BrokenFile], known: Collection[Known]) -> list[Finding]:
    """The files that used to lead to new addresses and can't be read any more, but for those that were accepted."""
    accepted = {one.measure: one.accepted or "" for one in known if one.kind == "file" and one.state == "accepted"}
    return [
        Finding(
            "file",
            one.url,
            "",
            float(one.found),
            0.0,
            0.0,
            f"{site}: the {one.kind} {one.url}, which had led to {one.found} addresses, can't be read any more: "
            f"{one.reason}.",
            (one.url,),
        )
        for one in files
        if accepted.get(one.url, "") < one.last_found
    ]


def _span(seconds: float) -> str:
    if seconds >= 2 * _DAY:
        return f"{seconds / _DAY:.0f} days"
    hours = seconds / _HOUR
    return f"{hours:.0f} hours" if hours >= 2 else f"{seconds / 60:.0f} minutes"
