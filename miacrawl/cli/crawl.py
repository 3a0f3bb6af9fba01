"""`miacrawl crawl`: archive article sites."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from miacrawl.cli.options import archive_option

_EPILOG = """\b
Examples:
  miacrawl crawl https://example.org/                    the whole site
  miacrawl crawl https://example.org/a-story --limit 1   one article
  miacrawl crawl miafeed --archive health                a site with a profile, into ./health
  miacrawl crawl https://example.org/ -s DOWNLOAD_DELAY=2 -s MIACRAWL_CONTACT=mailto:me@example.edu
  miacrawl crawl http://127.0.0.1:8000/ --allow-private  a site on this machine"""


@click.command("crawl", epilog=_EPILOG)
@click.argument("targets", metavar="URL|SITE...", nargs=-1, required=True)
@archive_option
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Stop when N articles are archived.")
@click.option(
    "--allow-private",
    is_flag=True,
    help="Open the host and port of the start addresses where they are on this machine or a private network.",
)
@click.option("-s", "settings", multiple=True, metavar="NAME=VALUE", help="Set a Scrapy setting. Can be repeated.")
@click.option("-L", "--loglevel", metavar="LEVEL", help="Log level; by default INFO, on a terminal WARNING.")
@click.option("--quiet", "-q", is_flag=True, help="No progress line and no log; only the result.")
def command(
    targets: tuple[str, ...],
    folder: Path,
    limit: int | None,
    allow_private: bool,
    settings: tuple[str, ...],
    loglevel: str | None,
    quiet: bool,
) -> None:
    """Archive article sites: each URL's site, or a site with a profile (see `miacrawl sites`).

    Finds articles from sitemaps, feeds, listing pages and related links, politely, within the site. Run again,
    it visits every page again and adds nothing twice; after an interruption it goes on where it stopped.
    """
    from miacrawl.crawl import Options, crawl
    from miacrawl.report import crawl_report

    live = sys.stderr.isatty() and not quiet
    level = loglevel or ("ERROR" if quiet else "WARNING" if live else "INFO")
    options = Options(limit or 0, allow_private, parse_settings(settings), level.upper(), live)
    result = crawl(targets, folder, options)
    click.echo(crawl_report(result, folder))
    sys.exit(result.exit_code)


def parse_settings(given: tuple[str, ...]) -> dict[str, str]:
    """{"NAME": "VALUE"} from "NAME=VALUE" each. Raises click.BadParameter where one has no "="."""
    pairs = [text.partition("=") for text in given]
    for name, sign, _ in pairs:
        if not sign or not name.strip():
            raise click.BadParameter(f"{name!r} is not of the form NAME=VALUE", param_hint="-s")
    return {name.strip(): value for name, _, value in pairs}
