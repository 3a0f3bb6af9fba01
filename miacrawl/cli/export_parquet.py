"""`miacrawl export parquet`: a typed table for pandas, DuckDB, Spark."""

from __future__ import annotations

from typing import Any

import click

from miacrawl.cli.export_options import article_options, asked_for, report, stoppable

_EPILOG = """\b
Needs pyarrow: pip install 'miacrawl[parquet]'

\b
Examples:
  miacrawl export parquet
  miacrawl export parquet articles.parquet --site example.org --force

\b
Exit codes: 0 written, 2 wrong usage, 3 unusable path, site or column, or pyarrow is not there,
  7 the archive can't be read or the disk is full."""


@click.command("parquet", epilog=_EPILOG)
@click.argument("dest", default="articles.parquet")
@article_options
def command(dest: str, columns: tuple[str, ...], **options: Any) -> None:
    """Write articles as Parquet to the file DEST (articles.parquet). Objects are text in JSON there."""
    from miacrawl.export import parquet
    from miacrawl.export.column import columns_named
    from miacrawl.export.destination import STDOUT, writing_file
    from miacrawl.export.record import records
    from miacrawl.store.exporting import snapshot

    parquet.needed()
    asked, chosen = asked_for(options), columns_named(columns)
    if dest == STDOUT:
        raise click.UsageError("Parquet is written to files only; give a name for DEST")
    with stoppable(), snapshot(asked.folder) as db:
        found = records(db, asked.wanted(db), chosen)
        with writing_file(dest, asked.folder, force=asked.force) as out:
            count = parquet.write(out, found, chosen)
    report(count, dest, asked)
