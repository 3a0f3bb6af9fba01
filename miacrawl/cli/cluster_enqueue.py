"""`miacrawl cluster enqueue`: sites entered, and put in the queue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from miacrawl.cli.cluster_options import folder_option, opened
from miacrawl.cli.options import settings_option
from miacrawl.errors import ConfigError

if TYPE_CHECKING:
    from miacrawl.cluster.site import Site

_EPILOG = """\b
Examples:
  miacrawl cluster enqueue https://example.org/ miafeed
  miacrawl cluster enqueue --file sites.txt --every 12
  miacrawl cluster enqueue --file health/miacrawl.yaml
  miacrawl cluster enqueue https://example.org/ -s DOWNLOAD_DELAY=5
  miacrawl cluster enqueue --due
  miacrawl cluster enqueue https://example.org/ --pause"""


@click.command("enqueue", epilog=_EPILOG)
@click.argument("targets", metavar="[URL|SITE]...", nargs=-1)
@click.option("--due", is_flag=True, help="Put in what is due by now; workers do so every minute.")
@click.option(
    "--file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="More sites: a miacrawl.yaml, with their settings, or a text with one on a line.",
)
@click.option("--every", type=click.FloatRange(min=0.0, min_open=True), metavar="HOURS", help="Between two visits.")
@click.option("--pause", is_flag=True, help="Visit these sites no more, until they are put in again.")
@settings_option
@folder_option
def command(
    targets: tuple[str, ...],
    due: bool,
    path: Path | None,
    every: float | None,
    pause: bool,
    settings: dict[str, str],
    folder: Path,
) -> None:
    """Enter sites in the cluster and have them visited now; those that are known get what is new of it.

    A site is the host of an address, or a profile. From then on it is visited by itself, every so many hours.
    """
    from miacrawl.cluster import queue, register
    from miacrawl.config.given import from_command_line

    if not targets and not due and path is None:
        raise click.UsageError("give sites, --file, or --due")
    from_command_line(settings)
    sites = _sites(targets, path, settings, folder)
    cluster = opened(folder)
    names = [site.name for site in sites]
    with cluster.database.session() as connection:
        if pause:
            register.pause(connection, names)
            click.echo(f"{len(names)} sites are visited no more.")
            return
        with connection.transaction():
            seconds = every * 3600 if every is not None else None
            new = sum(register.add(connection, site, seconds, cluster.place.every) for site in sites)
            register.resume(connection, names)
        put = queue.enqueue(connection, names) if names else 0
    if names:
        click.echo(f"{len(names)} sites, {new} of them new; {put} put in the queue, {len(names) - put} were in it.")
    if due:
        click.echo(f"{queue.enqueue_due(cluster.database)} more are due and were put in the queue.")


def _sites(targets: tuple[str, ...], path: Path | None, settings: dict[str, str], folder: Path) -> list[Site]:
    from miacrawl.cluster.site import site_named, together
    from miacrawl.sites import FOLDER, Profiles, built_in, profiles_in

    profiles = Profiles((*profiles_in(folder / FOLDER), *built_in()))
    found = [site_named(target, profiles, settings) for target in targets]
    if path is not None:
        found += [site_named(target, profiles, {**own, **settings}) for target, own in _listed(path)]
    return together(found)


def _listed(path: Path) -> list[tuple[str, dict[str, str]]]:
    """The sites of a file, each with its settings as texts. Raises ConfigError."""
    import json

    from miacrawl.config.file import read_config_file

    if path.suffix in (".yaml", ".yml"):
        entries = read_config_file(path).sites
        return [
            (
                entry.target,
                {
                    name: one.value if isinstance(one.value, str) else json.dumps(one.value)
                    for name, one in entry.settings.items()
                },
            )
            for entry in entries
        ]
    try:
        lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} can't be read: {error}") from error
    return [(line, {}) for line in lines if line and not line.startswith("#")]
