"""`miacrawl export dataset`: a folder that Hugging Face's libraries load, with a data card."""

from __future__ import annotations

from typing import Any

import click

from miacrawl.cli.export_options import article_options, asked_for, moment, report, stoppable

_EPILOG = """\b
Needs pyarrow: pip install 'miacrawl[parquet]'. To read it: datasets.load_dataset("DEST").

\b
Examples:
  miacrawl export dataset health-news --archive health
  miacrawl export dataset health-news --archive health --since 2026-01-01 --force

\b
Exit codes: 0 written, 2 wrong usage, 3 unusable path, site or column, or pyarrow is not there,
  7 the archive can't be read or the disk is full."""


@click.command("dataset", epilog=_EPILOG)
@click.argument("dest", default="dataset")
@article_options
def command(dest: str, columns: tuple[str, ...], **options: Any) -> None:
    """Write articles as a data set into the folder DEST (dataset): data/*.parquet, and README.md as its card.

    --force replaces a folder that holds a data set and nothing else.
    """
    from miacrawl.export import dataset, parquet
    from miacrawl.export.column import COLUMNS, columns_named
    from miacrawl.export.destination import writing_folder
    from miacrawl.export.record import records
    from miacrawl.store.exporting import snapshot

    parquet.needed()
    asked, chosen, now = asked_for(options), columns_named(columns), moment()
    with stoppable(), snapshot(asked.folder) as db:
        found = records(db, asked.wanted(db), COLUMNS)
        with writing_folder(dest, asked.folder, force=asked.force) as folder:
            census = dataset.write(folder, found, chosen, now, asked.scope)
    report(census.articles, dest, asked)
