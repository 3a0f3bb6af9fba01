"""`miacrawl extract`: what is found on one page, and by which rule."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miacrawl.errors import ConfigError, ExitCode

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
@click.option("--url", help="Address that a file was read from: its relative links are resolved against it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("--allow-private", is_flag=True, help="Allow an address on this machine or a private network.")
def command(source: str, url: str | None, as_json: bool, allow_private: bool) -> None:
    """Print the fields of one article page, each with the rule that found it. Nothing is stored.

    SOURCE is a file, "-" for standard input, or an address, which is fetched politely.
    """
    from miacrawl import extract
    from miacrawl.printing import as_text, to_json

    html, address, content_type = _read(source, url, allow_private)
    article = extract(html, address, content_type=content_type)
    click.echo(to_json(article) if as_json else as_text(article))
    if not _worth_archiving(article):
        click.echo(f"miacrawl: {source} is no article page ({', '.join(article.flags) or 'no text'})", err=True)
        sys.exit(ExitCode.NOTHING)


def _read(source: str, url: str | None, allow_private: bool) -> tuple[bytes, str, str | None]:
    if source.startswith(("http://", "https://")):
        from miacrawl.fetch.single import fetch_page

        page = fetch_page(source, allow_private=allow_private)
        return page.body, url or page.url, page.content_type
    if source == "-":
        return sys.stdin.buffer.read(), url or "about:blank", None
    path = Path(source)
    try:
        return path.read_bytes(), url or path.absolute().as_uri(), None
    except OSError as error:
        raise ConfigError(
            f"{source} can't be read ({error.strerror}); give a file, '-' or an http(s) address"
        ) from error


def _worth_archiving(article: Article) -> bool:
    return article.is_article and bool(article.title and article.body)
