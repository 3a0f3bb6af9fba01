"""A dry run: what an import would take, without a word written."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from miacrawl.importing.copying import capture_of
from miacrawl.importing.filters import Filters
from miacrawl.importing.group import Group
from miacrawl.importing.intake import entry_for, why_not_visited
from miacrawl.importing.pool import Pool
from miacrawl.importing.tally import Tally
from miacrawl.importing.task import Task
from miacrawl.store.archive import database_path, open_existing
from miacrawl.store.replay import known
from miacrawl.visit import Visit


class Rehearsal:
    """Counts instead of archiving. Of revisits it is taken for granted that what they point to is there."""

    def __init__(self, folder: Path, pool: Pool, tally: Tally, filters: Filters) -> None:
        self.db: Database | None = open_existing(folder) if database_path(folder).exists() else None
        self.pool = pool
        self.tally = tally
        self.filters = filters

    def take(self, group: Group) -> None:
        """Count a visit."""
        answer = group.answer
        reason = why_not_visited(answer) or self.filters.why_not_kind(answer)
        if reason is not None:
            self.tally.pass_over(reason)
            return
        capture = capture_of(answer)
        found = known(self.db, capture) if self.db is not None else None
        if found is not None and found[1]:
            self.tally.known += 1
            return
        entry = entry_for((*group.redirects, answer)[0].stored.url)
        if answer.stored.kind == "revisit" or not 200 <= (answer.stored.status or 0) < 300:
            told = "revisit" if answer.stored.kind == "revisit" else f"HTTP {answer.stored.status}"
            self.pool.pass_through(Visit(entry, "skipped", told), lambda visit: self._count(group, visit))
            return
        rendered = (group.rendered.stored.url, group.rendered.stored.body) if group.rendered is not None else None
        self.pool.submit(Task(entry, answer.stored, answer.stored, rendered), lambda visit: self._count(group, visit))

    def _count(self, group: Group, visit: Visit) -> None:
        reason = self.filters.why_not_language(visit)
        if reason is not None:
            self.tally.pass_over(reason)
            return
        self.tally.taken += 1
        self.tally.outcomes["article" if visit.article is not None else "no article"] += 1
        self.tally.bytes_taken += len(group.answer.stored.body)

    def close(self) -> None:
        """Let go of the archive."""
        if self.db is not None:
            self.db.conn.close()
