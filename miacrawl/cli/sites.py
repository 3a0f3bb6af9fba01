"""`miacrawl sites`: the site profiles."""

from __future__ import annotations

import click

_EPILOG = """\b
Examples:
  miacrawl sites
  miacrawl crawl miafeed"""


@click.command("sites", epilog=_EPILOG)
def command() -> None:
    """List the sites with a profile. A site without one can be crawled too, by its address."""
    from miacrawl.sites import known_sites

    for site in known_sites():
        click.echo(f"{site.key:<12} {site.name}")
        click.echo(f"{'':<12} starts at {', '.join(site.start)}")
        if site.article:
            click.echo(f"{'':<12} articles are at {site.article.pattern}")
        if site.listing:
            click.echo(f"{'':<12} listings are at {site.listing.pattern}")
