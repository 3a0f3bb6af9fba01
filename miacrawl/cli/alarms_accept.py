"""`miacrawl alarms accept`: what an alarm found is as it should be."""

from __future__ import annotations

from pathlib import Path

import click

from miacrawl.cli.options import archive_option

_EPILOG = """\b
Examples:
  miacrawl alarms accept 3
  miacrawl alarms accept 3 4 --note "new layout, blurbs were dropped"
  miacrawl alarms accept all --archive health"""


@click.command("accept", epilog=_EPILOG)
@click.argument("ids", metavar="ID...|all", nargs=-1, required=True)
@archive_option
@click.option("--note", default="", metavar="TEXT", help="Why, for those who come after.")
def command(ids: tuple[str, ...], folder: Path, note: str) -> None:
    """Accept alarms by their numbers: the site as it is since then is what later runs are compared with."""
    from miacrawl.printing import printable
    from miacrawl.store.alarms import accept

    numbers = None if ids == ("all",) else [_number(text) for text in ids]
    for alarm in accept(folder, numbers, note):
        click.echo(printable(f"Accepted {alarm['id']}: {alarm['explanation']}"))


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise click.BadParameter(f"{text!r} is no alarm's number; give numbers, or all", param_hint="ID")
    return int(text)
