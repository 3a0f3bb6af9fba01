"""`miacrawl cluster run`: another command on the shard of a site."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sys
import threading
from pathlib import Path

import click

from miacrawl.cli.cluster_options import folder_option, opened

_EPILOG = """\b
Examples:
  miacrawl cluster run example.org alarms accept all
  miacrawl cluster run example.org verify --repair
  miacrawl cluster run example.org reextract --yes
  miacrawl cluster run example.org import old.warc.gz

\b
Commands: alarms, verify, reextract, duplicates, import. The exit code is the command's; 4 where the site is held."""


@click.command("run", epilog=_EPILOG, context_settings={"ignore_unknown_options": True})
@click.option(
    "--work",
    default="work",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for shards at hand, as for worker.",
)
@folder_option
@click.argument("site", metavar="SITE")
@click.argument("arguments", metavar="COMMAND...", nargs=-1, required=True, type=click.UNPROCESSED)
def command(work: Path, folder: Path, site: str, arguments: tuple[str, ...]) -> None:
    """Run a command that changes archives on the shard of SITE: held meanwhile, published afterwards.

    Give options of this command before SITE; what follows it is the other command's.
    """
    from miacrawl.cluster.errand import run
    from miacrawl.cluster.visit import Worker

    cluster, stop = opened(folder), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
    place = cluster.place
    sys.exit(
        run(
            Worker(place, cluster.database, cluster.store, cluster.name, name, work.absolute(), (), stop),
            site,
            arguments,
        )
    )
