"""A database made anew from an archive's WARC files alone."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from miacrawl.crawl import Options as CrawlOptions
from miacrawl.crawl import scrapy_settings
from miacrawl.errors import ConfigError, ExitCode, StorageError
from miacrawl.folder import make_ready
from miacrawl.importing.own import OwnRun, bring, groups_of, mend, runs_in
from miacrawl.importing.pool import Pool
from miacrawl.importing.retelling import Retelling
from miacrawl.importing.run import told_to_stop
from miacrawl.importing.tally import Tally
from miacrawl.spiders.wishes import honoured
from miacrawl.store import rebuilding
from miacrawl.store.archive import database_path, explain, writing
from miacrawl.store.capture import FOLDER


@dataclass(frozen=True, slots=True)
class Options:
    """How to rebuild. `source`: a folder of WARC files that are to become the archive's; None: it has them.

    `force`: also where there is a database, which is kept under another name. `watched`: called with the counts so far.
    """

    source: Path | None = None
    force: bool = False
    jobs: int = 1
    watched: Callable[[Tally], None] = lambda tally: None


@dataclass(frozen=True, slots=True)
class Result:
    """How a rebuild ended. `kept`: the database that was there before, under the name it has now."""

    exit_code: ExitCode
    tally: Tally
    seconds: float
    runs: int
    kept: Path | None = None
    counts: dict[str, int] = field(default_factory=dict)


def rebuild(folder: Path, options: Options | None = None) -> Result:
    """Make the database of the archive in `folder` anew. It gets its place when it is whole; nothing is lost before.

    Raises ConfigError, ArchiveLockedError and StorageError, each saying what to do.
    """
    options = options or Options()
    source = options.source or folder / FOLDER
    if not source.is_dir() or not any((*source.glob("*.warc.gz"), *source.glob("*.warc.gz.open"))):
        raise ConfigError(f"there is no WARC file in {source}: name the folder with --from, or the archive")
    began, tally = time.monotonic(), Tally()
    with writing(folder):
        db = rebuilding.begin(folder, force=options.force)
        try:
            warcs = folder / FOLDER
            if options.source is not None and options.source.resolve() != warcs.resolve():
                bring(options.source, warcs)
            mend(warcs)
            runs = runs_in(warcs, tally)
            with told_to_stop(), Pool(options.jobs, folder) as pool:
                _retell(runs, folder, db, pool, tally, options)
            counts = rebuilding.counts(db)
            kept = rebuilding.put_in_place(db, folder)
        except (sqlite3.Error, OSError) as error:
            raise StorageError(explain(error, database_path(folder))) from error
        finally:
            db.conn.close()
    make_ready(folder)
    code = ExitCode.PARTIAL if tally.broken else ExitCode.OK
    return Result(code, tally, time.monotonic() - began, len(runs), kept, counts)


def _retell(runs: Sequence[OwnRun], folder: Path, db: Database, pool: Pool, tally: Tally, options: Options) -> None:
    settings = scrapy_settings(folder, CrawlOptions())
    agent = str(settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"]).partition("/")[0].strip()
    for run in runs:
        session = rebuilding.begin_again(db, folder, run.number, run.first, run.sites, imported=run.imported)
        retelling = Retelling(run, session, pool, tally, cache(lambda site: honoured(settings, site)), agent)
        for path in run.files:
            tally.files += 1
            rebuilding.enter_file(db, run.number, path, run.first)
            for group in groups_of(path, tally):
                retelling.take(group)
                options.watched(tally)
            pool.drain()
            session.commit()
        session.close("told from its WARC files", ExitCode.OK, retelling.fetched)
        if session.failure:
            raise StorageError(session.failure)
        rebuilding.date_run(db, run.number, run.last)
