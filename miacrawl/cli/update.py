"""`miacrawl update`: bring an archive up to date."""

from __future__ import annotations

from typing import Any

import click

from miacrawl.cli.running import carry_out, run_options

_EPILOG = """\b
Examples:
  miacrawl update                             every site of the archive
  miacrawl update https://example.org/        one of them
  miacrawl update --archive health --quiet    as a scheduled job calls it
  miacrawl update --json | jq .new"""


@click.command("update", epilog=_EPILOG)
@click.argument("targets", metavar="[URL|SITE]...", nargs=-1)
@run_options
def command(targets: tuple[str, ...], **given: Any) -> None:
    """Bring the archive up to date: visit what is new, and what is due again.

    Asks feeds and sitemaps first, then visits new addresses, then articles whose time has come: often in their first
    days, rarely after months. Unchanged pages cost a small request each. Without URL, all sites of miacrawl.yaml, or
    else all that were ever crawled into the archive.
    """
    from miacrawl.crawl import update

    carry_out(update, targets, given)
