"""`miacrawl duplicates`: which articles say the same, or nearly, and the largest families of them."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miacrawl.cli.options import archive_option
from miacrawl.errors import ExitCode

if TYPE_CHECKING:
    from miacrawl.store.duplicates import Progress
    from miacrawl.store.families import Duplicates

_TOLD_SECONDS = 5.0
_EPILOG = """\b
Examples:
  miacrawl duplicates
  miacrawl duplicates --archive health --top 50 --json
  miacrawl duplicates --again                              compare all articles anew

\b
Exit codes: 0 done, 4 archive in use, 7 archive can't be read or written, 130 interrupted (what was compared
  stays; run it again to go on)."""


@click.command("duplicates", epilog=_EPILOG)
@archive_option
@click.option("--again", is_flag=True, help="Compare all articles anew, not only what is new or changed.")
@click.option(
    "--top",
    type=click.IntRange(0, 1000),
    default=10,
    show_default=True,
    metavar="N",
    help="Show the N largest families.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def command(folder: Path, again: bool, top: int, as_json: bool) -> None:
    """Link articles with the same text, or nearly the same, and say how many there are. Nothing is deleted.

    Exact: the same words in title, blurb and body. Near: the bodies share half of their runs of three words, or more.
    Runs compare what is new by themselves; here the rest is done, however long it takes.
    """
    from miacrawl.printing import json_text, printable
    from miacrawl.store.duplicates import settle_archive
    from miacrawl.store.families import duplicates_of
    from miacrawl.wording import can_sign

    if not can_sign():
        told = "the package rensa is missing (pip install rensa; without a wheel for this machine it needs Rust)"
        click.echo(f"miacrawl: {told}: only exact duplicates are found", err=True)
    try:
        settle_archive(folder, again=again, told=_teller())
    except KeyboardInterrupt:
        click.echo("miacrawl: interrupted; what was compared stays, run it again to go on", err=True)
        sys.exit(ExitCode.INTERRUPTED)
    found = duplicates_of(folder, top)
    click.echo(json_text(dataclasses.asdict(found)) if as_json else printable("\n".join(_lines(found))))


def _teller() -> Callable[[Progress], None]:
    """Says every few seconds how far it is."""
    import time

    last = time.monotonic()

    def tell(progress: Progress) -> None:
        nonlocal last
        if progress.left and time.monotonic() - last >= _TOLD_SECONDS:
            last = time.monotonic()
            click.echo(f"{progress.settled:,} articles compared, {progress.left:,} to go", err=True)

    return tell


def _lines(found: Duplicates) -> Iterator[str]:
    yield (
        f"{found.linked:,} of {found.articles:,} articles have a duplicate: {found.pairs['exact']:,} exact pairs,"
        f" {found.pairs['near']:,} near ones, in {found.families:,} families"
    )
    if found.short:
        yield f"{found.short:,} are too short for more than exact duplicates to be found"
    if found.due:
        yield f"{found.due:,} have come since and are not compared yet"
    for family in found.largest:
        yield f"{family.size:,} articles"
        for article in family.articles:
            yield f"  {article['id']:>7}  {article['site']}  {article['title'] or article['url']}"
        if (more := family.size - len(family.articles)) > 0:
            yield f"  {'':>7}  and {more:,} more"
