"""Articles of a shard, each with all that belongs to it in one transaction: readers never see half of one."""

from __future__ import annotations

from collections.abc import Iterator

from miacrawl.store import shards, tallies
from miacrawl.store.bringing.bringing import Bringing
from miacrawl.store.bringing.columns import columns_of, listed, set_where_other, translated
from miacrawl.store.search_index import index_articles

_NEW_AT_ONCE, _CHANGED_AT_ONCE = 5_000, 500
_HERE = {"article_id": "b.here"}
_PARTS = ("related_links", "evidence", "confidence")


def bring_articles(work: Bringing) -> Iterator[int]:
    """Bring what has changed, then what is new, a transaction a batch; yields how many were looked at."""
    with work.db.atomic():
        _move(work)
    for numbers in work.changed("articles", _CHANGED_AT_ONCE):
        with work.db.atomic():
            work.take_up("articles", numbers)
            _renew(work)
        yield len(numbers)
    for after, to in work.batches("articles", _NEW_AT_ONCE):
        with work.db.atomic():
            _add(work, after, to)
        yield to - after


def _add(work: Bringing, after: int, to: int) -> None:
    """Bring the new articles of these numbers."""
    db, names = work.db, columns_of("articles", "id")
    shift = shards.extend(db, work.shard_id, "articles", to)
    values = translated(db, work.shard_id, names)
    db.execute("INSERT INTO merging (shard_id) VALUES (?)", [work.shard_id])
    cursor = db.execute(
        f"INSERT INTO articles (id, {listed(names)}) SELECT s.id + {shift}, {listed(values)} FROM shard.articles s"
        " WHERE s.id > ? AND s.id <= ? ORDER BY s.id",
        [after, to],
    )
    db.execute("DELETE FROM merging")
    first, last = after + 1 + shift, to + shift
    index_articles(db, first, last)
    tallies.count_in(db, first, last)
    db.execute("INSERT OR IGNORE INTO duplicates_due SELECT id FROM articles WHERE id BETWEEN ? AND ?", [first, last])
    db.execute("DELETE FROM temp.batch")
    db.execute(
        f"INSERT INTO temp.batch (id, here) SELECT id, id + {shift} FROM shard.articles WHERE id > ? AND id <= ?",
        [after, to],
    )
    _bring_versions(work)
    for table in _PARTS:
        _insert_parts(work, table, "temp.batch b")
    _lead_to(work, after, to)
    _bring_duplicates(work)
    work.counts["articles"] += cursor.rowcount


def _move(work: Bringing) -> None:
    """Have articles that go by other addresses now go by those, which they may have changed among each other."""
    moved = []
    for numbers in work.changed("articles", _CHANGED_AT_ONCE):
        work.take_up("articles", numbers)
        moved += work.db.execute(
            "SELECT t.id, s.url, s.url_key FROM temp.batch b CROSS JOIN shard.articles s ON s.id = b.id"
            " JOIN articles t ON t.id = b.here WHERE t.url_key <> s.url_key OR t.url <> s.url"
        ).fetchall()
    for number, *_ in moved:
        work.db.execute("UPDATE articles SET url = 'moved:' || id, url_key = 'moved:' || id WHERE id = ?", [number])
    for number, url, key in moved:
        work.db.execute("UPDATE articles SET url = ?, url_key = ? WHERE id = ?", [url, key, number])


def _renew(work: Bringing) -> None:
    """Have the articles of the batch, which are here, say what they say in the shard."""
    db, names = work.db, columns_of("articles", "id")
    sets, other = set_where_other(names, translated(db, work.shard_id, names), "t")
    cursor = db.execute(
        f"UPDATE articles AS t SET {sets} FROM temp.batch b CROSS JOIN shard.articles s ON s.id = b.id"
        f" WHERE t.id = b.here AND ({other})"
    )
    work.counts["changed articles"] += cursor.rowcount
    _bring_versions(work)
    for table in _PARTS:
        _find_different(work, table)
        db.execute(f"DELETE FROM {table} WHERE article_id IN (SELECT here FROM temp.differ)")
        _insert_parts(work, table, "(SELECT b.id, b.here FROM temp.batch b JOIN temp.differ d ON d.here = b.here) b")
    _lead_here(work)
    _bring_duplicates(work)


def _bring_versions(work: Bringing) -> None:
    names = columns_of("article_versions", "id")
    values = translated(work.db, work.shard_id, names, _HERE)
    rest = [name for name in names if name not in ("article_id", "number")]
    sets, other = set_where_other(rest, [f"excluded.{name}" for name in rest], "article_versions")
    work.db.execute(
        f"INSERT INTO article_versions ({listed(names)}) SELECT {listed(values)} FROM temp.batch b"
        " CROSS JOIN shard.article_versions s ON s.article_id = b.id WHERE true"
        f" ON CONFLICT (article_id, number) DO UPDATE SET {sets} WHERE {other}"
    )


def _find_different(work: Bringing, table: str) -> None:
    """Have the articles of the batch whose rows in `table` are not those of the shard in temp.differ."""
    names = columns_of(table, "id", "article_id", "target_id")
    there = f"SELECT b.here, {listed(names, 's.')} FROM temp.batch b CROSS JOIN shard.{table} s ON s.article_id = b.id"
    here = f"SELECT b.here, {listed(names, 't.')} FROM temp.batch b CROSS JOIN main.{table} t ON t.article_id = b.here"
    work.db.execute("DELETE FROM temp.differ")
    work.db.execute(
        f"INSERT OR IGNORE INTO temp.differ SELECT here FROM (SELECT * FROM ({there}) EXCEPT SELECT * FROM ({here}))"
    )
    work.db.execute(
        f"INSERT OR IGNORE INTO temp.differ SELECT here FROM (SELECT * FROM ({here}) EXCEPT SELECT * FROM ({there}))"
    )


def _insert_parts(work: Bringing, table: str, batch: str) -> None:
    """Bring the rows of `table` that belong to articles of a batch, which have none."""
    names = columns_of(table, "id")
    told = dict(_HERE)
    if table == "related_links":
        known = shards.translated(work.db, work.shard_id, "articles", "s.target_id")
        told["target_id"] = f"coalesce({known}, (SELECT o.id FROM articles o WHERE o.url_key = s.url_key))"
    values = translated(work.db, work.shard_id, names, told)
    work.db.execute(
        f"INSERT INTO {table} ({listed(names)}) SELECT {listed(values)} FROM {batch}"
        f" CROSS JOIN shard.{table} s ON s.article_id = b.id"
    )


def _lead_to(work: Bringing, after: int, to: int) -> None:
    """Have links that were brought before lead to the articles that have come now."""
    of = shards.translated(work.db, work.shard_id, "articles", "s.article_id")
    target = shards.translated(work.db, work.shard_id, "articles", "s.target_id")
    work.db.execute(
        f"UPDATE related_links AS t SET target_id = {target} FROM shard.related_links s"
        f" WHERE s.target_id > ? AND s.target_id <= ? AND s.article_id <= ? AND t.article_id = {of}"
        " AND t.position = s.position AND +t.target_id IS NULL",
        [after, to, after],
    )
    _lead_here(work)


def _lead_here(work: Bringing) -> None:
    """Have links on other sites lead to the articles of the batch."""
    work.db.execute(
        "UPDATE related_links SET target_id = (SELECT a.id FROM articles a WHERE a.url_key = related_links.url_key)"
        " WHERE url_key IN (SELECT a.url_key FROM temp.batch b CROSS JOIN articles a ON a.id = b.here)"
        # By the address, not by what leads nowhere yet, which is much.
        " AND +target_id IS NULL"
    )


def _bring_duplicates(work: Bringing) -> None:
    """Pairs that the shard knows of; what else there is in the archive is found when the merge is over."""
    one, other = (
        shards.translated(work.db, work.shard_id, "articles", f"s.{name}") for name in ("article_id", "twin_id")
    )
    for name in ("article_id", "twin_id"):
        work.db.execute(
            "INSERT OR IGNORE INTO duplicates (article_id, twin_id, kind, similarity, found_at)"
            " SELECT min(a, b), max(a, b), kind, similarity, found_at FROM"
            f" (SELECT {one} AS a, {other} AS b, s.kind, s.similarity, s.found_at FROM temp.batch b"
            f" CROSS JOIN shard.duplicates s ON s.{name} = b.id) WHERE a IS NOT NULL AND b IS NOT NULL"
        )
