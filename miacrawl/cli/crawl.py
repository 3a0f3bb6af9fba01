"""`miacrawl crawl`: archive article sites."""

from __future__ import annotations

from typing import Any

import click

from miacrawl.cli.running import carry_out, run_options

_EPILOG = """\b
Examples:
  miacrawl crawl https://example.org/                    the whole site
  miacrawl crawl https://example.org/a-story --limit 1   one article
  miacrawl crawl miafeed --archive health                a site with a profile, into ./health
  miacrawl crawl https://example.org/ -s DOWNLOAD_DELAY=2 -s MIACRAWL_CONTACT=mailto:me@example.edu
  miacrawl crawl http://127.0.0.1:8000/ --allow-private  a site on this machine"""


@click.command("crawl", epilog=_EPILOG)
@click.argument("targets", metavar="URL|SITE...", nargs=-1, required=True)
@run_options
def command(targets: tuple[str, ...], **given: Any) -> None:
    """Archive article sites: each URL's site, or a site with a profile (see `miacrawl sites`).

    Finds articles from sitemaps, feeds, listing pages and related links, politely, within the site. Run again,
    it visits every page again and adds nothing twice; after an interruption it goes on where it stopped.
    """
    from miacrawl.crawl import crawl

    carry_out(crawl, targets, given)
