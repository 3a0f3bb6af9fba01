"""`miacrawl export`: what is archived, as files for other programs."""

from __future__ import annotations

import click

from miacrawl.cli.lazy import LazyGroup

_COMMANDS = {name: f"miacrawl.cli.export_{name}" for name in ("jsonl", "csv", "parquet", "dataset", "wacz")}
_EPILOG = """\b
Examples:
  miacrawl export jsonl articles.jsonl
  miacrawl export csv articles.csv --site example.org --columns title,published,url
  miacrawl export parquet --since 2026-01-01 --query 'vaccine OR vaccination'
  miacrawl export dataset health-news --versions
  miacrawl export wacz example.wacz --site example.org

\b
Exit codes: 0 written, also where no article was asked for (a note says so), 2 wrong usage, 3 a path, site or
  extra that can't be used, 5 no capture for a WACZ, 7 the archive can't be read or the disk is full."""


@click.group("export", cls=LazyGroup, commands_in=_COMMANDS, epilog=_EPILOG)
def command() -> None:
    """Write the archive, or a part of it, to a file: JSON Lines, CSV, Parquet, a data set with its card, or WACZ.

    The archive is read as it is when the command begins, also while a crawl writes to it. What is written gets its
    name when it is complete.
    """
