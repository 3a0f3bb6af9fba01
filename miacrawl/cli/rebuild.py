"""`miacrawl rebuild`: make the database of an archive anew from its WARC files."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miacrawl.cli.options import archive_option

if TYPE_CHECKING:
    from miacrawl.importing.tally import Tally

_EPILOG = """\b
Examples:
  miacrawl rebuild --archive health                          archive.db is lost
  miacrawl rebuild --archive health --force                  it is damaged; it is kept under another name
  miacrawl rebuild --from backup/warc --archive health-again

\b
Exit codes: 0 done, 3 there is no WARC file, 4 archive in use, 6 a part of the files could not be
  read (the rest was), 7 there is a database already, or the archive can't be written, 130 interrupted
  (nothing was changed; run it again)."""
_EVERY_SECONDS = 0.2


@click.command("rebuild", epilog=_EPILOG)
@archive_option
@click.option(
    "--from",
    "source",
    metavar="DIR",
    type=click.Path(exists=False, file_okay=False, path_type=Path),
    help="Folder of WARC files that are to become this archive's. [default: warc/ in the archive]",
)
@click.option("--force", is_flag=True, help="Also where there is a database; it is kept under a name with the date.")
@click.option("--jobs", "-j", type=click.IntRange(1, 256), metavar="N", help="Processes that read. [default: CPUs]")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(folder: Path, source: Path | None, force: bool, jobs: int | None, as_json: bool) -> None:
    """Make archive.db anew from the archive's WARC files alone: articles, versions, captures, the ledger.

    The files stay as they are, and rows point at them. What no answer tells is not there again: addresses that were
    never answered and why, why runs ended, drift alarms, and when pages are due (that is planned anew).
    """
    from miacrawl.errors import ExitCode
    from miacrawl.importing.rebuild import Options, rebuild
    from miacrawl.printing import json_text, printable

    drawn = [0.0]

    def watched(tally: Tally) -> None:
        now = time.monotonic()
        if sys.stderr.isatty() and now - drawn[0] >= _EVERY_SECONDS:
            drawn[0] = now
            click.echo(f"\r\x1b[K{tally.records:,} records  {tally.taken:,} visits", nl=False, err=True)

    try:
        result = rebuild(folder, Options(source, force, jobs or len(os.sched_getaffinity(0)), watched))
    except KeyboardInterrupt:
        click.echo("miacrawl: interrupted; nothing was changed, run it again", err=True)
        sys.exit(ExitCode.INTERRUPTED)
    finally:
        if drawn[0]:
            click.echo("\r\x1b[K", nl=False, err=True)
    problems = [asdict(problem) for problem in result.tally.problems.values()]
    if as_json:
        told = {"archive": str(folder), "exit_code": int(result.exit_code), "runs": result.runs, **result.counts}
        kept = str(result.kept) if result.kept else None
        told |= {"records": result.tally.records, "visits": result.tally.taken, "kept": kept, "problems": problems}
        click.echo(json_text(told))
        sys.exit(result.exit_code)
    counts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in result.counts.items())
    click.echo(f"Rebuilt from {result.tally.files:,} files of {result.runs:,} runs in {result.seconds:,.1f} s:")
    click.echo(f"  {counts}")
    for problem in problems:
        click.echo(printable(f"  {problem['file']}, offset {problem['offset']:,}: {problem['told']}"))
    if result.kept is not None:
        click.echo(f"The database that was there is {result.kept}")
    sys.exit(result.exit_code)
