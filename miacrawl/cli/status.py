"""`miacrawl status`: what is in an archive, and what became of every address."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miacrawl.cli.options import archive_option

if TYPE_CHECKING:
    from miacrawl.store.status import Status

_EPILOG = """\b
Examples:
  miacrawl status
  miacrawl status --archive health --json"""


@click.command("status", epilog=_EPILOG)
@archive_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def command(folder: Path, as_json: bool) -> None:
    """Say what is in the archive: articles by site, addresses by state, the last runs, why pages are missing."""
    from miacrawl.store.status import status_of

    status = status_of(folder)
    click.echo(json.dumps(dataclasses.asdict(status), indent=2) if as_json else _as_text(status))


def _as_text(status: Status) -> str:
    span = f", published {status.first_published} to {status.last_published}" if status.first_published else ""
    lines = [f"{status.articles} articles from {len(status.sites)} sites{span}, {status.related_links} related links"]
    lines += [f"  {count:>7}  {site}" for site, count in status.sites.items()]
    lines.append(f"{sum(status.states.values())} addresses in the ledger, {status.due} of them due")
    lines += [f"  {count:>7}  {state}" for state, count in status.states.items()]
    if status.reasons:
        lines.append("why addresses are skipped or failed")
        lines += [f"  {entry['count']:>7}  {entry['state']}: {entry['reason']}" for entry in status.reasons]
    if status.runs:
        lines.append("last runs")
        lines += [
            f"  {run['id']:>7}  {run['started']}  {run['reason'] or 'running, or killed'}:"
            f" {run['new']} new, {run['changed']} changed, {run['unchanged']} unchanged, {run['failed']} failed"
            for run in status.runs
        ]
    return "\n".join(lines)
