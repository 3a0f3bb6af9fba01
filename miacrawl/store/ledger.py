"""The URL ledger: one row per address ever discovered, and the queue of those that are due.

An address stays due until its visit is settled, so what was in flight when a crawl died is fetched by the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlite_utils import Database

from miacrawl.store.clock import later, now
from miacrawl.store.connection import rows
from miacrawl.store.newer import is_newer
from miacrawl.store.queue import NEWER, Queue, marks
from miacrawl.store.settlement import ALIAS_DAYS
from miacrawl.store.traps import Leads, Traps
from miacrawl.urls import clean, site_of, url_key
from miacrawl.visit import Discovery, Entry

_DAY_SECONDS = 86_400
_GONE_AGAIN_DAYS = 7
"""A page that was gone and is linked to is looked at again after so many days."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A row of the ledger whose address was found again."""

    id: int
    due: int
    run_id: int | None
    priority: int
    state: str
    attempts: int
    lastmod: str | None
    fetched_at: str | None


@dataclass(slots=True)
class Found:
    """What came of entering addresses: how many were new, how many of these are wanted, and what they lead to."""

    new: int = 0
    wanted: int = 0
    leads: Leads = field(default_factory=Leads)

    def add_new(self, found: Discovery) -> None:
        """Count an address that nobody knew."""
        self.new += 1
        if found.unwanted is None:
            self.wanted += 1
            if found.kind in ("page", "listing"):
                self.leads.add_new(found.url)


@dataclass(slots=True)
class Ledger:
    """The ledger of one archive, as one run sees it."""

    db: Database
    run_id: int
    queue: Queue
    traps: Traps
    deaf: set[str] = field(default_factory=set)
    """Sites whose lastmod dates have proved wrong in this run."""

    # --- what was found ---

    def discover(self, found: Iterable[Discovery]) -> Found:
        """Enter addresses. Returns how many are new and wanted, and what they lead to."""
        sum_of = Found()
        for discovery in found:
            self._discover(discovery, sum_of)
        return sum_of

    def _discover(self, found: Discovery, sum_of: Found) -> None:
        try:
            key, site = url_key(found.url), site_of(found.url)
            unwanted = self.traps.judged(found)
        except ValueError:
            return
        if unwanted != found.unwanted:
            found = replace(found, unwanted=unwanted)
        row = self.db.execute(
            "SELECT id, due, run_id, priority, state, attempts, lastmod, fetched_at FROM urls WHERE url_key = ?", [key]
        ).fetchone()
        if row is None:
            self._insert(found, key, site)
            sum_of.add_new(found)
        elif found.unwanted is None:
            known = _Known(*row)
            sum_of.leads.add_known(known.id, known.state)
            self._found_again(found, site, known)

    def _found_again(self, found: Discovery, site: str, known: _Known) -> None:
        if known.due:
            if found.priority > known.priority:
                self.db.execute("UPDATE urls SET priority = ? WHERE id = ?", [found.priority, known.id])
            return
        if known.run_id == self.run_id and known.attempts:
            return
        unvisited = known.state == "skipped" and not known.attempts
        back = known.state == "gone" and (known.fetched_at or "") < later(-_GONE_AGAIN_DAYS * _DAY_SECONDS)
        if unvisited or back or found.source == "start":
            self.queue.make_due(known.id, site, found.priority, found.lastmod)
        elif site not in self.deaf and is_newer(found.lastmod, known.lastmod, known.fetched_at):
            priority = NEWER if known.fetched_at and found.kind == "page" else found.priority
            self.queue.make_due(known.id, site, priority, found.lastmod)

    def _insert(self, found: Discovery, key: str, site: str) -> None:
        self.db.execute(
            "INSERT OR IGNORE INTO urls (url, url_key, site, kind, state, reason, source, referrer, depth, priority,"
            " due, lastmod, discovered_at, discovered_run_id, run_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                clean(found.url),
                key,
                site,
                found.kind,
                "skipped" if found.unwanted else "pending",
                found.unwanted or "waiting to be fetched",
                found.source,
                found.referrer,
                found.depth,
                found.priority,
                0 if found.unwanted else 1,
                found.lastmod,
                now(),
                self.run_id,
                self.run_id if found.unwanted else None,
            ],
        )
        if found.unwanted is None:
            self.queue.awakened.add(site)

    def unvisited(self, site: str, since: int = 0) -> Iterator[Discovery]:
        """Addresses of `site` that were not wanted when run `since` or a later one found them, as they were found."""
        found = rows(
            self.db,
            "SELECT url, kind, source, referrer, depth, lastmod FROM urls WHERE state = 'skipped' AND site = ?"
            " AND attempts = 0 AND reason NOT LIKE 'not a web page%' AND coalesce(discovered_run_id, 0) >= ?"
            " ORDER BY id",
            [site, since],
        )
        for row in found:
            yield Discovery(**row)

    def count_found(self, entry: Entry, found: int) -> None:
        """Note that the page or file of `entry` has led to `found` new addresses."""
        if found:
            self.db.execute(
                "UPDATE urls SET found = found + ?, last_found_at = ? WHERE id = ?", [found, now(), entry.id]
            )

    def add_alias(self, found: Discovery, article_id: int, reason: str) -> None:
        """Enter one more address of an article, settled by this run without a visit of its own.

        Where that address is in flight itself, its own visit will settle it.
        """
        self.discover([found])
        key = url_key(found.url)
        row = self.db.execute("SELECT id FROM urls WHERE url_key = ?", [key]).fetchone()
        if row is None or row[0] in self.queue.taken:
            return
        self.db.execute(
            "UPDATE urls SET state = 'archived', reason = ?, article_id = ?, due = 0, run_id = ?, fetched_at = ?,"
            " next_check = CASE WHEN EXISTS (SELECT 1 FROM articles a WHERE a.id = ? AND a.url_key = urls.url_key)"
            " THEN ? ELSE ? END WHERE id = ? AND NOT (state = 'archived' AND run_id IS ?)",
            [
                *(reason, article_id, self.run_id, now()),
                *(article_id, later(_DAY_SECONDS), later(ALIAS_DAYS * _DAY_SECONDS), row[0], self.run_id),
            ],
        )

    # --- what a run amounts to ---

    def tally(self) -> Mapping[str, int]:
        """Addresses by state among those that this run settled."""
        counts = self.db.execute("SELECT state, count(*) FROM urls WHERE run_id = ? GROUP BY state", [self.run_id])
        return dict(counts.fetchall())

    def discovered(self) -> int:
        """How many addresses this run has entered."""
        found = self.db.execute("SELECT count(*) FROM urls WHERE discovered_run_id = ?", [self.run_id])
        return int(found.fetchone()[0])

    def reasons(self, state: str, limit: int = 5) -> list[tuple[str, int, str]]:
        """The commonest reasons for `state` in this run: (reason, count, one such address)."""
        found = self.db.execute(
            "SELECT reason, count(*) AS n, min(url) FROM urls WHERE run_id = ? AND state = ?"
            " GROUP BY reason ORDER BY n DESC LIMIT ?",
            [self.run_id, state, limit],
        )
        return list(found.fetchall())

    def write_yields(self, sites: Collection[str], archived: Counter[tuple[str, str]]) -> None:
        """Keep what each way of discovery has yielded in this run; `archived`: new articles by (site, source)."""
        found = self.db.execute(
            "SELECT site, source, count(*) FROM urls WHERE discovered_run_id = ?"
            f" AND site IN ({marks(sites)}) AND NOT (state = 'skipped' AND attempts = 0) GROUP BY site, source",
            [self.run_id, *sites],
        )
        discovered = {(site, source): count for site, source, count in found.fetchall()}
        for site, source in sorted({*discovered, *archived}):
            self.db.execute(
                "INSERT OR REPLACE INTO yields (run_id, site, source, discovered, archived) VALUES (?, ?, ?, ?, ?)",
                [self.run_id, site, source, discovered.get((site, source), 0), archived[site, source]],
            )
