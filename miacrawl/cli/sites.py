"""`miacrawl sites`: the site profiles; `sites new` drafts one, `sites check` says whether one still fits."""

from __future__ import annotations

from pathlib import Path

import click

from miacrawl.cli.lazy import LazyGroup
from miacrawl.cli.options import archive_option

_COMMANDS = {"new": "miacrawl.cli.sites_new", "check": "miacrawl.cli.sites_check"}
_EPILOG = """\b
Examples:
  miacrawl sites
  miacrawl sites --archive health
  miacrawl sites new https://example.org/ --archive health
  miacrawl sites check example page.html=https://example.org/a-story --archive health
  miacrawl crawl miafeed"""


@click.group("sites", cls=LazyGroup, commands_in=_COMMANDS, epilog=_EPILOG, invoke_without_command=True)
@archive_option
@click.pass_context
def command(context: click.Context, folder: Path) -> None:
    """List the sites with a profile, the archive's own (DIR/sites/*.yaml) first; draft and check profiles.

    A site without a profile can be crawled too, by its address.
    """
    if context.invoked_subcommand is not None:
        return
    from miacrawl.printing import printable
    from miacrawl.site import FIELDS
    from miacrawl.sites import known_sites, use_profiles_of

    use_profiles_of(folder)
    for site in known_sites():
        lines = [f"{site.name}, {', '.join(site.hosts)} ({site.origin})", f"starts at {', '.join(site.start)}"]
        if site.article:
            lines.append(f"articles are at {site.article.pattern}")
        if site.listing:
            lines.append(f"listings are at {site.listing.pattern}")
        if fields := [field for field in FIELDS if getattr(site, field)]:
            lines.append(f"has selectors for {', '.join(fields)}")
        for number, line in enumerate(lines):
            click.echo(printable(f"{site.key if not number else '':<12} {line}"))
