"""A crawl from Python: `crawl(["https://example.org/"], Path("archive"))`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scrapy.core.downloader import contextfactory  # noqa: F401  see below
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from miacrawl.config import read_config, sites_of
from miacrawl.config.effective import COMMAND_LINE_PRIORITY, effective
from miacrawl.errors import ConfigError, ExitCode, StorageError
from miacrawl.fetch.render.terms import terms_of
from miacrawl.folder import make_ready
from miacrawl.sites import use_profiles_of
from miacrawl.spiders.articles import ArticlesSpider
from miacrawl.spiders.starting import address_policy, start_urls
from miacrawl.store.archive import database_path, explain, open_existing
from miacrawl.store.connection import rows
from miacrawl.store.ledger import Ledger
from miacrawl.store.queue import Queue
from miacrawl.store.runs import RunKind, earlier_starts
from miacrawl.store.session import Session
from miacrawl.store.traps import Traps
from miacrawl.urls import site_of

# Scrapy's context factory asks for the whole stack when it is imported, with the source of every frame: the fewer
# modules are being imported at that time the sooner it is there (a tenth of a second). So it comes first.


@dataclass(frozen=True, slots=True)
class Options:
    """How to crawl. `limit`: articles at most, 0 for all; `settings`: Scrapy settings by name, winning over ours.

    `log_level`: where it is empty, by the settings (INFO), or WARNING where a progress line is drawn.
    `live`: draw a progress line on standard error.
    """

    limit: int = 0
    allow_private: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    log_level: str = ""
    live: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """How a crawl ended: the run's row of the archive, and the commonest reasons for what was not archived.

    A reason is (words, count, one address). `alarms`: rows of the run's sites that are open, samples as a list.
    """

    exit_code: ExitCode
    run: Mapping[str, Any]
    failed: tuple[tuple[str, int, str], ...] = ()
    skipped: tuple[tuple[str, int, str], ...] = ()
    gone: tuple[tuple[str, int, str], ...] = ()
    articles: int = 0
    alarms: tuple[Mapping[str, Any], ...] = ()


def crawl(targets: Sequence[str], folder: Path, options: Options | None = None) -> Result:
    """Archive the sites of `targets` (addresses, hosts or profile keys) in `folder`: every page. Blocks until done.

    One crawl a process: Twisted's reactor can't be started twice. Raises ConfigError, PrivateAddressError,
    ArchiveLockedError and StorageError, each saying what to do.
    """
    return _visit(targets, folder, options or Options(), "crawl")


def update(targets: Sequence[str], folder: Path, options: Options | None = None) -> Result:
    """Visit what is new or due of the sites of `targets`.

    Without any, of the sites of the archive's miacrawl.yaml, or else of all that `folder` was crawled from.
    Blocks and raises as `crawl` does; ConfigError too where there is nothing to update.
    """
    return _visit(targets or sites_of(read_config(folder)) or _crawled(folder), folder, options or Options(), "update")


def _crawled(folder: Path) -> tuple[str, ...]:
    db = open_existing(folder)
    try:
        starts = earlier_starts(db)
    except sqlite3.Error as error:
        raise StorageError(explain(error, database_path(folder))) from error
    finally:
        db.conn.close()
    if not starts:
        raise ConfigError(f"{folder} was never crawled, so there is nothing to update; begin with: miacrawl crawl URL")
    return starts


def _visit(targets: Sequence[str], folder: Path, options: Options, kind: RunKind) -> Result:
    settings = scrapy_settings(folder, options)
    use_profiles_of(folder)
    starts = start_urls(targets)
    address_policy(starts, allow_private=settings.getbool("MIACRAWL_ALLOW_PRIVATE"))
    terms_of(settings, ("", *map(site_of, starts)))
    # Before anything is written: a folder in use is to be told as such.
    session = Session.open(folder, "articles", starts, kind)
    try:
        make_ready(folder)
        _run(starts, session, settings, kind)
    finally:
        session.close("ended before it began", ExitCode.UNEXPECTED, 0)
    if session.failure:
        raise StorageError(session.failure)
    return result_of(folder, session.run_id, session.watch.alarms)


def scrapy_settings(folder: Path, options: Options) -> Settings:
    """Scrapy's settings for a crawl: ours, then the archive's miacrawl.yaml, the environment, and the options.

    Raises ConfigError for a setting that is unknown, can't be set, or has a value that can't be used.
    """
    held = effective(folder, given_by(options))
    settings = held.settings
    leave_out_what_is_off(settings)
    if options.live:
        shown = {**settings.getdict("EXTENSIONS"), "miacrawl.fetch.progress.Progress": 500}
        settings.set("EXTENSIONS", shown, priority=COMMAND_LINE_PRIORITY)
        if held.origins["LOG_LEVEL"] == "default":
            settings.set("LOG_LEVEL", "WARNING", priority="project")
    return settings


_SWITCHED = (
    ("REMOTE_CONTROL_ENABLED", "EXTENSIONS", "scrapy.extensions.remote_control.RemoteControl"),
    ("COOKIES_ENABLED", "DOWNLOADER_MIDDLEWARES", "scrapy.downloadermiddlewares.cookies.CookiesMiddleware"),
)


def leave_out_what_is_off(settings: Settings) -> None:
    """Leave out components of Scrapy that are switched off, and would load aiohttp, tldextract and requests first."""
    for switch, name, path in _SWITCHED:
        if not settings.getbool(switch):
            settings.set(name, {**settings.getdict(name), path: None}, priority=COMMAND_LINE_PRIORITY)


def given_by(options: Options) -> dict[str, str]:
    """The settings that the options stand for, as text by name; what `-s` says wins over the others."""
    given = {"LOG_LEVEL": options.log_level} if options.log_level else {}
    if options.limit:
        given["MIACRAWL_LIMIT"] = str(options.limit)
    if options.allow_private:
        given["MIACRAWL_ALLOW_PRIVATE"] = "true"
    return given | dict(options.settings)


def _run(starts: Sequence[str], session: Session, settings: Settings, kind: RunKind) -> None:
    process = AsyncCrawlerProcess(settings)
    ended = process.crawl(ArticlesSpider, url=" ".join(starts), mode=kind, session=session)
    process.start()
    if not ended.done():  # cut off, or told to stop twice
        session.close("interrupted", ExitCode.INTERRUPTED, 0)
    elif not ended.cancelled() and (error := ended.exception()) is not None:
        raise ConfigError(f"the crawl could not start: {error}") from error


def result_of(folder: Path, run_id: int, alarms: Iterable[Mapping[str, Any]] = ()) -> Result:
    """The result of a finished run, read back from the archive. Raises StorageError where it can't be read."""
    db = open_existing(folder)
    try:
        run = rows(db, "SELECT * FROM runs WHERE id = ?", [run_id])[0]
        articles = rows(db, "SELECT count(*) AS n FROM articles")[0]["n"]
        ledger = Ledger(db, run_id, Queue(db), Traps(db, run_id))
        failed, skipped, gone = (tuple(ledger.reasons(state)) for state in ("failed", "skipped", "gone"))
    except (sqlite3.Error, IndexError) as error:
        raise StorageError(f"{database_path(folder)} can't be read back: {error}") from error
    finally:
        db.conn.close()
    code = ExitCode(run["exit_code"] if run["exit_code"] is not None else ExitCode.UNEXPECTED)
    return Result(code, run, failed, skipped, gone, articles, tuple(alarms))
