"""`miacrawl cluster pull`: bring the shards that hold to this machine, to be merged and served."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from miacrawl.cli.cluster_options import folder_option, opened
from miacrawl.cli.interruption import interruptible

_EPILOG = """\b
Examples:
  miacrawl cluster pull /srv/shards
  miacrawl cluster pull /srv/shards example.org
  miacrawl cluster pull /srv/shards --changed | xargs -r -I{} miacrawl status --archive {}"""


@click.command("pull", epilog=_EPILOG)
@click.argument("dest", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@click.argument("names", metavar="[SITE]...", nargs=-1)
@click.option("--changed", is_flag=True, help="Name only the shards that are other ones than before.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@folder_option
def command(dest: Path, names: tuple[str, ...], changed: bool, as_json: bool, folder: Path) -> None:
    """Bring the published shards of all sites, or of some, into FOLDER, each an archive of its own, and print where.

    Run again, it brings what was published since, and of that only what is new. No worker is disturbed.
    """
    from miacrawl.cluster.pulling import pull

    cluster, live = opened(folder), sys.stderr.isatty()

    def told(done: int, of: int) -> None:
        if live:
            click.echo(f"\r{done:,} of {of:,} shards", nl=done == of, err=True)

    with interruptible("the shards that are named are whole; run it again to go on"):
        for shard in pull(cluster.database, cluster.store, cluster.name, dest, list(names) or None, told):
            if changed and not shard.changed:
                continue
            row = {"site": shard.site, "archive": str(shard.archive), "generation": shard.generation}
            click.echo(json.dumps({**row, "changed": shard.changed}) if as_json else shard.archive)
