"""`miacrawl export jsonl`: an object per line."""

from __future__ import annotations

from typing import Any

import click

from miacrawl.cli.export_options import article_options, asked_for, report, stoppable
from miacrawl.errors import ConfigError

_EPILOG = """\b
Examples:
  miacrawl export jsonl articles.jsonl
  miacrawl export jsonl --site example.org --columns url,title | head
  miacrawl export jsonl articles.jsonl --versions --since 2026-01-01
  miacrawl export jsonl articles.jsonld --schema-org

\b
Exit codes: 0 written, 2 wrong usage, 3 unusable path, site or column,
  7 the archive can't be read or the disk is full."""


@click.command("jsonl", epilog=_EPILOG)
@click.argument("dest", default="-")
@article_options
@click.option("--schema-org", is_flag=True, help="Each line as JSON-LD: an Article of schema.org.")
def command(dest: str, schema_org: bool, columns: tuple[str, ...], **options: Any) -> None:
    """Write articles as JSON Lines to the file DEST, - for standard output (the default)."""
    from miacrawl.export import jsonl
    from miacrawl.export.column import columns_named
    from miacrawl.export.destination import writing_file
    from miacrawl.export.record import records
    from miacrawl.export.schema_org import MAPPED, article_of
    from miacrawl.store.exporting import snapshot

    if schema_org and columns:
        raise ConfigError("--schema-org has columns of its own; leave --columns out")
    asked, chosen = asked_for(options), MAPPED if schema_org else columns_named(columns)
    with stoppable(), snapshot(asked.folder) as db:
        found = records(db, asked.wanted(db), chosen)
        with writing_file(dest, asked.folder, force=asked.force) as out:
            count = jsonl.write(out, map(article_of, found) if schema_org else found)
    report(count, dest, asked)
