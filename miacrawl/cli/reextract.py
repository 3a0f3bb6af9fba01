"""`miacrawl reextract`: today's rules over stored captures."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from miacrawl.cli.options import archive_option
from miacrawl.errors import ExitCode

_EPILOG = """\b
Examples:
  miacrawl reextract --dry-run                       what today's rules would change, field by field
  miacrawl reextract                                 the same, then asks whether to apply it
  miacrawl reextract --site example.org --yes        one site, applied without asking
  miacrawl reextract --since 2026-06-01 --jobs 4

\b
Exit codes: 0 done, 3 an unknown site or a day that can't be read, 4 archive in use, 6 some captures could not be
  read, 7 the archive can't be used. Cut off, it goes on where it stopped when it is called again."""


@click.command("reextract", epilog=_EPILOG)
@archive_option
@click.option("--site", metavar="HOST", help="Only what is of this site, as in the table articles.")
@click.option("--since", metavar="YYYY-MM-DD", help="Only captures fetched on that day or later.")
@click.option("--again", is_flag=True, help="Read what was last read by today's rules, too.")
@click.option("--jobs", "-j", type=click.IntRange(1, 256), metavar="N", help="Processes. [default: one for each core]")
@click.option("--dry-run", is_flag=True, help="Say what would change, change nothing.")
@click.option("--yes", "-y", is_flag=True, help="Apply it without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
def command(
    folder: Path,
    site: str | None,
    since: str | None,
    again: bool,
    jobs: int | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Run today's rules over stored captures: new rules reach old pages without a request.

    Says first what would change, field by field, with samples. Nothing is fetched, and no version is added: pages have
    not changed, only how they are read.
    """
    from miacrawl.reextract.reextracting import Reextraction
    from miacrawl.reextract.report import report_json, report_text
    from miacrawl.store.targets import Scope
    from miacrawl.urls import as_address, site_of

    address = as_address(site) if site else None
    scope = Scope(site_of(address) if address else site, since)
    with Reextraction(folder, scope, again=again) as work:
        todo, _ = work.prepare()
        with _progress(todo, "reading captures") as done:
            work.read(jobs or os.cpu_count() or 1, done)
        report = work.report()
        click.echo(report_json(report) if as_json else report_text(report))
        code = ExitCode.PARTIAL if report.unread else ExitCode.OK
        if dry_run:
            sys.exit(code)
        if report.to_apply and not yes and not _agreed(report.to_apply):
            click.echo("Nothing was changed. To apply it: miacrawl reextract --yes", err=True)
            sys.exit(code)
        with _progress(report.pages, "applying") as done:
            applied = work.apply(report, done)
    told = f"{applied.changed:,} articles and versions changed or added"
    told += f"; {applied.newer:,} were fetched anew meanwhile and left alone" if applied.newer else ""
    click.echo(told, err=as_json)
    sys.exit(code)


def _agreed(count: int) -> bool:
    return sys.stdin.isatty() and click.confirm(f"Apply this to {count:,} articles and versions?", err=True)


@contextmanager
def _progress(length: int, label: str) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error where that is a terminal."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=length, label=label, file=sys.stderr, show_pos=True, hidden=hidden) as bar:
        yield bar.update
