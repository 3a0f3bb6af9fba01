"""`miacrawl config show`: the settings that hold, and where each comes from."""

from __future__ import annotations

from pathlib import Path

import click

from miacrawl.cli.options import archive_option, settings_option

_EPILOG = """\b
Examples:
  miacrawl config show
  miacrawl config show --explain
  miacrawl config show --archive health --json
  MIACRAWL_LIMIT=20 miacrawl config show -s DOWNLOAD_DELAY=2"""


@click.command("show", epilog=_EPILOG)
@archive_option
@settings_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("--explain", "-v", is_flag=True, help="Say of each setting what it does, where that is known.")
def command(folder: Path, settings: dict[str, str], as_json: bool, explain: bool) -> None:
    """Print the settings that are ours or differ from Scrapy's defaults, each with where it comes from; and the sites.

    Passwords, tokens, keys, and what in an address is secret are shown as ***.
    """
    from miacrawl.config.effective import effective
    from miacrawl.config.overview import as_json_text, as_text, overview

    shown = overview(effective(folder, settings), folder)
    click.echo(as_json_text(shown) if as_json else as_text(shown, explain=explain))
