"""`miacrawl cite`: archived articles as citations."""

from __future__ import annotations

from pathlib import Path

import click

from miacrawl.cli.options import archive_option

_FORMATS = ("text", "bibtex", "ris", "csl-json")
_EPILOG = """\b
Examples:
  miacrawl cite 12
  miacrawl cite https://example.org/a-story --format bibtex >> references.bib
  miacrawl cite 12 --version 1 --base https://archive.example.edu/
  miacrawl cite 12 15 40 --format csl-json | pandoc -f csljson -t markdown

\b
Exit codes: 0 ok, 3 neither a number nor an address, or an unusable --base, 5 no such article or version
  (nothing is printed), 7 the archive can't be read."""


@click.command("cite", epilog=_EPILOG)
@click.argument("targets", metavar="ID|URL...", nargs=-1, required=True)
@archive_option
@click.option("--version", type=click.IntRange(1), help="Number of the version. [default: the one that stands now]")
@click.option("--format", "format_name", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option(
    "--base", metavar="URL", help="Where the archive is published, for permalinks. [default: MIACRAWL_PERMALINK]"
)
def command(targets: tuple[str, ...], folder: Path, version: int | None, format_name: str, base: str | None) -> None:
    """Cite articles by number or address: title, authors, site, dates, hash, and where the archived copy is.

    URL may be any address of the article that the archive knows: an alias, or one that redirects there.
    """
    from miacrawl.citation.cited import base_of
    from miacrawl.citation.formats import written
    from miacrawl.store.citations import cited

    if version is not None and len(targets) > 1:
        raise click.UsageError("--version is of one article; cite them one by one")
    found = cited(folder, targets, version)
    published_at = base_of(base, "--base") if base is not None else _configured(folder)
    if published_at:
        found = [one.published_at(published_at) for one in found]
    click.echo(written(found, format_name))
    if not published_at:
        told = "set MIACRAWL_PERMALINK in miacrawl.yaml to the address of the published archive, or give --base URL"
        click.echo(f"miacrawl: the permalink is left out; {told}", err=True)


def _configured(folder: Path) -> str | None:
    from miacrawl.citation.cited import base_of
    from miacrawl.config.effective import effective

    held = effective(folder)
    text = held.settings["MIACRAWL_PERMALINK"]
    return base_of(text, f"MIACRAWL_PERMALINK ({held.origins['MIACRAWL_PERMALINK']})") if text else None
