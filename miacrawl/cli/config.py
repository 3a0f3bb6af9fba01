"""`miacrawl config`: the archive's miacrawl.yaml, and the settings that hold."""

from __future__ import annotations

import click

from miacrawl.cli.lazy import LazyGroup

_COMMANDS = {name: f"miacrawl.cli.config_{name}" for name in ("show", "check", "init")}
_EPILOG = """\b
Examples:
  miacrawl config init                     write a miacrawl.yaml in which everything is explained
  miacrawl config check                    say what is wrong in it
  miacrawl config show                     print what holds, and where each value comes from
  miacrawl config show -s DOWNLOAD_DELAY=2 --json

\b
Later ones win: miacrawl's defaults, miacrawl.yaml, environment variables
MIACRAWL_..., the command line."""


@click.group("config", cls=LazyGroup, commands_in=_COMMANDS, epilog=_EPILOG)
def command() -> None:
    """Show, check and begin the configuration of an archive: DIR/miacrawl.yaml, with its sites and settings."""
