"""The demonstration: the sample site is served on loopback, crawled, and what was found is printed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from miacrawl.crawl import Options, crawl
from miacrawl.errors import ConfigError
from miacrawl.report import crawl_report, newest_articles
from miacrawl.sample.server import serve_sample

# The site is ours and on this machine: there is nobody to be polite to.
_UNHURRIED_BY_NOBODY = {"DOWNLOAD_DELAY": "0", "AUTOTHROTTLE_ENABLED": "0", "CONCURRENT_REQUESTS_PER_DOMAIN": "8"}


def demonstrate(folder: Path, site_port: int) -> int:
    """Crawl the sample site into `folder` and print the result. Returns the crawl's exit code.

    The site keeps its port, so that a second demonstration finds the same addresses.
    Raises ConfigError where the port is taken.
    """
    try:
        served = serve_sample(site_port)
        with served as site:
            click.echo(f"The sample site is at {site.url}; crawling it into {folder} …")
            live = sys.stderr.isatty()
            result = crawl([site.url], folder, Options(0, True, _UNHURRIED_BY_NOBODY, "ERROR", live))
    except OSError as error:
        raise ConfigError(f"port {site_port} can't be used for the sample site ({error}); try --site-port") from error
    click.echo(newest_articles(folder))
    click.echo(crawl_report(result, folder))
    return int(result.exit_code)
