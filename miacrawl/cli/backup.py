"""`miacrawl backup`: a consistent copy of an archive, also while a crawl writes to it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from miacrawl.cli.options import archive_option
from miacrawl.errors import ExitCode

_EPILOG = """\b
Examples:
  miacrawl backup /backups/health --archive health
  miacrawl backup /backups/health --archive health && miacrawl verify --archive /backups/health
  miacrawl backup health-today --archive health --link

\b
A backup is an archive: serve it, verify it, or copy it back. Done again, only what is new is copied.

\b
Exit codes: 0 done, 3 DEST can't be used, 4 another backup goes there now,
  7 the archive can't be read or DEST can't be written (what was there before stays), 130 interrupted."""


@click.command("backup", epilog=_EPILOG)
@click.argument("dest", type=click.Path(path_type=Path))
@archive_option
@click.option("--link", is_flag=True, help="Link finished WARC files instead of copying them, where that can be done.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def command(dest: Path, folder: Path, link: bool, as_json: bool) -> None:
    """Copy the archive to the folder DEST: database, WARC files, configuration. A crawl may go on meanwhile."""
    from miacrawl.backup.copying import back_up
    from miacrawl.printing import json_text, printable

    live = sys.stderr.isatty()
    try:
        made = back_up(folder, dest, link=link, told=_draw if live else _silent)
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    if live:
        sys.stderr.write("\r\x1b[K")
    if as_json:
        click.echo(json_text({"dest": str(dest), **asdict(made)}))
        return
    reused = f", {made.kept_files:,} were there already" if made.kept_files else ""
    linked = f", {made.linked_files:,} linked" if made.linked_files else ""
    click.echo(
        printable(
            f"{dest}: {made.articles:,} articles, {made.captures:,} captures, {made.warc_files:,} WARC files"
            f" ({made.copied_bytes / 2**20:,.1f} MB copied{reused}{linked})"
        )
    )


def _draw(what: str, done: int, of: int) -> None:
    sys.stderr.write(f"\r\x1b[K{what} {done / 2**20:,.0f} of {of / 2**20:,.0f} MB")
    sys.stderr.flush()


def _silent(*_: object) -> None:
    """Nothing is shown."""
