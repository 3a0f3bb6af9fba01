"""`miacrawl doctor`: whether machine and archive are fit for unattended updates."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miacrawl.cli.options import archive_option

if TYPE_CHECKING:
    from miacrawl.doctor.check import Check

_EPILOG = """\b
Examples:
  miacrawl doctor
  miacrawl doctor --archive health --network
  miacrawl doctor --json | jq '.[] | select(.verdict != "ok")'

\b
Exit codes: 0 nothing is a problem (there may be warnings), 3 the configuration or the machine
  can't be used, 7 the archive can't."""
_COLORS = {"ok": "green", "warning": "yellow", "problem": "red"}


@click.command("doctor", epilog=_EPILOG)
@archive_option
@click.option("--network", is_flag=True, help="Look up the names of the archive's sites, too.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array instead of text.")
def command(folder: Path, network: bool, as_json: bool) -> None:
    """Check the machine and the archive: versions, disk, database, configuration, runs, schedule. Changes nothing."""
    from miacrawl.doctor.check import exit_code
    from miacrawl.doctor.examination import examine
    from miacrawl.printing import json_text

    checks = []
    for check in examine(folder, network=network):
        checks.append(check)
        if not as_json:
            click.echo(_line(check))
    if as_json:
        click.echo(json_text([{**asdict(check), "code": None} | _code(check) for check in checks]))
    sys.exit(exit_code(checks))


def _code(check: Check) -> dict[str, int]:
    return {"code": int(check.code)} if check.verdict == "problem" else {}


def _line(check: Check) -> str:
    from miacrawl.printing import printable

    verdict = click.style(f"{check.verdict:<8}", fg=_COLORS[check.verdict])
    return f"{verdict} {check.about:<14} {printable(check.told)}"
