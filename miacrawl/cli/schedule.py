"""`miacrawl schedule`: files that make a machine update the archive by itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miacrawl.cli.options import archive_option

if TYPE_CHECKING:
    from miacrawl.schedule.job import Job
    from miacrawl.schedule.scheduled import Schedule

_EPILOG = """\b
Examples:
  miacrawl schedule systemd                                   print the units, and how to enable them
  miacrawl schedule systemd --user --out ~/.config/systemd/user
  miacrawl schedule cron --every daily --archive health
  miacrawl schedule github --out .github/workflows/update.yaml
  miacrawl schedule kubernetes --image registry.example.org/miacrawl:1 | kubectl apply -f -

\b
The files go to standard output (or to --out), what to do with them to standard error."""


@click.command("schedule", epilog=_EPILOG)
@click.argument("kind", type=click.Choice(["systemd", "cron", "github", "kubernetes"]))
@archive_option
@click.option("--every", default="6h", show_default=True, metavar="TIME", help="15m to 12h, daily or weekly.")
@click.option("--out", type=click.Path(path_type=Path), help="File or folder to write to instead of printing.")
@click.option("--user", "per_user", is_flag=True, help="systemd: for your own user, without root.")
@click.option("--install", metavar="WHAT", help="github: what pip installs.  [default: this version of miacrawl]")
@click.option("--image", metavar="NAME", help="kubernetes: a container image whose entry point is miacrawl.")
def command(
    kind: str, folder: Path, every: str, out: Path | None, per_user: bool, install: str | None, image: str | None
) -> None:
    """Write what makes a machine call `miacrawl update` for this archive: KIND is a systemd service and timer, a line
    for cron, a workflow of GitHub Actions, or a CronJob of Kubernetes.

    The job is given as few rights and as little of the machine as it needs.
    """
    from miacrawl.config.given import from_environment
    from miacrawl.schedule.job import job_for
    from miacrawl.schedule.writable import folders_written

    job = job_for(folder, every, folders_written(folder))
    schedule = _schedule(kind, job, per_user=per_user, install=install, image=image)
    if out is None:
        click.echo(schedule.text, nl=False)
    else:
        for path in schedule.write(out):
            click.echo(f"wrote {path}")
    click.echo(("" if out else "\n") + schedule.advice, err=True, nl=False)
    if names := ", ".join(from_environment(os.environ)):
        click.echo(
            f"\nYour environment sets {names}, which the job does not see: set it in {folder}/miacrawl.yaml", err=True
        )


def _schedule(kind: str, job: Job, *, per_user: bool, install: str | None, image: str | None) -> Schedule:
    if kind == "systemd":
        from miacrawl.schedule.systemd import systemd_schedule

        return systemd_schedule(job, per_user=per_user)
    if kind == "cron":
        from miacrawl.schedule.cron import cron_schedule

        return cron_schedule(job)
    if kind == "github":
        from miacrawl.schedule.github import github_schedule

        return github_schedule(job, install or f"miacrawl=={job.version}")
    from miacrawl.schedule.kubernetes import kubernetes_schedule

    return kubernetes_schedule(job, image or f"miacrawl:{job.version}")
