"""`miacrawl cluster status`: how the cluster stands."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miacrawl.cli.cluster_options import folder_option, opened

if TYPE_CHECKING:
    from miacrawl.cluster.standing import Standing

_EPILOG = """\b
Examples:
  miacrawl cluster status
  miacrawl cluster status --json | jq .sites.due"""


@click.command("status", epilog=_EPILOG)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@folder_option
def command(as_json: bool, folder: Path) -> None:
    """Say which sites are due, held by whom, failing and why; how many workers there are, and what is in the queue."""
    from miacrawl.cluster.standing import standing
    from miacrawl.printing import json_text, printable

    with opened(folder).database.session() as connection:
        found = standing(connection)
    click.echo(json_text(dataclasses.asdict(found)) if as_json else printable(_as_text(found)))


def _as_text(found: Standing) -> str:
    sites = ", ".join(f"{count:,} {name}" for name, count in found.sites.items() if name != "all")
    jobs = ", ".join(f"{count:,} {state}" for state, count in found.jobs.items()) or "empty"
    lines = [
        f"{found.sites.get('all', 0):,} sites: {sites}",
        f"{found.articles:,} articles published, {found.bytes / 1e6:,.1f} MB in the store",
        f"{found.workers} workers; queue: {jobs}",
    ]
    lines += [f"  {row['site']}: {row['worker']}, token {row['token']}, for {row['seconds']} s" for row in found.held]
    if found.failing:
        lines.append("failing")
    lines += [
        f"  {row['site']}: {row['failures']} times in a row, last {row['ended']}"
        f" (exit {row['exit_code'] if row['exit_code'] is not None else '-'}): {row['told']}"
        for row in found.failing
    ]
    return "\n".join(lines)
