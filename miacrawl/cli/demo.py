"""`miacrawl demo`: the whole path on a site that comes along."""

from __future__ import annotations

import sys
from pathlib import Path

import click

_EPILOG = """\b
Examples:
  miacrawl demo
  miacrawl demo --no-serve --archive /tmp/demo"""


@click.command("demo", epilog=_EPILOG)
@click.option(
    "--archive",
    "-a",
    "folder",
    default="miacrawl-demo",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the demonstration's archive.",
)
@click.option("--serve/--no-serve", "serving", default=True, help="Serve the archive in Datasette afterwards.")
@click.option("--port", "-p", default=8001, show_default=True, type=click.IntRange(0, 65535), help="Port of Datasette.")
@click.option("--site-port", default=8717, show_default=True, type=click.IntRange(1, 65535), help="Port of the site.")
def command(folder: Path, serving: bool, port: int, site_port: int) -> None:
    """Crawl the bundled sample site (served on this machine alone) into an archive, and serve that in Datasette."""
    from miacrawl.demo import demonstrate
    from miacrawl.serve.offer import Offer
    from miacrawl.serve.run import serve

    exit_code = demonstrate(folder, site_port)
    if exit_code or not serving:
        sys.exit(exit_code)
    sys.exit(serve(folder, Offer(port=port)))
