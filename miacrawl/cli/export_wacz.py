"""`miacrawl export wacz`: captures in one file, to be shown again in a browser."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from miacrawl.cli.export_options import asked_for, moment, selection_options, stoppable
from miacrawl.errors import ExitCode

if TYPE_CHECKING:
    from miacrawl.export.wacz import Plan

_EPILOG = """\b
Needs surt: pip install 'miacrawl[wacz]'. ReplayWeb.page and pywb show what is in it.

\b
Examples:
  miacrawl export wacz
  miacrawl export wacz example.wacz --site example.org --since 2026-01-01
  miacrawl export wacz beans.wacz --query 'broad beans' --text --title 'On broad beans'

\b
Exit codes: 0 written, 2 wrong usage, 3 unusable path or site, or surt is not there, 5 no capture is as asked for,
  7 the archive or a WARC file can't be read, or the disk is full."""


@click.command("wacz", epilog=_EPILOG)
@click.argument("dest", default="archive.wacz")
@selection_options(of="on which it was fetched")
@click.option("--text", is_flag=True, help="Put the texts of articles into the list of pages, to be searched.")
@click.option("--title", default="Articles archived by miacrawl", show_default=True, help="Title of the package.")
def command(dest: str, text: bool, title: str, **options: Any) -> None:
    """Write captures as a WACZ file (1.1.1) to DEST (archive.wacz).

    Without --site, --since, --until and --query whole WARC files go in, else the captures that are as asked for, with
    those that they refer to. --query goes by the articles that were read from them.
    """
    from miacrawl.export import wacz
    from miacrawl.export.cdxj import sort_keys
    from miacrawl.export.destination import STDOUT, writing_file
    from miacrawl.printing import printable
    from miacrawl.store.exporting import snapshot

    sort_keys()
    if dest == STDOUT:
        raise click.UsageError("WACZ is written to files only; give a name for DEST")
    asked = asked_for(options)
    told = wacz.Told(title, f"Captures of a miacrawl archive: {asked.captures_scope}", moment(), text)
    with stoppable(), snapshot(asked.folder) as db:
        planned = wacz.plan(db, asked.folder, asked.wanted(db))
        if not planned.sources:
            click.echo("miacrawl: no capture is as asked for; nothing was written", err=True)
            sys.exit(ExitCode.NOTHING)
        with writing_file(dest, asked.folder, force=asked.force) as out:
            pages = wacz.write(out, db, asked.folder, planned, told)
    click.echo(f"{planned.captures:,} captures and {pages:,} pages written to {printable(dest)}", err=True)
    for line in _notes(planned):
        click.echo(line, err=True)


def _notes(planned: Plan) -> list[str]:
    return [
        f"{source.name} is still being written: what it holds now was taken, {source.captures:,} captures"
        for source in planned.unfinished
    ]
