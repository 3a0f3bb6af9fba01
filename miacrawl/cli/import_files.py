"""`miacrawl import`: archive what is in WARC and WACZ files that others made."""

from __future__ import annotations

import os
import re
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from miacrawl.cli.options import archive_option

if TYPE_CHECKING:
    from miacrawl.importing.filters import Filters
    from miacrawl.importing.tally import Tally

_EPILOG = """\b
Examples:
  miacrawl import CC-NEWS-20240105.warc.gz --host example.org --language en
  miacrawl import crawls/ old.wacz --since 2020-01-01 --until 2020-12-31
  miacrawl import 'crawls/**/*.warc.gz' --dry-run --json
  miacrawl import site.warc.gz --url '/20[12]\\d/' --archive health --jobs 4

\b
Exit codes: 0 all was read, 3 a path that is not there or an option that can't be used, 4 archive in
  use, 5 nothing in the files is wanted, 6 a part of the files could not be read (the rest was taken),
  7 archive can't be read or written, 130 interrupted (run it again to go on)."""
_EVERY_SECONDS = 0.2


@click.command("import", epilog=_EPILOG)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@archive_option
@click.option(
    "--host", "hosts", multiple=True, metavar="HOST", help="Only of this host and those below it. Repeatable."
)
@click.option("--since", metavar="DAY", help="Only captured on this day or later (YYYY-MM-DD, or a time).")
@click.option("--until", metavar="DAY", help="Only captured on this day or before.")
@click.option("--language", "languages", multiple=True, metavar="TAG", help='Only articles in it: "en". Repeatable.')
@click.option("--mime", "kinds", multiple=True, metavar="TYPE", help="Media types to take. [default: those of HTML]")
@click.option("--url", "pattern", metavar="REGEX", help="Only addresses in which it is found.")
@click.option(
    "--jobs", "-j", type=click.IntRange(1, 256), metavar="N", help="Processes that read pages. [default: CPUs]"
)
@click.option("--dry-run", is_flag=True, help="Say what would be taken; write nothing.")
@click.option("--quiet", "-q", is_flag=True, help="No progress line.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(paths: tuple[str, ...], folder: Path, as_json: bool, quiet: bool, **given: Any) -> None:
    """Archive what WARC and WACZ files of others hold (CC-NEWS, Heritrix, Browsertrix, wget), as if crawled.

    PATH is a file, a folder or a pattern. Records are copied into the archive's own WARC files and read as pages that
    are fetched are: articles get a version of the time at which they were captured. What is archived already is passed
    over, so that it can be run again. Nothing is fetched, and no link is entered to be fetched.
    """
    from miacrawl.importing.outcome import as_json as json_of
    from miacrawl.importing.outcome import as_text
    from miacrawl.importing.run import Options, import_files

    line = _Line(live=sys.stderr.isatty() and not quiet)
    jobs = given["jobs"] or len(os.sched_getaffinity(0))
    options = Options(_filters(given), jobs, given["dry_run"], line.draw)
    try:
        result = import_files(paths, folder, options)
    finally:
        line.wipe()
    click.echo(json_of(result, folder) if as_json else as_text(result, folder))
    sys.exit(result.exit_code)


def _filters(given: dict[str, Any]) -> Filters:
    """The filters that options stand for. Raises ConfigError."""
    from miacrawl.errors import ConfigError
    from miacrawl.importing.filters import HTML, Filters

    try:
        pattern = re.compile(given["pattern"]) if given["pattern"] else None
    except re.error as error:
        raise ConfigError(f"--url {given['pattern']!r} is no regular expression: {error}") from error
    return Filters(
        tuple(host.lower().strip().rstrip(".").removeprefix("*.") for host in given["hosts"]),
        _moment(given["since"], "--since"),
        _moment(given["until"], "--until", whole_day=True),
        tuple(tag.lower() for tag in given["languages"]),
        tuple(kind.lower() for kind in given["kinds"]) or HTML,
        pattern,
    )


def _moment(text: str | None, option: str, *, whole_day: bool = False) -> str:
    from miacrawl.errors import ConfigError
    from miacrawl.store.clock import written

    if not text:
        return ""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"{option} {text!r} is no day or time: write 2024-01-31 or 2024-01-31T12:00:00Z") from error
    if whole_day and len(text) <= len("2024-01-31"):
        at += timedelta(days=1)
    return written(at if at.tzinfo is not None else at.replace(tzinfo=UTC))


class _Line:
    """A line on standard error, drawn over and over."""

    def __init__(self, *, live: bool) -> None:
        self.live = live
        self.began = time.monotonic()
        self.drawn = 0.0

    def draw(self, tally: Tally, read: int, size: int) -> None:
        now = time.monotonic()
        if not self.live or now - self.drawn < _EVERY_SECONDS:
            return
        self.drawn = now
        seconds = max(now - self.began, 0.001)
        found = sum(tally.outcomes[name] for name in ("new", "changed", "unchanged", "article"))
        text = (
            f"{tally.records:,} records  {found:,} articles  {read / 1e6:,.0f} of {size / 1e6:,.0f} MB"
            f"  {tally.taken / seconds:,.0f} pages/s"
        )
        click.echo(f"\r\x1b[K{text}", nl=False, err=True)

    def wipe(self) -> None:
        if self.live:
            click.echo("\r\x1b[K", nl=False, err=True)
