"""What became of a ledger entry, written down: its state and reason, and when it is due again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from miacrawl.revisit import Past, RevisitPolicy, moment, next_check
from miacrawl.store.clock import later, now, written
from miacrawl.store.queue import Queue
from miacrawl.visit import Visit

ALIAS_DAYS, _ALIAS_MOST_DAYS = 7, 180
"""Days until another address of an article is looked at again: doubled each time that it still leads there."""


@dataclass(slots=True)
class Settlement:
    """Settles the entries of one run."""

    db: Database
    run_id: int
    queue: Queue
    policy_for: Callable[[str], RevisitPolicy] = lambda site: RevisitPolicy()

    def settle(self, visit: Visit, article_id: int | None = None, *, fresh: bool = False) -> None:
        """Write what became of `visit`'s entry, and when it is due again. `fresh`: the visit found something new."""
        self.queue.taken.pop(visit.entry.id, None)
        if visit.state == "pending":
            self._postpone(visit)
        elif visit.not_modified:
            self._settle_unmodified(visit)
        else:
            self._settle(visit, article_id, fresh=fresh)

    def _postpone(self, visit: Visit) -> None:
        self.db.execute(
            "UPDATE urls SET reason = ?, status = ?, attempts = attempts + 1, tries = tries + 1, next_check = ?"
            " WHERE id = ?",
            [visit.reason, visit.status, later(visit.wait_seconds) if visit.wait_seconds else None, visit.entry.id],
        )

    def _settle_unmodified(self, visit: Visit) -> None:
        self.db.execute(
            "UPDATE urls SET status = ?, due = 0, attempts = attempts + 1, tries = 0, fetched_at = ?, run_id = ?,"
            " checks_unchanged = checks_unchanged + 1, next_check = ? WHERE id = ?",
            [visit.status, now(), self.run_id, self._next_check(visit, fresh=False), visit.entry.id],
        )

    def _settle(self, visit: Visit, article_id: int | None, *, fresh: bool) -> None:
        failed = visit.state == "failed"
        self.db.execute(
            "UPDATE urls SET state = ?, reason = ?, status = ?, article_id = coalesce(?, article_id), due = 0,"
            " kind = ?, attempts = attempts + 1, fetched_at = ?, run_id = ?, tries = CASE WHEN ? THEN tries + 1 ELSE 0"
            " END, checks_unchanged = CASE WHEN ? THEN 0 ELSE checks_unchanged + 1 END,"
            " etag = CASE WHEN ? THEN etag ELSE ? END, last_modified = CASE WHEN ? THEN last_modified ELSE ? END"
            " WHERE id = ?",
            [
                visit.state,
                visit.reason,
                visit.status,
                article_id,
                "listing" if visit.state == "followed" and visit.entry.kind == "page" else visit.entry.kind,
                now(),
                self.run_id,
                failed,
                fresh or visit.entry.state != visit.state,
                failed,
                visit.validators.etag,
                failed,
                visit.validators.last_modified,
                visit.entry.id,
            ],
        )
        self.db.execute(
            "UPDATE urls SET next_check = ? WHERE id = ?", [self._next_check(visit, fresh=fresh), visit.entry.id]
        )
        if visit.state == "gone":
            owned = self.db.execute("SELECT id FROM articles WHERE url_key = ?", [visit.entry.url_key]).fetchone()
            if owned is not None:
                self.queue.ask_alias(owned[0], visit.entry.id)

    def _next_check(self, visit: Visit, *, fresh: bool) -> str | None:
        row = self.db.execute(
            "SELECT u.checks_unchanged, u.tries, a.url_key, a.published, a.first_seen, a.changed_at"
            " FROM urls u LEFT JOIN articles a ON a.id = u.article_id WHERE u.id = ?",
            [visit.entry.id],
        ).fetchone()
        unchanged, tries, article_key, published, first_seen, changed_at = row
        moment_now = datetime.now(UTC)
        if visit.state == "archived" and article_key != visit.entry.url_key:
            # Another address of an article that has its own: it may come to show something else.
            return written(moment_now + timedelta(days=min(_ALIAS_MOST_DAYS, ALIAS_DAYS * 2 ** min(unchanged, 10))))
        last = changed_at if changed_at and changed_at != first_seen else published or first_seen
        past = Past(
            visit.entry.url_key,
            visit.entry.kind,
            visit.state,
            visit.status,
            moment(last),
            0 if fresh else unchanged,
            tries,
        )
        due = next_check(past, moment_now, self.policy_for(visit.entry.site))
        return written(due) if due is not None else None
