"""`miacrawl export csv`: a table for spreadsheets, in which nothing runs."""

from __future__ import annotations

from typing import Any

import click

from miacrawl.cli.export_options import article_options, asked_for, report, stoppable

_EPILOG = """\b
Text that a spreadsheet would run as a formula (= + - @ at its beginning, also behind blanks or in full width; a tab or
line end there; the same after line ends, tabs and semicolons) gets an apostrophe in front. Numbers stay as they are.

\b
Examples:
  miacrawl export csv articles.csv --columns title,published,authors,url
  miacrawl export csv articles.csv --excel --site example.org
  miacrawl export csv --raw > articles.csv

\b
Exit codes: 0 written, 2 wrong usage, 3 unusable path, site or column,
  7 the archive can't be read or the disk is full."""


@click.command("csv", epilog=_EPILOG)
@click.argument("dest", default="-")
@article_options
@click.option("--excel", is_flag=True, help="Begin with a byte order mark, by which Excel knows that it is UTF-8.")
@click.option("--raw", is_flag=True, help="Leave formulas as they are; for programs, not for spreadsheets.")
def command(dest: str, excel: bool, raw: bool, columns: tuple[str, ...], **options: Any) -> None:
    """Write articles as CSV to the file DEST, - for standard output (the default). Lists are joined by "; "."""
    from miacrawl.export import csv_file
    from miacrawl.export.column import columns_named
    from miacrawl.export.destination import writing_file
    from miacrawl.export.record import records
    from miacrawl.store.exporting import snapshot

    asked, chosen = asked_for(options), columns_named(columns)
    with stoppable(), snapshot(asked.folder) as db:
        found = records(db, asked.wanted(db), chosen)
        with writing_file(dest, asked.folder, force=asked.force) as out:
            count = csv_file.write(out, found, chosen, raw=raw, mark=excel)
    report(count, dest, asked)
