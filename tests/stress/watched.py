"""Judges a cluster by what the sites saw and by the register's own log of visits: overlaps, delays, hand-overs."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.stress.judge import Finding, most_at_once, short_stretches
from tests.stress.logbook import Asked
from tests.stress.sites import One

_AGENT = re.compile(r"mailto:(\w+)@example\.org")
_FORGIVEN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit as the register has it: times in seconds of the clock that everybody on this machine has."""

    site: str
    token: int
    worker: str
    began: float
    ended: float | None
    exit_code: int | None
    generation: int | None
    told: str | None


def visits(dsn: str) -> list[Seen]:
    """All visits, by site and token."""
    sql = (
        "SELECT s.name AS site, v.token, v.worker, extract(epoch FROM v.began)::float8 AS began,"
        " extract(epoch FROM v.ended)::float8 AS ended, v.exit_code, v.generation, v.told"
        " FROM miacrawl.visits v JOIN miacrawl.sites s ON s.id = v.site_id ORDER BY s.name, v.token"
    )
    return [Seen(**row) for row in asked(dsn, sql)]


def asked(dsn: str, sql: str) -> list[dict[str, Any]]:
    """Rows of the register."""
    import psycopg
    import psycopg.rows

    with psycopg.connect(dsn, row_factory=psycopg.rows.dict_row, options="-c search_path=miacrawl") as connection:
        return list(connection.execute(sql).fetchall())


def who(one: Asked) -> str:
    """The worker that made a request."""
    found = _AGENT.search(one.agent or "")
    return found[1] if found else "?"


def overlaps(site: One, seen: Sequence[Seen]) -> Iterator[Finding]:
    """Requests of a worker that had not taken the site, or after somebody else had; and two workers at a time."""
    mine = [visit for visit in seen if visit.site == site.name]
    offset = time.time() - time.monotonic()
    log = site.asked()
    for one in log:
        at = one.t + offset
        holder = max((visit for visit in mine if visit.began <= at), key=lambda visit: visit.token, default=None)
        if holder is None or holder.worker != who(one):
            by = holder.worker if holder else "nobody"
            yield Finding("overlap", f"{site.name}: {who(one)} asked for {one.path} while {by} held it")
    for before, after in itertools.pairwise(log):
        if who(before) != who(after) and before.end is not None and before.end - _FORGIVEN_SECONDS > after.t:
            yield Finding("overlap", f"{site.name}: {who(after)} asked while {who(before)} waited for an answer")


def impolite(site: One, delay: float) -> Iterator[Finding]:
    """Requests that came too soon after others, hand-overs included, or too many at a time."""
    log = site.asked()
    times = [one.t for one in log]
    if short := short_stretches(times, delay, 20):
        yield Finding("delay", f"{site.name}: {len(short)} stretches were too short, the shortest {min(short):.3f} s")
    for before, after in itertools.pairwise(log):
        if who(before) != who(after) and after.t - before.t < delay - 0.01:
            yield Finding("delay", f"{site.name}: {who(after)} began {after.t - before.t:.3f} s after {who(before)}")
    if (most := most_at_once(log)) > 2:
        yield Finding("concurrency", f"{site.name}: {most} requests at a time")


def handovers(seen: Sequence[Seen], killed: Mapping[str, float]) -> list[tuple[str, float]]:
    """Seconds from a worker's kill until its site was taken again, for each site that one of them held then."""
    found = []
    for before, after in itertools.pairwise(seen):
        moment = killed.get(before.worker)
        if moment is None or before.site != after.site or before.began > moment:
            continue
        if before.exit_code is None and after.began > moment:
            found.append((before.site, after.began - moment))
    return found
