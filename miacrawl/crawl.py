"""A crawl from Python: `crawl(["https://example.org/"], Path("archive"))`."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from miacrawl.errors import ConfigError, ExitCode, StorageError
from miacrawl.folder import make_ready
from miacrawl.sites import use_profiles_of
from miacrawl.spiders.articles import ArticlesSpider, address_policy, start_urls
from miacrawl.store.archive import database_path, open_existing
from miacrawl.store.connection import rows
from miacrawl.store.ledger import Ledger
from miacrawl.store.session import Session

_OURS = ("MIACRAWL_ARCHIVE", "MIACRAWL_CONTACT", "MIACRAWL_LIMIT", "MIACRAWL_ALLOW_PRIVATE")


@dataclass(frozen=True, slots=True)
class Options:
    """How to crawl. `limit`: articles at most, 0 for all; `settings`: Scrapy settings by name, winning over ours.

    `live`: draw a progress line on standard error.
    """

    limit: int = 0
    allow_private: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    log_level: str = "INFO"
    live: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """How a crawl ended: the run's row of the archive, and the commonest reasons for what was not archived.

    A reason is (words, count, one address).
    """

    exit_code: ExitCode
    run: Mapping[str, object]
    failed: tuple[tuple[str, int, str], ...] = ()
    skipped: tuple[tuple[str, int, str], ...] = ()
    articles: int = 0


def crawl(targets: Sequence[str], folder: Path, options: Options | None = None) -> Result:
    """Archive the sites of `targets` (addresses, hosts or profile keys) in `folder`. Blocks until done.

    One crawl a process: Twisted's reactor can't be started twice. Raises ConfigError, PrivateAddressError,
    ArchiveLockedError and StorageError, each saying what to do.
    """
    options = options or Options()
    settings = scrapy_settings(folder, options)
    use_profiles_of(folder)
    starts = start_urls(targets)
    address_policy(starts, allow_private=settings.getbool("MIACRAWL_ALLOW_PRIVATE"))
    make_ready(folder)
    session = Session.open(folder, "articles", starts)
    try:
        _run(starts, session, settings)
    finally:
        session.close("ended before it began", ExitCode.UNEXPECTED, 0)
    if session.failure:
        raise StorageError(session.failure)
    return result_of(folder, session.run_id)


def scrapy_settings(folder: Path, options: Options) -> Settings:
    """Scrapy's settings for a crawl: ours, then the options, then the user's own.

    Raises ConfigError for a setting whose name begins with MIACRAWL_ and is none.
    """
    settings = Settings()
    settings.setmodule("miacrawl.settings", priority="project")
    settings.set("MIACRAWL_ARCHIVE", str(folder), priority="cmdline")
    settings.set("LOG_LEVEL", options.log_level, priority="cmdline")
    if options.limit:
        settings.set("MIACRAWL_LIMIT", options.limit, priority="cmdline")
    if options.allow_private:
        settings.set("MIACRAWL_ALLOW_PRIVATE", True, priority="cmdline")
    if options.live:
        settings.set("EXTENSIONS", {"miacrawl.fetch.progress.Progress": 500}, priority="cmdline")
    for name, value in options.settings.items():
        if name.startswith("MIACRAWL_") and name not in _OURS:
            raise ConfigError(f"there is no setting {name}; ours are {', '.join(_OURS)}")
        settings.set(name, value, priority="cmdline")
    return settings


def _run(starts: Sequence[str], session: Session, settings: Settings) -> None:
    process = AsyncCrawlerProcess(settings)
    ended = process.crawl(ArticlesSpider, url=" ".join(starts), session=session)
    process.start()
    if not ended.cancelled() and (error := ended.exception()) is not None:
        raise ConfigError(f"the crawl could not start: {error}") from error


def result_of(folder: Path, run_id: int) -> Result:
    """The result of a finished run, read back from the archive. Raises StorageError where it can't be read."""
    db = open_existing(folder)
    try:
        run = rows(db, "SELECT * FROM runs WHERE id = ?", [run_id])[0]
        articles = rows(db, "SELECT count(*) AS n FROM articles")[0]["n"]
        ledger = Ledger(db, run_id)
        failed, skipped = tuple(ledger.reasons("failed")), tuple(ledger.reasons("skipped"))
    except (sqlite3.Error, IndexError) as error:
        raise StorageError(f"{database_path(folder)} can't be read back: {error}") from error
    finally:
        db.conn.close()
    code = ExitCode(run["exit_code"] if run["exit_code"] is not None else ExitCode.UNEXPECTED)
    return Result(code, run, failed, skipped, articles)
