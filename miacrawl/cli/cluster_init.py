"""`miacrawl cluster init`: make the cluster's tables and its store, and say what holds for all its shards."""

from __future__ import annotations

from pathlib import Path

import click

from miacrawl.cli.cluster_options import folder_option

_EPILOG = """\b
Examples:
  miacrawl cluster init
  miacrawl cluster init --archive health      with the settings and profiles of health/"""


@click.command("init", epilog=_EPILOG)
@folder_option
def command(folder: Path) -> None:
    """Make the cluster's tables in PostgreSQL, and its mark in the store; what is there stays.

    The settings of DIR/miacrawl.yaml and the profiles in DIR/sites/ hold for every shard from then on: run it again
    when they have changed, or after miacrawl was updated.
    """
    from miacrawl.cluster import extra, schema
    from miacrawl.cluster.database import Database, check_server
    from miacrawl.cluster.place import place_of
    from miacrawl.cluster.rules import rules_in
    from miacrawl.cluster.store import store_at
    from miacrawl.config.masking import masked

    extra.needed()
    place, rules = place_of(folder), rules_in(folder)
    store = store_at(place.store)
    with Database(place.dsn, place.lease.patience).session() as connection:
        check_server(connection)
        name = schema.set_up(connection)
        store.mark(name)
        schema.note(connection, "rules", rules.noted())
    click.echo(f"The cluster {name} is ready.")
    click.echo(f"  database  {masked('MIACRAWL_CLUSTER_DSN', place.dsn)}")
    click.echo(f"  store     {store.told}")
    click.echo(f"  rules     {len(rules.settings)} settings and {len(rules.profiles)} profiles of {folder}")
    click.echo("Next: miacrawl cluster enqueue URL…, and on each machine: miacrawl cluster worker")
