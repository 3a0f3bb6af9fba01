"""The watch over drift in one run: it sees every visit, and judges at the end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from miacrawl.drift.finding import Finding, Known, Limits, Reading
from miacrawl.drift.judgement import judge
from miacrawl.drift.observations import Observations
from miacrawl.drift.sources import WATCHED, broken, quiet
from miacrawl.drift.traits import Traits
from miacrawl.store.alarms import known_alarms, open_alarms, raise_alarm, resolve
from miacrawl.store.coverage import (
    broken_files,
    finds,
    first_visited,
    places_of,
    readable,
    readings,
    traits_before,
    write_coverage,
)
from miacrawl.visit import Visit

_FIRST_RUN_TRIES = 3


class Watch:
    """`limits_for(site)`: when to speak of it; None where it is not watched. `alarms`: what is open at the end."""

    def __init__(self, db: Database, run_id: int, sites: Collection[str]) -> None:
        self.db = db
        self.run_id = run_id
        self.sites = sites
        self.limits_for: Callable[[str], Limits | None] = lambda site: None
        self.tries = _FIRST_RUN_TRIES
        """How often a file that fails is tried in one run: a failure that lasts longer is more than a hiccup."""
        self.alarms: tuple[dict[str, Any], ...] = ()
        self._seen: Observations | None = None

    @property
    def seen(self) -> Observations:
        """What the run has seen so far."""
        if self._seen is None:
            self._seen = Observations(first_visited(self.db, self.sites))
        return self._seen

    def before(self, visit: Visit) -> Traits | None:
        """The article that `visit` reads again, as it is archived; to be asked before it is written over."""
        if visit.article is None or visit.entry.state != "archived" or self.limits_for(visit.entry.site) is None:
            return None
        return traits_before(self.db, visit.entry.id)

    def see(self, visit: Visit, outcome: str, before: Traits | None) -> None:
        """Count a visit."""
        if self.limits_for(visit.entry.site) is not None:
            self.seen.see(visit, outcome, before)

    def conclude(self, partial: Collection[str]) -> None:
        """Keep what the run has seen, and judge it; `partial`: sites that it left work undone of, which are not judged.

        The caller holds the transaction.
        """
        write_coverage(self.db, self.run_id, self.seen, partial)
        watched = [site for site in sorted(self.sites) if self.limits_for(site) is not None]
        for site in watched:
            if site not in partial:
                self._judge(site, self.limits_for(site) or Limits())
        self.alarms = tuple(open_alarms(self.db, watched))

    def _judge(self, site: str, limits: Limits) -> None:
        known = known_alarms(self.db, site)
        verdict = judge(site, list(self._series(site, known, limits)), known, limits)
        for found in (*verdict.findings, *self._of_sources(site, known, limits)):
            raise_alarm(self.db, self.run_id, site, found)
        for key in verdict.cleared:
            resolve(self.db, site, key)

    def _series(self, site: str, known: Collection[Known], limits: Limits) -> Iterator[list[Reading]]:
        """The series that this run has added to; far enough back for the oldest open alarm."""
        since = min((one.since for one in known if one.state == "open"), default=None)
        for of_site, cohort, measure in sorted(self.seen.tallies):
            if of_site == site:
                yield readings(self.db, site, (cohort, measure), self.run_id, since=since, limit=limits.runs * 2)

    def _of_sources(self, site: str, known: Collection[Known], limits: Limits) -> Iterator[Finding]:
        found = finds(self.db, site)
        for source in WATCHED:
            seen = found.get(source, [])
            silent = quiet(site, source, seen, datetime.now(UTC), known, limits)
            opened = [one for one in known if one.key == ("source", source) and one.state == "open"]
            if silent is not None:
                yield silent.with_samples(places_of(self.db, site, source))
            elif any(find.run_id > one.since for one in opened for find in seen):
                resolve(self.db, site, ("source", source))
        yield from broken(site, broken_files(self.db, site, self.tries), known)
        opened_files = [one.measure for one in known if one.kind == "file" and one.state == "open"]
        for url in readable(self.db, opened_files):
            resolve(self.db, site, ("file", url))
