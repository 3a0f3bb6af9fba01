"""The queue in the ledger: what is due, in what order, and what is handed out already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from miacrawl.store.clock import later, now
from miacrawl.visit import Entry, Validators

NEWER, REVISIT = 250, 200
"""Priorities of pages archived before: said to be newer than what is archived; due again."""
SOURCE_PRIORITY = 900
_ROWS_AT_ONCE = 20_000
_WEEK_SECONDS = 7 * 86_400
OWN_ADDRESS = "EXISTS (SELECT 1 FROM articles a WHERE a.id = urls.article_id AND a.url_key = urls.url_key)"
"""Whether a row is the address that its article goes by, not another one that led to it."""
_OWN_ADDRESS_LOST = (
    "EXISTS (SELECT 1 FROM articles a JOIN urls o ON o.url_key = a.url_key"
    " WHERE a.id = urls.article_id AND o.state <> 'archived')"
)
"""Whether the address that a row's article goes by does not lead to it any more."""


@dataclass(slots=True)
class Queue:
    """The due rows of one archive's ledger, as one run sees them. An entry is due until it is settled."""

    db: Database
    taken: dict[int, str] = field(default_factory=dict)
    """Rows handed out and not yet settled, with their sites; they are due still, so a crash loses none."""
    awakened: set[str] = field(default_factory=set)
    """Sites that got something due since the frontier last looked."""

    def revisit(self, sites: Collection[str]) -> int:
        """Make every page of `sites` due that was ever fetched, after what never was. Returns how many.

        Other addresses of an article (redirects, tracking variants) are fetched again only where its own is not there.
        """
        return self._make_due(
            f"(state IN ('followed', 'failed', 'gone') OR state = 'skipped' AND attempts > 0"
            f" OR state = 'archived' AND ({OWN_ADDRESS} OR {_OWN_ADDRESS_LOST}))",
            sites,
        )

    def ask_alias(self, article_id: int, but_for: int) -> None:
        """Make one more address of an article due, now that its own, row `but_for`, is gone."""
        row = self.db.execute(
            "SELECT id, site FROM urls WHERE article_id = ? AND id <> ? AND state = 'archived' AND due = 0"
            " ORDER BY fetched_at DESC LIMIT 1",
            [article_id, but_for],
        ).fetchone()
        if row is not None:
            self.make_due(row[0], row[1], REVISIT, None)

    def revisit_due(self, sites: Collection[str]) -> int:
        """Make what was planned to be visited by now due. Returns how many."""
        return self._make_due("next_check <= ?", sites, [now()])

    def _make_due(self, condition: str, sites: Collection[str], parameters: Iterable[Any] = ()) -> int:
        """In steps, so that neither the journal nor readers feel a million rows at once."""
        changed = 0
        for site in sorted(sites):
            while True:
                with self.db.atomic():
                    cursor = self.db.execute(
                        "UPDATE urls SET due = 1, next_check = NULL, priority = min(priority, ?) WHERE id IN ("
                        f" SELECT id FROM urls WHERE due = 0 AND site = ? AND {condition} LIMIT {_ROWS_AT_ONCE})",
                        [REVISIT, site, *parameters],
                    )
                changed += cursor.rowcount
                if cursor.rowcount < _ROWS_AT_ONCE:
                    break
            self.awakened.add(site)
        return changed

    def ask_sources(self, site: str, limit: int) -> int:
        """Make feeds and sitemaps of `site` due, `limit` at most: those that have led to new addresses last."""
        cursor = self.db.execute(
            "UPDATE urls SET due = 1, next_check = NULL, priority = ? WHERE due = 0 AND id IN (SELECT id FROM ("
            " SELECT id, kind, row_number() OVER (alike ORDER BY last_found_at DESC, depth, id) AS best,"
            " row_number() OVER (alike ORDER BY fetched_at, depth, id) AS oldest FROM urls"
            " WHERE site = ? AND kind IN ('feed', 'sitemap') AND state = 'followed'"
            # One kind must not crowd out the other: feeds, sitemaps that robots.txt names, and the rest take turns;
            # so do those that found something lately with those that nobody has asked for long.
            " WINDOW alike AS (PARTITION BY kind, depth <= 1)) ORDER BY min(best, oldest * 2), kind LIMIT ?)",
            [SOURCE_PRIORITY, site, limit],
        )
        self.awakened.add(site)
        return int(cursor.rowcount)

    def distrust_lastmod(self, site: str) -> int:
        """Take back what is due only because a sitemap or feed called it newer. Returns how many."""
        cursor = self.db.execute(
            "UPDATE urls SET due = 0, next_check = coalesce(next_check, ?) WHERE due = 1 AND site = ? AND priority = ?"
            " AND id NOT IN (SELECT value FROM json_each(?))",
            [later(_WEEK_SECONDS), site, NEWER, _json(self.taken)],
        )
        return int(cursor.rowcount)

    def make_due(self, row_id: int, site: str, priority: int, lastmod: str | None) -> None:
        """Make one address due."""
        self.db.execute(
            "UPDATE urls SET due = 1, next_check = NULL, priority = ?, lastmod = coalesce(?, lastmod) WHERE id = ?",
            [priority, lastmod, row_id],
        )
        self.awakened.add(site)

    def take(self, site: str, limit: int) -> list[Entry]:
        """Up to `limit` due entries of `site`, the most urgent first, not handed out again until settled."""
        out = sum(1 for taken in self.taken.values() if taken == site)
        due = self.db.execute(
            "SELECT id, url, url_key, site, kind, source, depth, priority, state, tries, etag, last_modified FROM urls"
            " WHERE due = 1 AND site = ? AND (next_check IS NULL OR next_check <= ?)"
            " ORDER BY priority DESC, id LIMIT ?",
            [site, now(), limit + out],
        ).fetchall()
        entries = [_entry(row) for row in due if row[0] not in self.taken][:limit]
        self.taken.update((entry.id, site) for entry in entries)
        return entries

    def give_back(self, entries: Iterable[Entry]) -> None:
        """Undo `take` for entries that were not fetched after all."""
        for entry in entries:
            self.taken.pop(entry.id, None)

    def skip(self, reasons: Mapping[int, str], run_id: int) -> None:
        """Settle entries that were taken, by their numbers, without a visit; the caller holds the transaction."""
        for row_id, reason in reasons.items():
            self.db.execute(
                "UPDATE urls SET state = 'skipped', reason = ?, due = 0, next_check = NULL, run_id = ? WHERE id = ?",
                [reason, run_id, row_id],
            )
            self.taken.pop(row_id, None)

    def explain_wait(self, site: str, reason: str) -> None:
        """Say why what is due of `site` waits."""
        self.db.execute(
            "UPDATE urls SET reason = ? WHERE due = 1 AND site = ? AND state = 'pending'", [f"waiting: {reason}", site]
        )

    def pending(self, sites: Collection[str]) -> int:
        """How many entries of `sites` are due."""
        row = self.db.execute(f"SELECT count(*) FROM urls WHERE due = 1 AND site IN ({marks(sites)})", list(sites))
        return int(row.fetchone()[0])

    def waiting(self, sites: Collection[str], patience_seconds: float = 0.0) -> bool:
        """Whether any entry of `sites` is due and not handed out, or will be due within so many seconds."""
        row = self.db.execute(
            f"SELECT 1 FROM urls WHERE due = 1 AND site IN ({marks(sites)})"
            " AND (next_check IS NULL OR next_check <= ?) LIMIT 1 OFFSET ?",
            [*sites, later(patience_seconds), sum(site in sites for site in self.taken.values())],
        )
        return row.fetchone() is not None


def marks(values: Collection[object]) -> str:
    """As many question marks as there are values: "?, ?, ?"."""
    return ", ".join("?" * len(values))


def _entry(row: tuple[Any, ...]) -> Entry:
    row_id, url, url_key, site, kind, source, depth, priority, state, tries, etag, last_modified = row
    known = Validators(etag, last_modified)
    return Entry(row_id, url, url_key, site, kind, source, depth, priority, state, tries, known)


def _json(ids: Iterable[int]) -> str:
    return f"[{','.join(map(str, ids))}]"
