"""`miacrawl verify`: whether an archive is whole, and mending what can be rebuilt."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miacrawl.cli.options import archive_option
from miacrawl.errors import ExitCode

if TYPE_CHECKING:
    from miacrawl.verify.examination import Asked, Result
    from miacrawl.verify.finding import Check, Tally
    from miacrawl.verify.repair import Fix

_EPILOG = """\b
Examples:
  miacrawl verify
  miacrawl verify --archive health --since 2026-11-01
  miacrawl verify --sample 1000 --quick
  miacrawl verify --repair --dry-run
  miacrawl verify --repair

\b
Exit codes: 0 nothing is wrong, or all that was is mended, 4 archive in use (only --repair minds),
  7 something is wrong, or the archive can't be read, 130 interrupted."""


@click.command("verify", epilog=_EPILOG)
@archive_option
@click.option("--repair", is_flag=True, help="Mend what can be rebuilt; nothing else is deleted.")
@click.option("--dry-run", is_flag=True, help="With --repair: say what it would do, and do nothing.")
@click.option("--quick", is_flag=True, help="Don't hold the indexes of the database against its tables.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Read N captures, chosen by lot, not all.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Read captures since this day.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that read. [default: number of cores]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def command(
    folder: Path,
    repair: bool,
    dry_run: bool,
    quick: bool,
    sample: int | None,
    since: datetime | None,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Check the archive: database, captures against their WARC files, stray files, ledger.

    A crawl may go on meanwhile. Changes nothing, unless --repair is given.
    """
    if dry_run and not repair:
        raise click.UsageError("--dry-run goes with --repair")
    if sample and since:
        raise click.UsageError("--sample and --since exclude each other")
    from miacrawl.verify.examination import Asked

    day = f"{since:%Y-%m-%d}T00:00:00Z" if since else None
    asked = Asked(quick, sample or 0, day, jobs or os.cpu_count() or 1, _draw if sys.stderr.isatty() else _silent)
    try:
        result, fixes = _looked(folder, asked, repair=repair, dry_run=dry_run, as_json=as_json)
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    left = _left(result, fixes, repaired=repair and not dry_run)
    if as_json:
        _print_json(result, fixes, left)
    else:
        _print_end(result, left, repaired=repair, dry_run=dry_run)
    sys.exit(ExitCode.STORAGE if left else ExitCode.OK)


def _looked(folder: Path, asked: Asked, *, repair: bool, dry_run: bool, as_json: bool) -> tuple[Result, list[Fix]]:
    from miacrawl.verify import repair as mending
    from miacrawl.verify.examination import examine

    seen = _silent if as_json else _print
    if repair and not dry_run:
        return mending.repair(folder, asked, seen, _silent if as_json else _print_fix)
    result = examine(folder, asked, seen=seen)
    fixes = mending.intended(result) if repair else []
    for fix in fixes if not as_json else ():
        _print_fix(fix, verb="would mend:")
    return result, fixes


def _left(result: Result, fixes: list[Fix], *, repaired: bool) -> int:
    from miacrawl.verify.repair import remaining

    return remaining(result, fixes) if repaired and result.is_readable else result.problems


def _print(check: Check) -> None:
    from miacrawl.printing import printable

    _wipe()
    count = check.problems
    verdict, color = (f"{count:,} problem{'s' if count > 1 else ''}", "red") if count else ("ok", "green")
    told = "" if count else f"  {printable(check.told)}"
    click.echo(f"{check.about:<14} {click.style(verdict, fg=color)}{told}")
    for tally in check.tallies.values():
        for line in _lines(tally):
            click.echo(f"    {printable(line)}")


def _lines(tally: Tally) -> list[str]:
    note = "note: " if tally.weight == "note" else ""
    lines = [f"{note}{tally.count:,} {tally.what}"]
    lines += [f"  {example}" for example in tally.examples]
    if tally.count > len(tally.examples) > 0:
        lines.append(f"  and {tally.count - len(tally.examples):,} more")
    return [*lines, f"  {'mended by --repair' if tally.mends else 'what to do'}: {tally.remedy}"]


def _print_fix(fix: Fix, verb: str = "") -> None:
    from miacrawl.printing import printable

    verb = verb or ("mended:" if fix.done else "not mended:")
    click.echo(f"{verb:<14} {printable(fix.told)}")


def _print_end(result: Result, left: int, *, repaired: bool, dry_run: bool) -> None:
    if not left:
        click.echo("Nothing is wrong." if not result.problems else "All that was wrong is mended.")
    elif repaired and not dry_run:
        click.echo(f"{left:,} problems are left, which can't be mended here.")
    elif not repaired:
        mendable = any(tally.mends for check in result.checks for tally in check.tallies.values())
        click.echo(f"{left:,} problems." + (" See what --repair would do: --repair --dry-run" if mendable else ""))


def _print_json(result: Result, fixes: list[Fix], left: int) -> None:
    from miacrawl.printing import json_text

    told = {
        "problems": result.problems,
        "left": left,
        "checks": [
            {
                "about": check.about,
                "problems": check.problems,
                "told": check.told,
                "findings": [asdict(tally) for tally in check.tallies.values()],
            }
            for check in result.checks
        ],
        "fixes": [asdict(fix) for fix in fixes],
    }
    click.echo(json_text(told))


def _draw(captures: int, seconds: float) -> None:
    """A line on standard error that is drawn over and over."""
    sys.stderr.write(f"\r\x1b[K{captures:,} captures read, {captures / max(seconds, 0.001):,.0f} a second")
    sys.stderr.flush()


def _wipe() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def _silent(*_: object) -> None:
    """Nothing is shown."""
