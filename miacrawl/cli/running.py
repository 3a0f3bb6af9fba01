"""What `crawl` and `update` share: their options, and how a run is carried out and told."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from miacrawl.cli.options import archive_option, settings_option
from miacrawl.errors import ExitCode, MiacrawlError

if TYPE_CHECKING:
    from miacrawl.crawl import Options, Result

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    archive_option,
    click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Stop when N articles are archived."),
    click.option(
        "--allow-private",
        is_flag=True,
        help="Open the host and port of the start addresses where they are on this machine or a private network.",
    ),
    settings_option,
    click.option("-L", "--loglevel", metavar="LEVEL", help="Log level; by default INFO, on a terminal WARNING."),
    click.option("--quiet", "-q", is_flag=True, help="No progress line and no log; only the result."),
    click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object."),
)


def run_options(function: F) -> F:
    """The options of a run, in the order in which `--help` shows them; the command takes them as `**given`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def carry_out(
    visit: Callable[[tuple[str, ...], Path, Options], Result], targets: tuple[str, ...], given: dict[str, Any]
) -> None:
    """Run `visit` on `targets` with the options `given`, print the result, and end with its exit code."""
    from miacrawl.crawl import Options
    from miacrawl.report import crawl_report, result_json

    live = sys.stderr.isatty() and not given["quiet"]
    level = given["loglevel"] or ("ERROR" if given["quiet"] else "")
    options = Options(given["limit"] or 0, given["allow_private"], given["settings"], level.upper(), live)
    folder: Path = given["folder"]
    try:
        result = visit(targets, folder, options)
    except MiacrawlError as error:
        told = {"error": str(error), "exit_code": int(error.exit_code), "archive": str(folder)}
        _tell(folder, options, error.exit_code, told)
        raise
    except Exception as error:
        told = {"error": f"unexpected {type(error).__name__}, see the log", "archive": str(folder)}
        _tell(folder, options, ExitCode.UNEXPECTED, {**told, "exit_code": int(ExitCode.UNEXPECTED)})
        raise
    click.echo(result_json(result, folder) if given["as_json"] else crawl_report(result, folder))
    _tell(folder, options, result.exit_code, json.loads(result_json(result, folder)))
    sys.exit(result.exit_code)


def _tell(folder: Path, options: Options, code: ExitCode, told: dict[str, Any]) -> None:
    """Tell whom the settings name that the run has ended."""
    from miacrawl.crawl import scrapy_settings
    from miacrawl.notify.ending import Ending
    from miacrawl.notify.telling import tell
    from miacrawl.store.runs import last_success

    try:
        settings = scrapy_settings(folder, options)
    except MiacrawlError:
        return  # it is what the run failed of
    sys.stdout.flush()
    for problem in tell(Ending(folder, code, told, last_success(folder)), settings):
        click.echo(f"miacrawl: nobody was told by {problem}", err=True)
