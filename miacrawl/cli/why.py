"""`miacrawl why`: what became of one address, and why."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from miacrawl.cli.options import archive_option
from miacrawl.errors import ExitCode

_EPILOG = """\b
Examples:
  miacrawl why https://example.org/a-story
  miacrawl why example.org/feed.xml --archive health
  miacrawl why https://example.org/a-story --json | jq .robots

\b
Exit codes: 0 the archive knows the address, 3 it is no address, 5 the archive has never met it
  (it says which it knows that are like it), 7 the archive can't be read."""


@click.command("why", epilog=_EPILOG)
@click.argument("url", metavar="URL")
@archive_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with all that is known, instead of text.")
def command(url: str, folder: Path, as_json: bool) -> None:
    """Say what became of an address: how it was discovered, each visit, robots.txt, redirects, capture, versions.

    Nothing is fetched: all of it is in the archive. Times are UTC.
    """
    from miacrawl.cli.why_account import account_in
    from miacrawl.cli.why_text import as_text
    from miacrawl.printing import json_text

    account = account_in(folder, url)
    click.echo(json_text(asdict(account)) if as_json else as_text(account))
    if account.stranger:
        sys.exit(ExitCode.NOTHING)
