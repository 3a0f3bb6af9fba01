"""References between tables that lead nowhere, and what becomes of the rows that have them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from miacrawl.store.capture_rows import forget
from miacrawl.store.clock import now


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names rows of another table. `optional`: whether it may be empty; `cascades`: rows go with it."""

    table: str
    column: str
    parent: str
    parent_column: str
    optional: bool
    cascades: bool

    @property
    def dangling(self) -> str:
        """The condition for a row of the table whose reference leads nowhere."""
        there = f"SELECT 1 FROM [{self.parent}] p WHERE p.[{self.parent_column}] = [{self.table}].[{self.column}]"
        return f"[{self.table}].[{self.column}] IS NOT NULL AND NOT EXISTS ({there})"


@dataclass(frozen=True, slots=True)
class Dangling:
    """How many rows have a reference that leads nowhere."""

    reference: Reference
    count: int

    @property
    def example(self) -> str:
        """The column, and how many."""
        of = self.reference
        return f"{of.table}.{of.column}: {self.count:,} rows name {of.parent} that are not there"

    @property
    def remedy(self) -> str:
        """What `mend` does."""
        of = self.reference
        if of.optional:
            return "leave it empty"
        if of.parent == "runs":
            return "put a run in its place that says that its row was lost"
        return "take those rows out"


def references(db: Database) -> list[Reference]:
    """Every foreign key of the archive."""
    found = db.execute(
        'SELECT m.name, k."from", k."table", coalesce(k."to", \'id\'), c."notnull" = 0 AND c.pk = 0,'
        " k.on_delete = 'CASCADE' FROM sqlite_master m, pragma_foreign_key_list(m.name) k, pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND c.name = k.\"from\" ORDER BY m.name, k.id"
    )
    return [
        Reference(table, column, parent, parent_column, bool(optional), bool(cascades))
        for table, column, parent, parent_column, optional, cascades in found.fetchall()
    ]


def dangling_references(db: Database) -> list[Dangling]:
    """Those that lead nowhere. Raises sqlite3.Error."""
    counted = (
        Dangling(one, int(db.execute(f"SELECT count(*) FROM [{one.table}] WHERE {one.dangling}").fetchone()[0]))
        for one in references(db)
    )
    return [one for one in counted if one.count]


def mend(db: Database, one: Reference) -> None:
    """Let no row have this reference lead nowhere; the caller holds the transaction."""
    if one.optional:
        db.execute(f"UPDATE [{one.table}] SET [{one.column}] = NULL WHERE {one.dangling}")
    elif one.parent == "runs":
        lost = db.execute(f"SELECT DISTINCT [{one.column}] FROM [{one.table}] WHERE {one.dangling}").fetchall()
        for (run_id,) in lost:
            put_run(db, run_id)
    elif one.table == "captures":
        lost = db.execute(f"SELECT id FROM captures WHERE {one.dangling}").fetchall()
        forget(db, [row[0] for row in lost])
    else:
        db.execute(f"DELETE FROM [{one.table}] WHERE {one.dangling}")


def put_run(db: Database, run_id: int) -> None:
    """A row for a run whose own was lost; none where it is there. The caller holds the transaction."""
    db.execute(
        "INSERT OR IGNORE INTO runs (id, spider, started, finished, reason, version)"
        " VALUES (?, 'unknown', ?, ?, 'its row was lost', 'unknown')",
        [run_id, now(), now()],
    )
