"""`miacrawl merge`: shards brought into the archive that is served."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miacrawl.cli.interruption import interruptible

if TYPE_CHECKING:
    from miacrawl.merge.outcome import Failed, Merged

_EPILOG = """\b
Examples:
  miacrawl merge shards/* archive                    bring what is new in any of them
  miacrawl merge /mnt/store/example.org archive --copy
  miacrawl merge --replace example.org shards/example.org archive

\b
A shard is an archive: a folder with archive.db and warc/. A site is crawled in one shard. Merged again, a
shard costs what has changed in it. Readers of the archive are not disturbed.

\b
Exit codes: 0 all are in, 3 a site that comes from elsewhere, a shard that went back, or no shard, 4 archive or
  shard in use, 6 some shards could not be merged (the others are in), 7 archive or shard can't be read or written,
  130 interrupted. Called again, it goes on where it stopped."""
_EVERY_SECONDS = 0.2


@click.command("merge", epilog=_EPILOG)
@click.argument("shards", metavar="SHARD...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.argument("archive", metavar="ARCHIVE", type=click.Path(file_okay=False, path_type=Path))
@click.option("--copy", is_flag=True, help="Copy WARC files, where they would be linked (on the same disk).")
@click.option(
    "--replace",
    multiple=True,
    metavar="NAME",
    help="First take out what the shard whose folder had this name has brought: its articles get new numbers. Asks.",
)
@click.option("--yes", "-y", is_flag=True, help="Take it out without asking.")
@click.option("--quiet", "-q", is_flag=True, help="No progress line, and only what went wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(
    shards: tuple[Path, ...],
    archive: Path,
    copy: bool,
    replace: tuple[str, ...],
    yes: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Bring what is new or changed in each SHARD into ARCHIVE, which is made where there is none.

    Shards are read, not written. Their WARC files are linked where they are on the same disk, else copied.
    """
    from miacrawl.errors import ConfigError
    from miacrawl.merge.merging import Options, merge
    from miacrawl.printing import json_text, printable

    if replace and not yes and not _agreed(replace, archive):
        raise ConfigError("nothing was taken out and nothing merged. To do it, call this again with --yes")
    line = _Line(live=sys.stderr.isatty() and not quiet)

    def told(one: Merged | Failed) -> None:
        line.wipe()
        text = printable(_told(one))
        failed = text.startswith("miacrawl:")
        if failed or not (quiet or as_json):
            click.echo(text, err=failed)

    with interruptible("what was brought stays: call it again to go on"):
        try:
            result = merge(shards, archive, Options(not copy, replace, told=line.draw, merged=told))
        finally:
            line.wipe()
    if as_json:
        click.echo(json_text({**asdict(result), "exit_code": int(result.exit_code)}))
    elif result.unsettled and not quiet:
        click.echo(f"{result.unsettled:,} articles are yet to be compared for duplicates: miacrawl duplicates")
    sys.exit(result.exit_code)


def _agreed(names: tuple[str, ...], archive: Path) -> bool:
    what = f"Take all that {', '.join(names)} brought out of {archive}? Its WARC files are put aside, not deleted."
    return sys.stdin.isatty() and click.confirm(what, err=True)


def _told(one: Merged | Failed) -> str:
    from miacrawl.merge.outcome import Failed

    if isinstance(one, Failed):
        return f"miacrawl: {one.told}"
    if one.state == "unchanged":
        return f"{one.folder}: nothing new"
    rows, changed = one.rows, one.changed
    files = one.linked + one.copied
    return (
        f"{one.folder}: articles {rows['articles']:,} new, {changed['articles']:,} changed; runs {rows['runs']:,},"
        f" captures {rows['captures']:,}, addresses {rows['urls']:,}, WARC files {files:,}"
        f" ({one.linked:,} linked, {one.copied_bytes / 2**20:,.1f} MB copied); {one.seconds:,.1f} s"
    )


class _Line:
    """A line on standard error, drawn over and over."""

    def __init__(self, *, live: bool) -> None:
        self.live = live
        self.drawn = 0.0

    def draw(self, shard: str, what: str, done: int, of: int) -> None:
        now = time.monotonic()
        if not self.live or now - self.drawn < _EVERY_SECONDS:
            return
        self.drawn = now
        from miacrawl.printing import printable

        click.echo(f"\r\x1b[K{printable(shard)}: {what} {done:,} of {of:,}", nl=False, err=True)

    def wipe(self) -> None:
        if self.live:
            click.echo("\r\x1b[K", nl=False, err=True)
