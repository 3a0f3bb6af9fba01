"""`miacrawl serve`: read an archive in a browser."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from miacrawl.cli.options import archive_option

_EPILOG = """\b
Examples:
  miacrawl serve
  miacrawl serve --archive health --port 8010 --open"""


@click.command("serve", epilog=_EPILOG)
@archive_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", "-p", default=8001, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
@click.option("--open", "open_browser", is_flag=True, help="Open the front page in a browser.")
def command(folder: Path, host: str, port: int, open_browser: bool) -> None:
    """Serve the archive with Datasette and print the address to open. The same as `datasette DIR`."""
    from miacrawl.serve.run import serve

    sys.exit(serve(folder, host, port, open_browser=open_browser))
