"""`miacrawl cluster worker`: visits sites of the cluster on this machine."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import sys
import threading
from pathlib import Path

import click

from miacrawl.cli.cluster_options import folder_option, opened

_EPILOG = """\b
Examples:
  miacrawl cluster worker
  miacrawl cluster worker --jobs 4 --work /var/lib/miacrawl
  miacrawl cluster worker --until-done          as a job that ends when nothing is due

\b
SIGTERM or Ctrl-C: crawls are interrupted, what they have is published, their jobs go back to the queue (exit code 130).
kill -9 at any moment: another worker takes over within half a minute."""


@click.command("worker", epilog=_EPILOG)
@click.option(
    "--work",
    default="work",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for shards at hand, on a disk of this machine. Workers of a machine can share it.",
)
@click.option("--jobs", "-j", type=click.IntRange(1, 64), default=1, show_default=True, help="Visits at a time.")
@click.option("--name", help="What the worker is called.  [default: machine, process, a random part]")
@click.option("--until-done", is_flag=True, help="End when no site is due or held by anybody.")
@click.option("--allow-private", is_flag=True, help="As for update: open start addresses that are private.")
@click.option("--quiet", "-q", is_flag=True, help="Say only what is wrong.")
@folder_option
def command(
    work: Path, jobs: int, name: str | None, until_done: bool, allow_private: bool, quiet: bool, folder: Path
) -> None:
    """Take sites that are due, one after the other: bring a site's shard, update it, publish it.

    What is crawled, and how, is as with `miacrawl update` on one machine; the environment of the worker holds for it.
    """
    from miacrawl.cluster.visit import Worker
    from miacrawl.cluster.working import work as work_on

    logging.basicConfig(
        level=logging.WARNING if quiet else logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S"
    )
    for loud in ("procrastinate", "psycopg", "psycopg.pool", "asyncio"):
        logging.getLogger(loud).setLevel(logging.ERROR)
    cluster = opened(folder)
    called = name or f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
    options = ("--allow-private",) if allow_private else ()
    worker = Worker(
        cluster.place,
        cluster.database,
        cluster.store,
        cluster.name,
        called,
        work.absolute(),
        options,
        threading.Event(),
        jobs,
    )
    click.echo(f"{called} works in {work}, {jobs} visits at a time.", err=True)
    sys.exit(work_on(worker, until_done=until_done))
