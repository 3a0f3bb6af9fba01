"""`miacrawl serve`: read an archive in a browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from miacrawl.cli.options import archive_option

_EPILOG = """\b
Examples:
  miacrawl serve
  miacrawl serve --archive health --port 8010 --open
  miacrawl serve --processes 2
  miacrawl serve --public --base-url /health/
  miacrawl serve --public --allow-sql --host 0.0.0.0"""


@click.command("serve", epilog=_EPILOG)
@archive_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; others need --public.")
@click.option("--port", "-p", default=8001, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
@click.option("--open", "open_browser", is_flag=True, help="Open the front page in a browser.")
@click.option("--public", is_flag=True, help="For readers you do not know: limits, no SQL, no downloads, no robots.")
@click.option("--allow-sql", is_flag=True, help="With --public: readers may run SQL of their own.")
@click.option(
    "--processes",
    default=0,
    type=click.IntRange(0, 64),
    help="Processes that answer readers at once.  [default: 1; with --public one for each processor, 4 at most]",
)
@click.option("--base-url", default="/", show_default=True, help="Path of the archive behind a reverse proxy.")
@click.option("--proxy", "proxies", default="", help="Addresses of proxies on other machines, with commas between.")
@click.option("--setting", "settings", type=(str, str), multiple=True, help="A setting of Datasette, over all else.")
def command(folder: Path, **options: Any) -> None:
    """Serve the archive with Datasette and print the address to open. The same as `datasette DIR`.

    For many readers at once, as behind --public, there are as many processes as processors.
    """
    from miacrawl.serve.offer import Offer
    from miacrawl.serve.run import serve

    sys.exit(serve(folder, Offer(**options)))
