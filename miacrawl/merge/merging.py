"""A merge from Python: `merge([Path("shards/a"), Path("shards/b")], Path("archive"))`.

A shard's WARC files come first, then its rows, in short transactions: whoever reads the archive meanwhile sees whole
articles. Each transaction notes how far it has come, so that a merge that was cut off is gone on with.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from miacrawl.errors import ConfigError, ExitCode, MiacrawlError, StorageError
from miacrawl.folder import make_ready
from miacrawl.merge.files import Incoming
from miacrawl.merge.outcome import Failed, Merged, Result
from miacrawl.store import duplicates, following, shards
from miacrawl.store.archive import database_path, explain, writing
from miacrawl.store.bringing import articles, captures, ledger, sites
from miacrawl.store.bringing.bringing import Bringing
from miacrawl.store.incoming import wanted_files
from miacrawl.store.removal import take_out
from miacrawl.store.shard import (
    Shard,
    attach,
    detach,
    is_continuation,
    look_at,
    new_sites,
    open_to_merge,
)

Told = Callable[[str, str, int, int], None]
"""Called with a shard's folder, what of it is brought, how much of that is done, and how much there is to do."""
_DUPLICATES_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Options:
    """How to merge.

    `link`: link WARC files where that can be done; else they are copied. `replace`: names of shards (their folders')
    that are to be taken out first, with all that they brought. `duplicates_seconds`: how long to look for duplicates
    when all is in.
    """

    link: bool = True
    replace: tuple[str, ...] = ()
    duplicates_seconds: float = _DUPLICATES_SECONDS
    told: Told = lambda shard, what, done, of: None
    merged: Callable[[Merged | Failed], None] = lambda one: None


def merge(given: Sequence[Path], archive: Path, options: Options | None = None) -> Result:
    """Bring what is new or changed in shards into the archive, which is made where there is none.

    What keeps a shard from being merged is told in the result; the others are. Raises ArchiveLockedError where another
    process writes to the archive, StorageError where that can't be read or written.
    """
    options = options or Options()
    with writing(archive):
        make_ready(archive)
        db = open_to_merge(archive)
        try:
            return _merged_all(db, given, archive, options)
        except sqlite3.Error as error:
            raise StorageError(explain(error, database_path(archive))) from error
        finally:
            db.conn.close()


def _merged_all(db: Database, given: Sequence[Path], archive: Path, options: Options) -> Result:
    for name in options.replace:
        take_out(db, name, archive, _told(options, name, "taking out"))
    merged: list[Merged] = []
    failed: list[Failed] = []
    for folder in dict.fromkeys(given):
        one = _merged_or_failed(db, folder, archive, options)
        if isinstance(one, Merged):
            merged.append(one)
        else:
            failed.append(one)
        options.merged(one)
    if any(one.state == "merged" for one in merged):
        # Bounded in time: what is left is settled by the next merge or run, or by `miacrawl duplicates`.
        duplicates.bring_up_to_date(db, options.duplicates_seconds)
        db.execute("PRAGMA optimize")
    left = int(db.execute("SELECT count(*) FROM duplicates_due").fetchone()[0])
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return Result(tuple(merged), tuple(failed), left)


def _merged_or_failed(db: Database, folder: Path, archive: Path, options: Options) -> Merged | Failed:
    try:
        return _merged(db, folder, archive, options)
    except MiacrawlError as error:
        return Failed(folder, str(error), ExitCode(error.exit_code))
    except sqlite3.IntegrityError as error:
        told = f"{folder} contradicts itself or the archive ({error}): see miacrawl verify --archive {folder}"
        return Failed(folder, told, ExitCode.STORAGE)
    except OSError as error:
        return Failed(folder, explain(error, archive), ExitCode.STORAGE)
    finally:
        if db.conn.in_transaction:
            db.conn.rollback()
        detach(db)


def _merged(db: Database, folder: Path, archive: Path, options: Options) -> Merged:
    began = time.monotonic()
    if folder.is_dir() and archive.samefile(folder):
        raise ConfigError(f"{folder} is the archive itself: a shard is another folder")
    with _held(folder):
        shard = look_at(folder)
        own = following.identity(db)
        if shard.identity == own:
            raise ConfigError(f"{folder} is a copy of the archive {archive}: it has nothing to bring")
        known = shards.known(db, shard.identity)
        if known is not None and known.state and known.stamp == shard.stamp:
            return Merged(folder, "unchanged", tuple(shards.sites_of(db, known.id)))
        try:
            attach(db, shard)
        except sqlite3.Error as error:
            raise StorageError(explain(error, database_path(folder))) from error
        if known is not None and not is_continuation(db, known):
            raise ConfigError(
                f"{folder} does not go on from what was merged of it at {known.merged_at or 'first'}: it went back to"
                " an older copy. Bring the newer state back, or have what it brought taken out and merge it anew:"
                f" miacrawl merge --replace {folder.resolve().name} {folder} {archive}"
            )
        return _brought(db, shard, known, archive, options, began)


def _brought(
    db: Database, shard: Shard, known: shards.Known | None, archive: Path, options: Options, began: float
) -> Merged:
    name = str(shard.folder)
    new = new_sites(
        db,
        shard,
        shards.done(db, known.id, "articles") if known else 0,
        shards.done(db, known.id, "runs") if known else 0,
    )
    shards.check_claims(db, known.id if known else None, new, shard.folder)
    wanted = wanted_files(db, known)
    total = sum(one.size for one in wanted)
    with Incoming(
        shard.folder, archive, options.link, lambda done: options.told(name, "WARC bytes", done, total)
    ) as to:
        to.bring(wanted)
        rows_began = time.monotonic()
        with db.atomic():
            known = shards.enter(db, shard.identity, shard.folder.resolve().name)
            shards.claim(db, known.id, new)
            following.begin_state(db)
            work = Bringing(db, known.id, known.state, shard.upto)
            work.prepare()
            captures.begin_runs(work)
            captures.tell_files(work, to.put_in_place())
    for what, steps in (
        ("captures", captures.bring_captures),
        ("articles", articles.bring_articles),
        ("urls", ledger.bring_addresses),
        ("attempts", ledger.bring_visits),
    ):
        _go_through(steps(work), work.left(what), _told(options, name, what))
    with db.atomic():
        sites.bring_of_runs(work)
        sites.bring_traps(work)
        sites.bring_hosts(work)
        for table in ("alarms", "extractions"):
            sites.bring_numbered(work, table)
        captures.end_runs(work)
        shards.finish(db, known.id, shard.state, shard.mark, shard.stamp)
    ended = time.monotonic()
    return Merged(
        shard.folder,
        "merged",
        tuple(shards.sites_of(db, known.id)),
        {table: work.counts[table] for table in ("runs", "warcs", "captures", "articles", "urls", "attempts")},
        {table: work.counts[f"changed {table}"] for table in ("articles", "urls")},
        to.linked,
        to.copied,
        to.copied_bytes,
        ended - began,
        ended - rows_began,
    )


def _told(options: Options, shard: str, what: str) -> Callable[[int, int], None]:
    return lambda done, of: options.told(shard, what, done, of)


def _go_through(steps: Iterable[int], of: int, told: Callable[[int, int], None]) -> None:
    done = 0
    for step in steps:
        done += step
        told(done, max(of, done))


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """While this holds nobody writes to the shard; one on a medium that can't be written needs no such thing."""
    with ExitStack() as held:
        if database_path(folder).is_file() and os.access(folder, os.W_OK):
            held.enter_context(writing(folder))
        yield
