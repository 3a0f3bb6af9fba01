"""`miacrawl init`: make an archive."""

from __future__ import annotations

from pathlib import Path

import click

_EPILOG = """\b
Examples:
  miacrawl init health
  miacrawl crawl https://example.org/ --archive health"""


@click.command("init", epilog=_EPILOG)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path) -> None:
    """Make an archive in DIR: an empty database, the Datasette configuration, and a miacrawl.yaml to fill in.

    What is there already stays.
    """
    from miacrawl.config.template import write_template
    from miacrawl.folder import make_ready

    made = make_ready(folder)
    write_template(folder)
    click.echo(f"{folder} is {'a new' if made else 'already an'} archive.")
    click.echo(f"Fill it: miacrawl crawl URL --archive {folder}")
    click.echo(f"Read it: miacrawl serve --archive {folder}   (or: datasette {folder})")
