"""`miacrawl cluster`: sites shared out among several machines."""

from __future__ import annotations

import click

from miacrawl.cli.lazy import LazyGroup

_COMMANDS = {name: f"miacrawl.cli.cluster_{name}" for name in ("init", "enqueue", "worker", "status", "run", "pull")}
_EPILOG = """\b
Needs PostgreSQL, a store that all machines share, and: pip install 'miacrawl[cluster]'

\b
Examples:
  export MIACRAWL_CLUSTER_DSN=postgresql://miacrawl@db.example.org/miacrawl
  export MIACRAWL_CLUSTER_STORE=s3://shards/health
  miacrawl cluster init
  miacrawl cluster enqueue https://example.org/ https://example.net/
  miacrawl cluster worker --work /var/lib/miacrawl
  miacrawl cluster status
  miacrawl cluster run example.org alarms accept all
  miacrawl cluster pull /srv/shards

\b
Exit codes: 0 done, 2 wrong usage, 3 a setting is missing or can't be used, the extra is not there, PostgreSQL is
  too old, or clocks differ, 7 database, store or shard can't be read or written, 130 interrupted."""


@click.group("cluster", cls=LazyGroup, commands_in=_COMMANDS, epilog=_EPILOG)
def command() -> None:
    """Share sites out among several machines: each is crawled by one worker at a time, into a shard of its own."""
