"""What brings the rows of one shard: a context that its parts share, and the batches in which they work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlite_utils import Database

from miacrawl.store import shards

_TEMPORARY = """
CREATE TEMP TABLE IF NOT EXISTS batch (id INTEGER PRIMARY KEY, here INTEGER);
CREATE TEMP TABLE IF NOT EXISTS differ (here INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS owned (site TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS files (id INTEGER PRIMARY KEY, here INTEGER);
CREATE TEMP TABLE IF NOT EXISTS fresh_runs (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS recount (id INTEGER PRIMARY KEY)
"""


@dataclass(slots=True)
class Bringing:
    """The rows of a shard on their way. It is attached as `shard`, and nobody writes to it meanwhile.

    `since`: the state that was merged last, 0 if none was; `upto`: the last row of each table, {table: number}.
    `counts`: rows that were brought so far, new ones by table and changed ones as "changed articles".
    """

    db: Database
    shard_id: int
    since: int
    upto: Mapping[str, int]
    counts: Counter[str] = field(default_factory=Counter)

    def prepare(self) -> None:
        """Make the temporary tables that the parts work with."""
        for statement in _TEMPORARY.split(";\n"):
            self.db.execute(statement)
        with self.db.atomic():
            for table in ("batch", "differ", "owned", "files", "fresh_runs", "recount"):
                self.db.execute(f"DELETE FROM temp.{table}")
            self.db.execute("INSERT INTO temp.owned SELECT site FROM shard_sites WHERE shard_id = ?", [self.shard_id])

    def done(self, table: str) -> int:
        """The last row of a table that is here."""
        return shards.done(self.db, self.shard_id, table)

    def left(self, table: str) -> int:
        """About how many new rows of a table there are: by their numbers."""
        return max(0, self.upto[table] - self.done(table))

    def batches(self, table: str, size: int) -> Iterator[tuple[int, int]]:
        """(after, to): the numbers of new rows in steps of so many; each step is to note that it is done."""
        while (after := self.done(table)) < self.upto[table]:
            found = self.db.execute(
                f"SELECT id FROM shard.{table} WHERE id > ? AND id <= ? ORDER BY id LIMIT 1 OFFSET ?",
                [after, self.upto[table], size - 1],
            ).fetchone()
            yield after, self.upto[table] if found is None else int(found[0])

    def changed(self, table: str, size: int) -> Iterator[list[int]]:
        """Numbers of rows that were here before and may have changed, in steps of so many."""
        after = 0
        while True:
            found = self.db.execute(
                "SELECT row_id FROM shard.changes WHERE state >= ? AND subject = ? AND row_id > ? AND row_id <= ?"
                " ORDER BY row_id LIMIT ?",
                [self.since, table, after, self.done(table), size],
            ).fetchall()
            if not found:
                return
            yield [row[0] for row in found]
            after = int(found[-1][0])

    def take_up(self, table: str, numbers: list[int]) -> None:
        """Have rows, by their numbers in the shard, in temp.batch, with their numbers here."""
        here = shards.translated(self.db, self.shard_id, table, "s.value")
        self.db.execute("DELETE FROM temp.batch")
        self.db.execute(
            f"INSERT INTO temp.batch (id, here) SELECT s.value, {here} FROM json_each(?) s",
            [f"[{','.join(map(str, numbers))}]"],
        )
