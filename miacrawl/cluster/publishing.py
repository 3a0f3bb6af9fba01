"""A shard published: its new files first, each under a key of its own; then the register, all at once or not at all."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from typing import TYPE_CHECKING

from sqlite_utils import Database as Sqlite

from miacrawl.backup.copying import back_up
from miacrawl.cluster import register
from miacrawl.cluster.errors import LostError, StoreError
from miacrawl.cluster.manifest import PACKED, File, Manifest
from miacrawl.cluster.site import folder_of
from miacrawl.errors import StorageError
from miacrawl.store.archive import DATABASE_NAME, database_path, explain, open_existing
from miacrawl.store.capture import FOLDER
from miacrawl.store.schema import migrations

if TYPE_CHECKING:
    from miacrawl.cluster.database import Database
    from miacrawl.cluster.hold import Hold
    from miacrawl.cluster.shard import Shard
    from miacrawl.cluster.store import Store

_log = logging.getLogger(__name__)
_TRIES = 5


def publish(database: Database, store: Store, hold: Hold, shard: Shard, before: Manifest | None) -> Manifest:
    """Make what is at hand the shard that holds. `before`: the one that it went on from.

    A consistent copy is published, with WARC files up to what its database knows; so it does not matter how the crawl
    ended. Raises LostError where another worker has the site, StoreError, StorageError: the shard at hand stays then,
    to be gone on with.
    """
    back_up(shard.archive, shard.outbox, link=True)
    made = _stored_at_last(store, hold, shard, before)
    # Should this process die between the two, it knows the shard that holds for its own.
    shard.note(hold.known.base, hold.known.token, changed=True, token=hold.known.token)
    needed = database.run(lambda asked: register.publish(asked, hold.known, hold.worker, made))
    shard.note(hold.known.token)
    shutil.rmtree(shard.outbox, ignore_errors=True)
    store.sweep(_keys(shard.name), hold.known.token, needed)
    return made


def _stored_at_last(store: Store, hold: Hold, shard: Shard, before: Manifest | None) -> Manifest:
    """Put the new files into the store; where it does not answer, again for a while."""
    for left in reversed(range(_TRIES)):
        try:
            return _stored(store, hold, shard, before)
        except StoreError as error:
            if not left or hold.lost.wait(2.0 ** (_TRIES - left)):
                raise
            _log.warning("%s: not published yet: %s", shard.name, error)
    raise AssertionError("unreachable: the last try raises")


def _stored(store: Store, hold: Hold, shard: Shard, before: Manifest | None) -> Manifest:
    folder = f"{_keys(shard.name)}/{hold.known.token}"
    articles, steps = _held(shard)
    files: dict[str, File] = {}
    with database_path(shard.outbox).open("rb") as source:
        files[PACKED] = store.put(source, PACKED, f"{folder}/{PACKED}", pack=True)
    for path in sorted((shard.outbox / FOLDER).iterdir()):
        name = f"{FOLDER}/{path.name}"
        known = before.files.get(name) if before else None
        if known is not None and known.size == path.stat().st_size and path.name.endswith(".gz"):
            files[name] = known
            continue
        if hold.lost.is_set():
            raise LostError(f"{shard.name} was taken by another worker meanwhile: what was done here is not published")
        with path.open("rb") as source:
            files[name] = store.put(source, name, f"{folder}/{name}")
    return Manifest(files, steps, articles)


def _held(shard: Shard) -> tuple[int, tuple[str, ...]]:
    """How many articles the copy has, and the migrations that made it. Raises StorageError where it is damaged."""
    db: Sqlite = open_existing(shard.outbox)
    try:
        told = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if told != "ok":
            raise StorageError(f"{shard.archive / DATABASE_NAME} is damaged ({told}): it is not published")
        articles = int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
        return articles, tuple(step.name for step in migrations.applied(db))
    except sqlite3.Error as error:
        raise StorageError(explain(error, database_path(shard.outbox))) from error
    finally:
        db.conn.close()


def _keys(name: str) -> str:
    """Under which keys a site's files are."""
    return f"shards/{folder_of(name)}"
