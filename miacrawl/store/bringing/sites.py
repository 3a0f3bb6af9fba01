"""What a shard knows of sites and hosts besides their articles: coverage, alarms, yields, traps, robots.txt."""

from __future__ import annotations

from miacrawl.store import shards
from miacrawl.store.bringing.bringing import Bringing
from miacrawl.store.bringing.columns import columns_of, listed, set_where_other, translated
from miacrawl.urls import site_of

_OWNED = "SELECT site FROM temp.owned"


def bring_of_runs(work: Bringing) -> None:
    """What runs have seen and yielded, of those that are new or have changed. The caller holds the transaction."""
    for table in ("yields", "coverage"):
        names = columns_of(table)
        values = translated(work.db, work.shard_id, names)
        work.db.execute(
            f"INSERT OR REPLACE INTO {table} ({listed(names)}) SELECT {listed(values)} FROM temp.fresh_runs f"
            f" CROSS JOIN shard.{table} s ON s.run_id = f.id ORDER BY s.site"
        )


def bring_numbered(work: Bringing, table: str) -> None:
    """Alarms or re-extractions: there are few, so that all are looked at. The caller holds the transaction."""
    db, names = work.db, columns_of(table, "id")
    here = shards.translated(db, work.shard_id, table, "s.id")
    values = translated(db, work.shard_id, names)
    sets, other = set_where_other(names, values, "t")
    db.execute(f"UPDATE {table} AS t SET {sets} FROM shard.{table} s WHERE t.id = {here} AND ({other})")
    after, to = work.done(table), work.upto[table]
    if to > after:
        shift = shards.extend(db, work.shard_id, table, to)
        db.execute(
            f"INSERT INTO {table} (id, {listed(names)}) SELECT s.id + {shift}, {listed(values)} FROM shard.{table} s"
            " WHERE s.id > ? AND s.id <= ?",
            [after, to],
        )


def bring_traps(work: Bringing) -> None:
    """Traps of the shard's sites, those that were found to be none taken out. The caller holds the transaction."""
    names = columns_of("traps")
    values = translated(work.db, work.shard_id, names)
    work.db.execute(
        f"DELETE FROM traps WHERE site IN ({_OWNED}) AND NOT EXISTS"
        " (SELECT 1 FROM shard.traps s WHERE s.site = traps.site AND s.pattern = traps.pattern)"
    )
    work.db.execute(
        f"INSERT OR REPLACE INTO traps ({listed(names)}) SELECT {listed(values)} FROM shard.traps s"
        f" WHERE s.site IN ({_OWNED})"
    )


def bring_hosts(work: Bringing) -> None:
    """What is known of hosts: of the shard's sites it is the shard's word, of others the first one's.

    The caller holds the transaction.
    """
    db, names = work.db, columns_of("hosts", "origin")
    owned = {site for (site,) in db.execute(_OWNED).fetchall()}
    sets, other = set_where_other(names, [f"excluded.{name}" for name in names], "hosts")
    for (origin,) in db.execute("SELECT origin FROM shard.hosts").fetchall():
        settled = f"DO UPDATE SET {sets} WHERE {other}" if _site(origin) in owned else "DO NOTHING"
        db.execute(
            f"INSERT INTO hosts (origin, {listed(names)}) SELECT origin, {listed(names)} FROM shard.hosts"
            f" WHERE origin = ? ON CONFLICT (origin) {settled}",
            [origin],
        )


def _site(origin: str) -> str:
    try:
        return site_of(origin)
    except ValueError:
        return ""
