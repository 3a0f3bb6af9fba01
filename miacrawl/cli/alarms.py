"""`miacrawl alarms`: what has changed on the sites of an archive; `alarms accept` makes it the new base line."""

from __future__ import annotations

from pathlib import Path

import click

from miacrawl.cli.lazy import LazyGroup
from miacrawl.cli.options import archive_option

_COMMANDS = {"accept": "miacrawl.cli.alarms_accept"}
_EPILOG = """\b
Examples:
  miacrawl alarms                             what is open
  miacrawl alarms --all --json                all that was ever raised
  miacrawl alarms accept 3 --note "new look"  it is as it should be
  miacrawl alarms accept all --archive health"""


@click.group("alarms", cls=LazyGroup, commands_in=_COMMANDS, epilog=_EPILOG, invoke_without_command=True)
@archive_option
@click.option("--all", "settled", is_flag=True, help="Those too that are gone or accepted.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array instead of text.")
@click.pass_context
def command(context: click.Context, folder: Path, settled: bool, as_json: bool) -> None:
    """List the alarms: fields that pages no longer have, junk where articles should be, sources gone quiet.

    Every run compares what a site gives with what it used to give. An open alarm ends the runs of its site with exit
    code 8, until it is gone by itself or accepted.
    """
    if context.invoked_subcommand is not None:
        return
    from miacrawl.printing import json_text
    from miacrawl.report import alarm_advice, alarm_text
    from miacrawl.store.alarms import alarms_of

    alarms = alarms_of(folder, settled=settled)
    if as_json:
        click.echo(json_text(alarms))
        return
    click.echo("\n".join(map(alarm_text, alarms)) or f"No alarm {'was ever raised' if settled else 'is open'}.")
    if any(not alarm["accepted"] and not alarm["resolved"] for alarm in alarms):
        click.echo(alarm_advice(folder))
