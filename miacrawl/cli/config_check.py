"""`miacrawl config check`: whether the configuration can be used."""

from __future__ import annotations

import os
from pathlib import Path

import click

from miacrawl.cli.options import archive_option, settings_option

_EPILOG = """\b
Examples:
  miacrawl config check
  miacrawl config check --archive health && miacrawl update --archive health"""


@click.command("check", epilog=_EPILOG)
@archive_option
@settings_option
def command(folder: Path, settings: dict[str, str]) -> None:
    """Check the archive's miacrawl.yaml, the environment variables MIACRAWL_..., and settings given with -s.

    Exit code 3 with file, line and key where something can't be used, else 0.
    """
    from miacrawl.config import config_path, read_config
    from miacrawl.config.effective import effective
    from miacrawl.config.given import misspelt
    from miacrawl.printing import printable

    effective(folder, settings)
    for line in misspelt(os.environ):
        click.echo(f"miacrawl: {printable(line)}", err=True)
    path = config_path(folder)
    if not path.exists():
        click.echo(f"There is no {path}: every setting has its default. `miacrawl config init` writes one.")
        return
    config = read_config(folder)
    click.echo(f"{path} can be used. Sites: {len(config.sites)}; settings: {len(config.settings)}.")
