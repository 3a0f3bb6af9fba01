"""`miacrawl reextract`: today's rules over stored captures."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from miacrawl.cli.interruption import interruptible
from miacrawl.cli.options import archive_option, hosts_of
from miacrawl.errors import ExitCode

if TYPE_CHECKING:
    from miacrawl.reextract.reextracting import Prepared

_EPILOG = """\b
Examples:
  miacrawl reextract --dry-run                       what today's rules would change, field by field
  miacrawl reextract                                 the same, then asks whether to apply it
  miacrawl reextract --site example.org --yes        one site, applied without asking
  miacrawl reextract --since 2026-06-01 --jobs 4
  miacrawl reextract --dask tcp://10.0.0.5:8786 --yes   by the workers of a Dask cluster

\b
Exit codes: 0 done, 3 an unknown site, a day that can't be read, a Dask cluster that can't be used, 4 archive in use,
  6 some captures could not be read, 7 the archive can't be used, 130 interrupted. Called again, it goes on where it
  stopped."""


@click.command("reextract", epilog=_EPILOG)
@archive_option
@click.option("--site", metavar="S", help="Only what is of this site: host, address or profile.")
@click.option("--since", metavar="YYYY-MM-DD", help="Only captures fetched on that day (UTC) or later.")
@click.option("--again", is_flag=True, help="Read what was last read by today's rules, too.")
@click.option("--jobs", "-j", type=click.IntRange(1, 256), metavar="N", help="Processes. [default: one for each core]")
@click.option(
    "--dask", metavar="SCHEDULER", help="Read by the workers of this Dask cluster (pip install 'miacrawl[dask]')."
)
@click.option("--dry-run", is_flag=True, help="Say what would change, change nothing.")
@click.option("--yes", "-y", is_flag=True, help="Apply it without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def command(folder: Path, site: str | None, dry_run: bool, yes: bool, as_json: bool, **given: Any) -> None:
    """Run today's rules over stored captures: new rules reach old pages without a request.

    Says first what would change, field by field, with samples. Nothing is fetched, and no version is added: pages have
    not changed, only how they are read.
    """
    from miacrawl.reextract.reextracting import Reextraction
    from miacrawl.reextract.report import report_json, report_text
    from miacrawl.reextract.scope import scope_of

    jobs, dask = given["jobs"], given["dask"]
    if dask and jobs:
        raise click.UsageError("--jobs is for processes here; with --dask the workers of the cluster read")
    kept = "what was read is kept, and what was applied stays: call it again to go on"
    scope = scope_of(folder, hosts_of(site, folder) if site else (), given["since"])
    with interruptible(kept), Reextraction(folder, scope, again=given["again"]) as work:
        found = work.prepare()
        if told := _told(found):
            click.echo(f"miacrawl: {told}", err=True)
        with _progress(found.to_read, "reading captures") as done:
            work.read(jobs or os.cpu_count() or 1, done, dask)
        report = work.report()
        click.echo(report_json(report) if as_json else report_text(report))
        code = ExitCode.PARTIAL if report.unread else ExitCode.OK
        if dry_run:
            sys.exit(code)
        if report.to_apply and not yes and not _agreed(report.to_apply):
            click.echo("Nothing was changed. To apply it, call this again with --yes", err=True)
            sys.exit(code)
        with _progress(work.unapplied, "applying") as done:
            applied = work.apply(report, done)
    told = f"{applied.changed:,} articles and versions changed or added"
    told += f"; {applied.newer:,} were fetched anew meanwhile and left alone" if applied.newer else ""
    click.echo(told, err=as_json)
    sys.exit(code)


def _told(found: Prepared) -> str:
    """What an earlier call left, in words; "" where there is nothing to tell."""
    if found.anew:
        return "what an earlier call read was by other rules, or of other captures: all is read again"
    if read := found.in_all - found.to_read:
        return f"{read:,} of {found.in_all:,} captures were read by an earlier call"
    return ""


def _agreed(count: int) -> bool:
    return sys.stdin.isatty() and click.confirm(f"Apply this to {count:,} articles and versions?", err=True)


@contextmanager
def _progress(length: int, label: str) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error where that is a terminal."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=length, label=label, file=sys.stderr, show_pos=True, hidden=hidden) as bar:
        yield bar.update
