"""`miacrawl check`: each field of one page, the rule that found it, and what the other rules say."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from miacrawl.cli.options import archive_option, captured_option
from miacrawl.cli.page_source import read_source
from miacrawl.errors import ExitCode

_EPILOG = """\b
Examples:
  miacrawl check https://example.org/a-story
  miacrawl check page.html --url https://example.org/a-story
  miacrawl check page.html --url https://example.org/a-story --captured 2023-04-01
  miacrawl check page.html --json | jq .fields.title.runners_up"""


@click.command("check", epilog=_EPILOG)
@click.argument("source", metavar="FILE|URL")
@archive_option
@click.option("--url", help="Address that a file was read from: it decides which site's profile is used.")
@captured_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, values in full, instead of text.")
@click.option("--allow-private", is_flag=True, help="Allow an address on this machine or a private network.")
def command(
    source: str, folder: Path, url: str | None, captured: date | None, as_json: bool, allow_private: bool
) -> None:
    """Print what every rule says of each field of one page: the value, its rule, and the runners-up. Nothing is stored.

    A runner-up "agrees" where it says the same as the winner, case and punctuation apart. SOURCE is a file, "-" for
    standard input, or an address, which is fetched politely. The site's profile is used where there is one, in
    DIR/sites or among those that come along.
    """
    from miacrawl.cli.examination_text import as_json_text, as_text
    from miacrawl.extract.runners_up import examine
    from miacrawl.sites import use_profiles_of

    use_profiles_of(folder)
    page = read_source(source, url, allow_private=allow_private)
    examination = examine(page.html, page.url, content_type=page.content_type, captured=captured)
    click.echo(as_json_text(examination) if as_json else as_text(examination))
    article = examination.article
    if not (article.is_article and article.title and article.body):
        click.echo(f"miacrawl: {source} is no article page ({', '.join(article.flags) or 'no text'})", err=True)
        sys.exit(ExitCode.NOTHING)
