"""A `Session`: one run of a crawl over one archive, from its start to its closing counts."""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from sqlite_utils import Database

from miacrawl.errors import ExitCode
from miacrawl.store import runs
from miacrawl.store.archive import database_path, explain, open_archive, writing
from miacrawl.store.articles import Saved, save
from miacrawl.store.ledger import Ledger
from miacrawl.urls import site_of, url_key
from miacrawl.visit import Discovery, Entry, Visit

_log = logging.getLogger(__name__)


class Session:
    """What one run reads from and writes to its archive. Opened by `Session.open`, ended by `close`."""

    def __init__(self, folder: Path, db: Database, run_id: int, starts: Sequence[str], held: ExitStack) -> None:
        self.folder = folder
        self.db = db
        self.run_id = run_id
        self.starts = tuple(starts)
        self.sites = frozenset(site_of(url) for url in starts)
        self.ledger = Ledger(db, run_id)
        self.counts: Counter[str] = Counter()
        self.failure: str | None = None
        """What broke the archive while the run went on, or None."""
        self._held = held
        self._closed = False

    @classmethod
    def open(cls, folder: Path, spider: str, starts: Sequence[str]) -> Session:
        """Hold the archive for writing and begin a run in it. Raises ArchiveLockedError, StorageError."""
        with ExitStack() as held:
            held.enter_context(writing(folder))
            db = open_archive(folder)
            held.callback(db.conn.close)
            run_id = runs.begin(db, spider, starts)
            return cls(folder, db, run_id, starts, held.pop_all())
        raise AssertionError("unreachable: ExitStack lets errors through")

    @property
    def stored(self) -> int:
        """Articles archived by this run: new, changed and unchanged."""
        return sum(self.counts[change] for change in ("new", "changed", "unchanged"))

    def wants(self, url: str) -> bool:
        """Whether `url` is on a site of this run."""
        try:
            return site_of(url) in self.sites
        except ValueError:
            return False

    def discover(self, found: Iterable[Discovery]) -> None:
        """Enter addresses in the ledger, in one transaction."""
        with self.db.atomic():
            self.counts["discovered"] += self.ledger.discover(found)

    def revisit(self) -> None:
        """Make every page of this run's sites due that was archived before."""
        with self.db.atomic():
            self.ledger.revisit(self.sites)

    def record(self, visit: Visit) -> str:
        """Store what became of a visit, all of it or nothing. Returns what happened: a change, or the state.

        Raises sqlite3.Error where the archive can't be written; the entry stays due then.
        """
        with self.db.atomic():
            found = self.ledger.discover(visit.discoveries)
            saved = self._save(visit) if visit.article is not None else None
            if saved is None:
                self.ledger.settle(visit, None)
        outcome = saved.change if saved else visit.state
        self.counts["discovered"] += found
        self.counts[outcome] += 1
        return outcome

    def _save(self, visit: Visit) -> Saved:
        article = visit.article
        if article is None:
            raise ValueError("a visit without an article has none to save")
        saved = save(self.db, article, self.run_id)
        key = url_key(saved.url)
        final = visit.final_url or visit.entry.url
        reason = None
        if visit.entry.url_key != key:
            told = "redirected to" if url_key(final) != visit.entry.url_key else "same article as"
            reason = f"{told} {saved.url}"
        self.ledger.settle(_with_reason(visit, reason), saved.article_id)
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
            f"SELECT url, reason FROM urls WHERE url_key IN ({marks}) AND state = 'failed' AND run_id = ?",
            [*keys, self.run_id],
        )
        return list(found.fetchall())

    def take(self, limit: int) -> list[Entry]:
        """Up to `limit` due entries of this run's sites."""
        return self.ledger.take(self.sites, limit)

    def waiting(self) -> bool:
        """Whether entries are due that nobody has taken."""
        return self.ledger.waiting(self.sites)

    def broken(self, error: sqlite3.Error) -> None:
        """Note that the archive can't be written any more."""
        self.failure = self.failure or explain(error, database_path(self.folder))
        _log.error("The archive can't be written, the run ends: %s", self.failure)

    def close(self, reason: str, exit_code: ExitCode, fetched: int) -> None:
        """End the run: write its counts, let go of the archive. Does nothing the second time."""
        if self._closed:
            return
        self._closed = True
        with self._held:
            try:
                tally = self.ledger.tally()
                counts = {name: self.counts[name] for name in ("discovered", "new", "changed", "unchanged")}
                counts |= {state: tally.get(state, 0) for state in ("skipped", "failed")}
                counts |= {"fetched": fetched, "pending": self.ledger.pending(self.sites)}
                runs.finish(self.db, self.run_id, reason, exit_code, counts)
                self.db.execute("PRAGMA optimize")
                self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.Error as error:
                self.broken(error)


def _with_reason(visit: Visit, reason: str | None) -> Visit:
    return Visit(visit.entry, visit.state, reason or visit.reason, visit.final_url, visit.status)
