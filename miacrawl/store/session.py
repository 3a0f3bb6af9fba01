"""A `Session`: one run of a crawl over one archive, from its start to its closing counts."""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from sqlite_utils import Database

from miacrawl.article import Article
from miacrawl.errors import ExitCode, StorageError
from miacrawl.exchange import Exchange
from miacrawl.extract.ruling import extractor_of
from miacrawl.host import Hold, Reservations, Robots
from miacrawl.store import duplicates, hosts, runs
from miacrawl.store.archive import database_path, explain, open_archive, writing
from miacrawl.store.articles import Saved, gone, save, seen_again
from miacrawl.store.attempts import add_attempt
from miacrawl.store.capture import FOLDER, Capture
from miacrawl.store.captures import Captures
from miacrawl.store.clock import now
from miacrawl.store.ledger import Ledger
from miacrawl.store.outcome import seen_by, seen_in
from miacrawl.store.queue import NEWER, Queue
from miacrawl.store.recovery import Recovery
from miacrawl.store.rereading import page_in
from miacrawl.store.settlement import Settlement
from miacrawl.store.traps import Traps
from miacrawl.store.versions import Sighting
from miacrawl.store.watch import Watch
from miacrawl.urls import site_of, url_key
from miacrawl.visit import Discovery, Entry, Visit

_log = logging.getLogger(__name__)
_LASTMOD_SAMPLE = 20
"""After so many pages that were called newer, nine in ten of them wrongly, a site's dates are no longer believed."""
_REASONS_KEPT = 20
_DUPLICATES_SECONDS = 30.0
_AT_ONCE, _ROUNDS = 1_000, 5
_SEEN = ("archived", "followed", "skipped")
_READ = range(200, 300)
_SETTLED = ("followed", "skipped", "gone", "failed")
_UNFIT = {
    "consent-wall": "a consent wall",
    "soft-404": "that it was not found",
    "paywall": "less than before, behind a paywall",
    "cut-off": "less than before, and breaks off",
    "emptied": "next to no text any more",
    "empty-body": "next to no text any more",
    "empty-shell": "an empty shell",
    "not-article": "no article",
}


class Session:
    """What one run reads from and writes to its archive. Opened by `Session.open`, ended by `close`."""

    def __init__(self, folder: Path, db: Database, run_id: int, starts: Sequence[str], held: ExitStack) -> None:
        self.folder = folder
        self.db = db
        self.run_id = run_id
        self.starts = tuple(starts)
        self.sites = frozenset(site_of(url) for url in starts)
        self.queue = Queue(db)
        self.traps = Traps(db, run_id)
        self.ledger = Ledger(db, run_id, self.queue, self.traps)
        self.settlement = Settlement(db, run_id, self.queue)
        self.watch = Watch(db, run_id, self.sites)
        self.captures = Captures(db, folder, run_id)
        self.counts: Counter[str] = Counter()
        self.archived_by: Counter[tuple[str, str]] = Counter()
        """New articles by site and way of discovery."""
        self.called_newer: Counter[tuple[str, bool]] = Counter()
        """Pages that sitemaps and feeds called newer, by site and by whether they were."""
        self.failure: str | None = None
        """What broke the archive while the run went on, or None."""
        self._held = held
        self._closed = False

    @classmethod
    def open(cls, folder: Path, spider: str, starts: Sequence[str], kind: runs.RunKind = "crawl") -> Session:
        """Hold the archive for writing and begin a run in it. Raises ArchiveLockedError, StorageError."""
        with ExitStack() as held:
            held.enter_context(writing(folder))
            db = open_archive(folder)
            held.callback(db.conn.close)
            try:
                run_id = runs.begin(db, spider, starts, kind)
                session = cls(folder, db, run_id, starts, held)
                if torn := Recovery(db, folder, run_id).recover():
                    _log.info("A record of %d bytes that an earlier run did not finish was cut off", torn)
            except sqlite3.Error as error:
                raise StorageError(explain(error, database_path(folder))) from error
            except OSError as error:
                raise StorageError(explain(error, folder / FOLDER)) from error
            session._held = held.pop_all()
            return session
        raise AssertionError("unreachable: ExitStack lets errors through")

    @property
    def stored(self) -> int:
        """Articles archived by this run: new, changed and unchanged."""
        return sum(self.counts[change] for change in ("new", "changed", "unchanged"))

    @property
    def visits(self) -> int:
        """Entries settled by this run."""
        return sum(self.counts[outcome] for outcome in ("new", "changed", "unchanged", "alias", *_SETTLED))

    def has_articles(self) -> bool:
        """Whether the archive holds any article of this run's sites."""
        marks = ", ".join("?" * len(self.sites))
        found = self.db.execute(f"SELECT 1 FROM articles WHERE site IN ({marks}) LIMIT 1", sorted(self.sites))
        return found.fetchone() is not None

    def awakened(self) -> set[str]:
        """This run's sites that got something due since this was last asked."""
        found, self.queue.awakened = self.queue.awakened & self.sites, set()
        return found

    def discover(self, found: Iterable[Discovery]) -> None:
        """Enter addresses in the ledger, in one transaction."""
        with self.db.atomic():
            self.counts["discovered"] += self.ledger.discover(found).new

    def begin_crawl(self) -> None:
        """Make every page of this run's sites due that was fetched before."""
        self.queue.revisit(self.sites)

    def begin_update(self, sources: int) -> None:
        """Make due what is planned by now, and the `sources` feeds and sitemaps of each site that found most lately."""
        with self.db.atomic():
            for site in self.sites:
                self.queue.ask_sources(site, sources)
        self.queue.revisit_due(self.sites)

    def judge_again(self, judge: Callable[[Discovery], Discovery], rules: str) -> None:
        """Judge by today's rules what was not wanted when it was found; what is wanted now becomes due.

        `rules`: a digest of them. What was judged by the same rules in an earlier run is left out.
        """
        rules = f"{rules}-{self.traps.digest()}"
        since = runs.last_judged(self.db, rules)
        for site in self.sites:
            wanted = [now for one in self.ledger.unvisited(site, since) if (now := judge(one)).unwanted is None]
            if wanted:
                self.discover(wanted)
        with self.db.atomic():
            runs.note_judged(self.db, self.run_id, rules)

    def record(self, visit: Visit) -> str:
        """Store what became of a visit, all of it or nothing. Returns what happened: a change, or the state.

        Raises sqlite3.Error or OSError where the archive can't be written; the entry stays due then. What was fetched
        is kept in any case.
        """
        kept = self._keep(visit)
        try:
            outcome = self._record(visit, kept)
        except BaseException:
            self.captures.untell()
            raise
        self.captures.told()
        return outcome

    def _record(self, visit: Visit, kept: Capture | None) -> str:
        with self.db.atomic():
            self.captures.tell()
            seen = self._sighting(visit, kept)
            found = self.ledger.discover(visit.discoveries)
            before = self.watch.before(visit)
            saved = self._save(visit, seen) if visit.article is not None else None
            if saved is not None and saved.unfit is not None:
                visit, saved = _as_unfit(visit, saved.unfit), None
                self.captures.name_outcome(kept, seen_by(visit))
            if saved is None:
                self.settlement.settle(visit, fresh=found.wanted > 0)
            self.ledger.count_found(visit.entry, found.wanted)
            if visit.state in _SEEN and visit.status in _READ and not visit.is_shell:
                copy = saved is not None and saved.change == "alias"
                self.traps.count(visit.entry, found.leads, is_article=saved is not None and not copy, is_copy=copy)
            if visit.not_modified and visit.entry.state == "archived":
                seen_again(self.db, visit.entry.id, seen)
            elif visit.state == "gone":
                gone(self.db, visit.entry.url_key, seen.at)
            outcome = "unchanged" if _unmodified_article(visit) else saved.change if saved else visit.state
            add_attempt(self.db, visit, outcome, seen)
        self._count(visit, outcome, found.new)
        self.watch.see(visit, outcome, before)
        return outcome

    def _count(self, visit: Visit, outcome: str, found: int) -> None:
        self.counts["discovered"] += found
        self.counts[outcome] += 1
        self.counts["not_modified"] += visit.not_modified
        entry = visit.entry
        if outcome == "new":
            self.archived_by[entry.site, entry.source] += 1
        if entry.priority == NEWER and outcome != "pending":
            self._weigh_lastmod(entry.site, right=outcome in ("new", "changed"))

    def _weigh_lastmod(self, site: str, *, right: bool) -> None:
        self.called_newer[site, right] += 1
        seen = self.called_newer[site, True] + self.called_newer[site, False]
        if seen >= _LASTMOD_SAMPLE and self.called_newer[site, True] * 10 < seen and site not in self.ledger.deaf:
            with self.db.atomic():
                spared = self.queue.distrust_lastmod(site)
            self.ledger.deaf.add(site)
            _log.warning(
                "%s: its sitemaps call pages newer that are not; %d more are left to their own time", site, spared
            )

    # --- captures ---

    def keep(self, exchanges: Iterable[Exchange]) -> None:
        """Keep what went over the wire besides visits. Raises OSError and sqlite3.Error."""
        for exchange in exchanges:
            self.captures.keep(exchange).outcome = seen_in(exchange)

    def _keep(self, visit: Visit) -> Capture | None:
        """Append what went over the wire for a visit; the capture that it was read from, None where none was kept."""
        kept: Capture | None = None
        for exchange in visit.exchanges:
            kept = self.captures.keep(exchange)
            kept.outcome = seen_in(exchange)
        if kept is None or visit.withheld:
            return None
        if visit.rendered is not None:
            url, markup = visit.rendered
            kept = self.captures.keep_rendered(kept, url, visit.exchanges[-1], markup)
        kept.outcome = seen_by(visit) or kept.outcome
        return kept

    def _sighting(self, visit: Visit, kept: Capture | None) -> Sighting:
        at = kept.fetched_at if kept is not None else now()
        capture_id = kept.id if kept is not None else None
        extractor = extractor_of(visit.article.url) if visit.article is not None else None
        return Sighting(self.run_id, at, capture_id, extractor, reread=self._reread)

    def _reread(self, capture_id: int) -> Article | None:
        """What today's rules find in an earlier capture."""
        try:
            return page_in(self.db, self.captures.warcs, capture_id).article()
        except StorageError as error:
            _log.warning("Capture %d can't be read again: %s", capture_id, error)
            return None

    def _save(self, visit: Visit, seen: Sighting) -> Saved:
        article = visit.article
        if article is None:
            raise ValueError("a visit without an article has none to save")
        saved = save(self.db, article, seen, visit.directives)
        if saved.unfit is not None:
            return saved
        key = url_key(saved.url)
        final = visit.final_url or visit.entry.url
        reason = None
        if visit.entry.url_key != key:
            told = "redirected to" if url_key(final) != visit.entry.url_key else "same article as"
            reason = f"{told} {saved.url}"
        settled = replace(visit, reason=reason or visit.reason, discoveries=())
        # A redirect does not take away the article that an address has of its own: it may pass.
        owned = self.db.execute("SELECT id FROM articles WHERE url_key = ?", [visit.entry.url_key]).fetchone()
        article_id = owned[0] if owned else saved.article_id
        self.settlement.settle(settled, article_id, fresh=saved.change in ("new", "changed"))
        if saved.change == "alias" and visit.entry.url_key == key:
            seen_again(self.db, visit.entry.id, seen)
        if url_key(final) != visit.entry.url_key:
            alias = Discovery(final, source="redirect", referrer=visit.entry.url, depth=visit.entry.depth)
            self.ledger.add_alias(alias, saved.article_id, f"fetched by a redirect from {visit.entry.url}")
        if saved.provisional:
            depth = visit.entry.depth
            self.ledger.discover([Discovery(saved.url, source="canonical", referrer=final, depth=depth, priority=400)])
        return saved

    def failed_starts(self) -> list[tuple[str, str]]:
        """The start addresses that could not be had in this run, each with the reason."""
        keys = [url_key(url) for url in self.starts]
        marks = ", ".join("?" * len(keys))
        found = self.db.execute(
            f"SELECT url, reason FROM urls WHERE url_key IN ({marks}) AND state IN ('failed', 'gone') AND run_id = ?",
            [*keys, self.run_id],
        )
        return list(found.fetchall())

    def take(self, site: str, limit: int) -> list[Entry]:
        """Up to `limit` due entries of one of this run's sites. What turned out to be a trap is settled instead."""
        found = self.queue.take(site, limit)
        taken = self._spare_traps(found)
        for _ in range(_ROUNDS):
            if taken or not found:
                break
            found = self.queue.take(site, _AT_ONCE)
            taken = self._spare_traps(found)
            self.queue.give_back(taken[limit:])
        return taken[:limit]

    def _spare_traps(self, entries: list[Entry]) -> list[Entry]:
        """`entries` without those of a trap, which are settled as skipped."""
        told = {
            entry.id: why
            for entry in entries
            if entry.state == "pending" and (why := self.traps.why(entry.url, entry.source))
        }
        if told:
            with self.db.atomic():
                self.queue.skip(told, self.run_id)
            self.counts["skipped"] += len(told)
        return [entry for entry in entries if entry.id not in told]

    def waiting(self, sites: Collection[str], patience_seconds: float) -> bool:
        """Whether entries of `sites` are due, or will be within so many seconds, that nobody has taken."""
        return self.queue.waiting(sites, patience_seconds)

    # --- hosts ---

    def known_robots(self, origin: str) -> Robots | None:
        """The robots.txt of a host as it was last read, or None."""
        return hosts.known_robots(self.db, origin)

    def remember_robots(self, robots: Robots) -> None:
        """Keep a robots.txt for the next runs."""
        with self.db.atomic():
            hosts.remember_robots(self.db, robots)

    def known_reservations(self, origin: str) -> Reservations | None:
        """What a host said of text and data mining when it was last asked, or None."""
        return hosts.known_reservations(self.db, origin)

    def remember_reservations(self, said: Reservations) -> None:
        """Keep what a host says of text and data mining for the next runs."""
        with self.db.atomic():
            hosts.remember_reservations(self.db, said)

    def holds(self) -> list[Hold]:
        """The hosts that earlier runs were told to leave alone until a time to come."""
        return hosts.holds(self.db)

    def remember_hold(self, hold: Hold) -> None:
        """Keep for the next runs that a host is to be left alone."""
        with self.db.atomic():
            hosts.remember_hold(self.db, hold)

    # --- the end ---

    def broken(self, error: sqlite3.Error | OSError) -> None:
        """Note that the archive can't be written any more."""
        what = self.captures.warcs if isinstance(error, OSError) else database_path(self.folder)
        self.failure = self.failure or explain(error, what)
        _log.error("The archive can't be written, the run ends: %s", self.failure)

    def close(
        self,
        reason: str,
        exit_code: ExitCode,
        fetched: int,
        *,
        received_bytes: int = 0,
        held: Mapping[str, str] | None = None,
    ) -> None:
        """End the run: write its counts, judge what it saw, let go of the archive. Does nothing the second time.

        `held`: hosts left for the next run, with the reason. A run that is otherwise well ends with DRIFT where an
        alarm of its sites is open.
        """
        if self._closed:
            return
        self._closed = True
        with self._held:
            try:
                self.captures.close()
                with self.db.atomic():
                    self.ledger.write_yields(self.sites, self.archived_by)
                    for site, told in (held or {}).items():
                        self.queue.explain_wait(site, told)
                    self.watch.conclude(self._left_undone(held or {}))
                    if self.watch.alarms and exit_code is ExitCode.OK:
                        exit_code, reason = ExitCode.DRIFT, f"{reason}; {_alarms(len(self.watch.alarms))}"
                    counts = self._final_counts() | {"fetched": fetched, "bytes": received_bytes}
                    ended = runs.Ending(reason, exit_code, counts, tuple(self._reasons()), dict(held or {}))
                    runs.finish(self.db, self.run_id, ended)
                # Bounded in time: what is left is settled by the next run, or by `miacrawl duplicates`.
                duplicates.bring_up_to_date(self.db, limit_seconds=_DUPLICATES_SECONDS)
                self.db.execute("PRAGMA optimize")
                self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except (sqlite3.Error, OSError) as error:
                self.broken(error)

    def _left_undone(self, held: Collection[str]) -> set[str]:
        """The sites of which the run did not do all that was due."""
        return {site for site in self.sites if site in held or self.queue.pending([site])}

    def _final_counts(self) -> dict[str, int]:
        tally = self.ledger.tally()
        counts = {name: self.counts[name] for name in ("new", "changed", "unchanged", "not_modified")}
        counts["discovered"] = self.ledger.discovered()
        counts |= {state: tally.get(state, 0) for state in ("skipped", "gone", "failed")}
        return counts | {"pending": self.queue.pending(self.sites)}

    def _reasons(self) -> Iterator[runs.Reason]:
        for state in ("failed", "gone", "skipped"):
            for reason, count, url in self.ledger.reasons(state, _REASONS_KEPT):
                yield runs.Reason(state, reason, count, url)


def _as_unfit(visit: Visit, flag: str) -> Visit:
    """A visit whose page showed something else, or next to nothing, in its article's place."""
    flags = visit.article.flags if visit.article is not None else ()
    told = f"its page shows {_UNFIT.get(flag, flag)}: the last good version is kept"
    return replace(visit, state="skipped", reason=told, article=None, discoveries=(), flags=(*flags, flag))


def _unmodified_article(visit: Visit) -> bool:
    return visit.not_modified and visit.entry.state == "archived"


def _alarms(count: int) -> str:
    return f"{count} drift alarm{'s are' if count > 1 else ' is'} open"
