"""`miacrawl extract`: what is found on one page, and by which rule."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miacrawl.cli.options import archive_option, captured_option
from miacrawl.cli.page_source import read_source
from miacrawl.errors import ExitCode

if TYPE_CHECKING:
    from miacrawl.article import Article

_EPILOG = """\b
Examples:
  miacrawl extract https://example.org/a-story           fetch a page and print its fields
  miacrawl extract page.html --url https://example.org/a-story
  miacrawl extract page.html --json | jq .title
  curl -s https://example.org/a-story | miacrawl extract -"""


@click.command("extract", epilog=_EPILOG)
@click.argument("source", metavar="FILE|URL")
@archive_option
@click.option("--url", help="Address that a file was read from: its relative links are resolved against it.")
@captured_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("--allow-private", is_flag=True, help="Allow an address on this machine or a private network.")
def command(
    source: str, folder: Path, url: str | None, captured: date | None, as_json: bool, allow_private: bool
) -> None:
    """Print the fields of one article page, each with the rule that found it. Nothing is stored.

    SOURCE is a file, "-" for standard input, or an address, which is fetched politely.
    """
    from miacrawl import extract
    from miacrawl.printing import as_text, to_json
    from miacrawl.sites import use_profiles_of

    use_profiles_of(folder)
    page = read_source(source, url, allow_private=allow_private)
    article = extract(page.html, page.url, content_type=page.content_type, captured=captured)
    click.echo(to_json(article) if as_json else as_text(article))
    if not _worth_archiving(article):
        click.echo(f"miacrawl: {source} is no article page ({', '.join(article.flags) or 'no text'})", err=True)
        sys.exit(ExitCode.NOTHING)


def _worth_archiving(article: Article) -> bool:
    return article.is_article and bool(article.title and article.body)
