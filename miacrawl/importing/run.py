"""An import from Python: `import_files(["CC-NEWS-….warc.gz"], Path("archive"))`."""

from __future__ import annotations

import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType

from miacrawl.crawl import Options as CrawlOptions
from miacrawl.crawl import scrapy_settings
from miacrawl.errors import ExitCode, StorageError
from miacrawl.folder import make_ready
from miacrawl.importing.filters import Filters
from miacrawl.importing.group import groups
from miacrawl.importing.intake import Intake
from miacrawl.importing.pool import Pool
from miacrawl.importing.rehearsal import Rehearsal
from miacrawl.importing.sources import Source, paths_in, sources_in
from miacrawl.importing.tally import Tally
from miacrawl.sites import use_profiles_of
from miacrawl.spiders.wishes import honoured
from miacrawl.store.replay import ImportSession
from miacrawl.warc.foreign import Raw, records
from miacrawl.warc.stream import Stream

_NAMES_KEPT = 100


@dataclass(frozen=True, slots=True)
class Options:
    """How to import. `jobs`: processes that read pages; `dry_run`: count what would be taken, and take nothing.

    `watched`: called with the counts so far after each record, and how many bytes of how many were read.
    """

    filters: Filters = field(default_factory=Filters)
    jobs: int = 1
    dry_run: bool = False
    watched: Callable[[Tally, int, int], None] = lambda tally, read, size: None


@dataclass(frozen=True, slots=True)
class Result:
    """How an import ended. `run_id`: None for a dry run."""

    exit_code: ExitCode
    tally: Tally
    seconds: float
    reason: str
    run_id: int | None = None


def import_files(given: Sequence[str], folder: Path, options: Options | None = None) -> Result:
    """Archive what the files in `given` (paths, folders, patterns) hold, as if it had been crawled at its time.

    What is archived already is passed over. Raises ConfigError, ArchiveLockedError and StorageError, each saying what
    to do.
    """
    options = options or Options()
    files = paths_in(given)
    settings = scrapy_settings(folder, CrawlOptions())
    use_profiles_of(folder)
    began, tally = time.monotonic(), Tally()
    if options.dry_run:
        _rehearse(files, folder, options, tally)
        code, reason = conclusion(tally)
        return Result(code, tally, time.monotonic() - began, reason)
    session = ImportSession.open(folder, "import", _names(given), "import")
    session.captures.max_bytes = settings.getint("MIACRAWL_WARC_MB") * 2**20
    code, reason = ExitCode.UNEXPECTED, "ended by an error"
    try:
        make_ready(folder)
        with told_to_stop(), Pool(options.jobs, folder) as pool:
            intake = Intake(session, pool, tally, options.filters, cache(lambda site: honoured(settings, site)))
            _go_through(files, intake.take, options, tally)
            pool.drain()
            session.commit()
        code, reason = conclusion(tally)
    except KeyboardInterrupt:
        code, reason = ExitCode.INTERRUPTED, "interrupted"
    except (sqlite3.Error, OSError) as error:
        session.abandon()
        session.broken(error)
        code, reason = ExitCode.STORAGE, "the archive can't be written"
    finally:
        session.commit()
        session.close(reason, code, tally.taken, received_bytes=tally.bytes_taken)
    if session.failure:
        raise StorageError(session.failure)
    return Result(code, tally, time.monotonic() - began, reason, session.run_id)


def _rehearse(files: Sequence[Path], folder: Path, options: Options, tally: Tally) -> None:
    with told_to_stop(), Pool(options.jobs, folder) as pool:
        rehearsal = Rehearsal(folder, pool, tally, options.filters)
        try:
            _go_through(files, rehearsal.take, options, tally)
            pool.drain()
        finally:
            rehearsal.close()


def _go_through(files: Sequence[Path], take: Callable[..., None], options: Options, tally: Tally) -> None:
    size, before = sum(path.stat().st_size for path in files), 0
    for path in files:
        for source in sources_in(path, tally.trouble):
            tally.files += 1
            for group in _groups(source, options, tally, before, size):
                take(group)
        before += path.stat().st_size


def _groups(source: Source, options: Options, tally: Tally, before: int, size: int) -> Iterator[object]:
    streams: list[Stream] = []

    def trouble(told: str, offset: int) -> None:
        tally.trouble(source.name, told, offset)

    def counted() -> Iterator[Raw]:
        try:
            for raw in records(source.file, trouble, streams.append):
                tally.records += 1
                options.watched(tally, before + min(streams[0].taken, source.size), size)
                yield raw
        except OSError as error:
            tally.trouble(
                source.name, f"it can't be read: {error.strerror or error}", streams[0].taken if streams else 0
            )
        tally.bytes_read += streams[0].taken if streams else 0

    passed = lambda reason, offset: tally.pass_over(reason)  # noqa: E731  a name for what is passed on
    yield from groups(counted(), source.name, passed, options.filters.why_not)


def conclusion(tally: Tally) -> tuple[ExitCode, str]:
    """How an import ends that went through all of its files."""
    if tally.broken:
        return ExitCode.PARTIAL, f"finished; a part of {len(tally.broken)} files could not be read"
    if not tally.taken and not tally.known:
        return ExitCode.NOTHING, "finished; nothing in the files is wanted"
    return ExitCode.OK, "finished"


def _names(given: Sequence[str]) -> list[str]:
    names = [Path(text).name or text for text in given[:_NAMES_KEPT]]
    return names if len(given) <= _NAMES_KEPT else [*names, f"… and {len(given) - _NAMES_KEPT:,} more"]


@contextmanager
def told_to_stop() -> Iterator[None]:
    """SIGTERM is an interruption, as Ctrl-C is: what was taken is kept, and the run's row is written."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
