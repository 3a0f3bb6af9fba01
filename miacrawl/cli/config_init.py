"""`miacrawl config init`: a first miacrawl.yaml."""

from __future__ import annotations

from pathlib import Path

import click

from miacrawl.cli.options import archive_option
from miacrawl.errors import ConfigError

_EPILOG = """\b
Examples:
  miacrawl config init
  miacrawl config init --archive health"""


@click.command("init", epilog=_EPILOG)
@archive_option
def command(folder: Path) -> None:
    """Write a miacrawl.yaml whose entries are all comments, with the settings that matter and their defaults.

    A file that is there is left as it is, and the exit code is 3.
    """
    from miacrawl.config import config_path
    from miacrawl.config.template import write_template

    if not write_template(folder):
        raise ConfigError(f"{config_path(folder)} is there already; change it, or move it away and run this again")
    click.echo(f"{config_path(folder)} is written; take the # away from what you want to set.")
    click.echo(f"Check it: miacrawl config check --archive {folder}")
