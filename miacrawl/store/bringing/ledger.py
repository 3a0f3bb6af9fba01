"""The ledger of a shard, and the visits of its addresses.

An address that two shards have come across is one row: that of the shard in which its site is crawled, else that of the
first.
"""

from __future__ import annotations

from collections.abc import Iterator

from miacrawl.store import shards, tallies
from miacrawl.store.bringing.bringing import Bringing
from miacrawl.store.bringing.columns import columns_of, listed, set_where_other, translated

_AT_ONCE = 10_000


def bring_addresses(work: Bringing) -> Iterator[int]:
    """Bring addresses that are new or have changed, a transaction a batch; yields how many were looked at."""
    for numbers in work.changed("urls", _AT_ONCE):
        with work.db.atomic():
            given = f"[{','.join(map(str, numbers))}]"
            work.counts["changed urls"] += _enter(work, "s.id IN (SELECT value FROM json_each(?))", [given])
        yield len(numbers)
    for after, to in work.batches("urls", _AT_ONCE):
        with work.db.atomic():
            _note_others(work, after, to)
            work.counts["urls"] += _enter(work, "s.id > ? AND s.id <= ?", [after, to])
            count_discovered(work)
            shards.note(work.db, work.shard_id, "urls", to)
        yield to - after


def _enter(work: Bringing, which: str, given: list[object]) -> int:
    names = columns_of("urls", "id")
    values = translated(work.db, work.shard_id, names)
    rest = [name for name in names if name != "url_key"]
    sets, other = set_where_other(rest, [f"excluded.{name}" for name in rest], "urls")
    ours = "urls.discovered_run_id IS excluded.discovered_run_id AND urls.discovered_at IS excluded.discovered_at"
    # What was there already and changes is counted by its trigger.
    last = int(work.db.execute("SELECT coalesce(max(id), 0) FROM urls").fetchone()[0])
    work.db.execute("INSERT INTO merging (shard_id) VALUES (?)", [work.shard_id])
    cursor = work.db.execute(
        f"INSERT INTO urls ({listed(names)}) SELECT {listed(values)} FROM shard.urls s WHERE {which} ORDER BY s.id"
        f" ON CONFLICT (url_key) DO UPDATE SET {sets}"
        f" WHERE (excluded.site IN (SELECT site FROM temp.owned) OR {ours}) AND ({other})"
        " ON CONFLICT (url) DO NOTHING",
        given,
    )
    work.db.execute("DELETE FROM merging")
    tallies.count_addresses_in(work.db, last)
    return int(cursor.rowcount)


def _note_others(work: Bringing, after: int, to: int) -> None:
    """Have runs counted again that came across addresses of this shard's sites before: these are its own now."""
    work.db.execute(
        "INSERT OR IGNORE INTO temp.recount SELECT t.discovered_run_id FROM shard.urls s"
        " CROSS JOIN urls t ON t.url_key = s.url_key WHERE s.id > ? AND s.id <= ? AND t.discovered_run_id IS NOT NULL"
        " AND s.site IN (SELECT site FROM temp.owned)",
        [after, to],
    )


def count_discovered(work: Bringing) -> None:
    """Count what the runs in temp.recount have discovered: an address that two shards came across is here once."""
    counted = "(SELECT count(*) FROM urls u WHERE u.discovered_run_id = runs.id)"
    work.db.execute(
        f"UPDATE runs SET discovered = {counted} WHERE id IN (SELECT id FROM temp.recount)"
        f" AND exit_code IS NOT NULL AND discovered <> {counted}"
    )
    work.db.execute("DELETE FROM temp.recount")


def bring_visits(work: Bringing) -> Iterator[int]:
    """Bring visits, a transaction a batch; yields how many were looked at."""
    names = columns_of("attempts", "id")
    for after, to in work.batches("attempts", _AT_ONCE):
        with work.db.atomic():
            values = translated(work.db, work.shard_id, names, {"url_id": "t.id"})
            cursor = work.db.execute(
                f"INSERT INTO attempts ({listed(names)}) SELECT {listed(values)} FROM shard.attempts s"
                " CROSS JOIN shard.urls u ON u.id = s.url_id CROSS JOIN urls t ON t.url_key = u.url_key"
                " WHERE s.id > ? AND s.id <= ? ORDER BY s.id",
                [after, to],
            )
            shards.note(work.db, work.shard_id, "attempts", to)
        work.counts["attempts"] += cursor.rowcount
        yield to - after
