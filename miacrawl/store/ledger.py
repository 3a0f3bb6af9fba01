"""The URL ledger: one row per address ever discovered, and the queue of those that are due.

An address stays due until its visit is settled, so what was in flight when a crawl died is fetched by the next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlite_utils import Database

from miacrawl.store.clock import now
from miacrawl.store.connection import rows
from miacrawl.urls import clean, site_of, url_key
from miacrawl.visit import Discovery, Entry, Visit

_REVISIT_PRIORITY = 200


@dataclass(slots=True)
class Ledger:
    """The ledger of one archive, as one run sees it."""

    db: Database
    run_id: int
    taken: set[int] = field(default_factory=set)
    """Rows handed out and not yet settled; they are due still, so a crash loses none."""

    def discover(self, found: Iterable[Discovery]) -> int:
        """Enter addresses; known ones become due again unless this run has visited them. Returns how many are new."""
        return sum(self._discover(discovery) for discovery in found)

    def _discover(self, found: Discovery) -> bool:
        try:
            key, site = url_key(found.url), site_of(found.url)
        except ValueError:
            return False
        found_rows = rows(self.db, "SELECT id, due, run_id, priority FROM urls WHERE url_key = ?", [key])
        row = found_rows[0] if found_rows else None
        if row is None:
            return self._insert(found, key, site)
        if found.unwanted is None and not row["due"] and row["run_id"] != self.run_id:
            self.db.execute(
                "UPDATE urls SET due = 1, priority = max(priority, ?), lastmod = coalesce(?, lastmod) WHERE id = ?",
                [found.priority, found.lastmod, row["id"]],
            )
        elif row["due"] and found.priority > row["priority"]:
            self.db.execute("UPDATE urls SET priority = ? WHERE id = ?", [found.priority, row["id"]])
        return False

    def _insert(self, found: Discovery, key: str, site: str) -> bool:
        self.db.execute(
            "INSERT OR IGNORE INTO urls (url, url_key, site, kind, state, reason, source, referrer, depth, priority,"
            " due, lastmod, discovered_at, run_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                self.run_id if found.unwanted else None,
            ],
        )
        return True

    def revisit(self, sites: Collection[str]) -> int:
        """Make every archived or failed page of `sites` due again, after what was never fetched. Returns how many.

        Other addresses of an article (redirects, tracking variants) are not fetched again.
        """
        cursor = self.db.execute(
            f"UPDATE urls SET due = 1, priority = min(priority, ?) WHERE site IN ({_marks(sites)}) AND due = 0"
            " AND (state IN ('failed', 'followed') OR state = 'archived' AND EXISTS ("
            "   SELECT 1 FROM articles a WHERE a.id = urls.article_id AND urls.url_key = a.url_key))",
            [_REVISIT_PRIORITY, *sites],
        )
        return int(cursor.rowcount)

    def take(self, sites: Collection[str], limit: int) -> list[Entry]:
        """Up to `limit` due entries of `sites`, the most urgent first, not handed out again until settled."""
        due = rows(
            self.db,
            "SELECT id, url, url_key, kind, source, depth, priority FROM urls"
            f" WHERE due = 1 AND site IN ({_marks(sites)}) ORDER BY priority DESC, id LIMIT ?",
            [*sites, limit + len(self.taken)],
        )
        entries = [Entry(**row) for row in due if row["id"] not in self.taken][:limit]
        self.taken.update(entry.id for entry in entries)
        return entries

    def give_back(self, entries: Iterable[Entry]) -> None:
        """Undo `take` for entries that were not fetched after all."""
        self.taken.difference_update(entry.id for entry in entries)

    def pending(self, sites: Collection[str]) -> int:
        """How many entries of `sites` are due."""
        row = self.db.execute(f"SELECT count(*) FROM urls WHERE due = 1 AND site IN ({_marks(sites)})", list(sites))
        return int(row.fetchone()[0])

    def waiting(self, sites: Collection[str]) -> bool:
        """Whether any entry of `sites` is due and not handed out."""
        row = self.db.execute(
            f"SELECT 1 FROM urls WHERE due = 1 AND site IN ({_marks(sites)}) LIMIT 1 OFFSET ?",
            [*sites, len(self.taken)],
        )
        return row.fetchone() is not None

    def settle(self, visit: Visit, article_id: int | None) -> None:
        """Write what became of `visit`'s entry."""
        self.db.execute(
            "UPDATE urls SET state = ?, reason = ?, status = ?, article_id = coalesce(?, article_id), due = 0,"
            " kind = ?, attempts = attempts + 1, fetched_at = ?, run_id = ? WHERE id = ?",
            [
                visit.state,
                visit.reason,
                visit.status,
                article_id,
                "listing" if visit.state == "followed" and visit.entry.kind == "page" else visit.entry.kind,
                now(),
                self.run_id,
                visit.entry.id,
            ],
        )
        self.taken.discard(visit.entry.id)

    def add_alias(self, found: Discovery, article_id: int, reason: str) -> None:
        """Enter one more address of an article, settled by this run without a visit of its own.

        Where that address is in flight itself, its own visit will settle it.
        """
        self.discover([found])
        key = url_key(found.url)
        row = self.db.execute("SELECT id FROM urls WHERE url_key = ?", [key]).fetchone()
        if row is None or row[0] in self.taken:
            return
        self.db.execute(
            "UPDATE urls SET state = 'archived', reason = ?, article_id = ?, due = 0, run_id = ? WHERE id = ?"
            " AND NOT (state = 'archived' AND run_id IS ?)",
            [reason, article_id, self.run_id, row[0], self.run_id],
        )

    def tally(self) -> Mapping[str, int]:
        """Addresses by state among those that this run settled."""
        counts = self.db.execute("SELECT state, count(*) FROM urls WHERE run_id = ? GROUP BY state", [self.run_id])
        return dict(counts.fetchall())

    def reasons(self, state: str, limit: int = 5) -> list[tuple[str, int, str]]:
        """The commonest reasons for `state` in this run: (reason, count, one such address)."""
        found = self.db.execute(
            "SELECT reason, count(*) AS n, min(url) FROM urls WHERE run_id = ? AND state = ?"
            " GROUP BY reason ORDER BY n DESC LIMIT ?",
            [self.run_id, state, limit],
        )
        return list(found.fetchall())


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" * len(values))
