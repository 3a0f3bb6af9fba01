"""Runs, WARC files and captures of a shard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from miacrawl.store import shards
from miacrawl.store.bringing.bringing import Bringing
from miacrawl.store.bringing.columns import columns_of, listed, set_where_other, translated
from miacrawl.store.bringing.ledger import count_discovered
from miacrawl.store.clock import now

_AT_ONCE = 10_000
_COMING = "being merged"


@dataclass(frozen=True, slots=True)
class Brought:
    """A WARC file that is in the archive's folder now, with so many bytes. `id`: of its row in the shard."""

    id: int
    name: str
    size: int


def begin_runs(work: Bringing) -> None:
    """Enter new runs as such that have not ended: what they did is yet to come. The caller holds the transaction."""
    after, to = work.done("runs"), work.upto["runs"]
    if to > after:
        shift = shards.extend(work.db, work.shard_id, "runs", to)
        names = columns_of("runs")
        told = {"id": f"s.id + {shift}", "finished": "NULL", "exit_code": "NULL", "reason": f"'{_COMING}'"}
        values = translated(work.db, work.shard_id, names, told)
        work.db.execute(
            f"INSERT INTO runs ({listed(names)}) SELECT {listed(values)} FROM shard.runs s"
            " WHERE s.id > ? AND s.id <= ?",
            [after, to],
        )
        work.counts["runs"] += work.db.execute(
            "SELECT count(*) FROM shard.runs WHERE id > ? AND id <= ?", [after, to]
        ).fetchone()[0]
    here = shards.translated(work.db, work.shard_id, "runs", "s.id")
    work.db.execute(
        f"INSERT INTO temp.fresh_runs (id) SELECT s.id FROM shard.runs s JOIN runs r ON r.id = {here}"
        " WHERE r.exit_code IS NULL OR EXISTS (SELECT 1 FROM shard.changes c"
        " WHERE c.subject = 'runs' AND c.row_id = s.id AND c.state >= ?)",
        [work.since],
    )


def end_runs(work: Bringing) -> None:
    """Have runs say what they say in the shard. The caller holds the transaction."""
    names = columns_of("runs", "id")
    values = [f"s.{name}" for name in names]
    sets, other = set_where_other(names, values, "t")
    here = shards.translated(work.db, work.shard_id, "runs", "s.id")
    work.db.execute(
        f"UPDATE runs AS t SET {sets} FROM temp.fresh_runs f JOIN shard.runs s ON s.id = f.id"
        f" WHERE t.id = {here} AND ({other})"
    )
    work.db.execute(f"INSERT OR IGNORE INTO temp.recount SELECT {here} FROM temp.fresh_runs s")
    count_discovered(work)


def tell_files(work: Bringing, brought: Iterable[Brought]) -> None:
    """Enter WARC files, or note that they have grown, and know all of the shard's. The caller holds the transaction."""
    run_id = shards.translated(work.db, work.shard_id, "runs", "s.run_id")
    for file in brought:
        work.db.execute(
            f"INSERT INTO warcs (name, run_id, started, finished, size) SELECT s.name, {run_id}, s.started,"
            " coalesce(s.finished, ?), ? FROM shard.warcs s WHERE s.id = ?"
            " ON CONFLICT (name) DO UPDATE SET finished = excluded.finished, size = excluded.size",
            [now(), file.size, file.id],
        )
        work.counts["warcs"] += 1
    work.db.execute("INSERT INTO temp.files SELECT s.id, w.id FROM shard.warcs s JOIN warcs w ON w.name = s.name")


def bring_captures(work: Bringing) -> Iterator[int]:
    """Bring captures, a transaction a batch; yields how many were looked at."""
    names = columns_of("captures", "id")
    told = {"warc_id": "(SELECT f.here FROM temp.files f WHERE f.id = s.warc_id)"}
    for numbers in work.changed("captures", _AT_ONCE):
        with work.db.atomic():
            work.take_up("captures", numbers)
            sets, other = set_where_other(names, translated(work.db, work.shard_id, names, told), "t")
            work.db.execute(
                f"UPDATE captures AS t SET {sets} FROM temp.batch b CROSS JOIN shard.captures s ON s.id = b.id"
                f" WHERE t.id = b.here AND ({other})"
            )
    for after, to in work.batches("captures", _AT_ONCE):
        with work.db.atomic():
            shift = shards.extend(work.db, work.shard_id, "captures", to)
            values = translated(work.db, work.shard_id, names, told)
            cursor = work.db.execute(
                f"INSERT INTO captures (id, {listed(names)}) SELECT s.id + {shift}, {listed(values)}"
                " FROM shard.captures s WHERE s.id > ? AND s.id <= ? ORDER BY s.id",
                [after, to],
            )
        work.counts["captures"] += cursor.rowcount
        yield to - after
