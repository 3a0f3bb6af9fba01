"""The command line: `miacrawl COMMAND`. Commands parse, call one function and print; each has a file of its own."""

from __future__ import annotations

import importlib
import sys

import click

from miacrawl import __version__
from miacrawl.errors import ExitCode, MiacrawlError

_COMMANDS = (
    "init",
    "crawl",
    "update",
    "import",
    "rebuild",
    "config",
    "schedule",
    "extract",
    "check",
    "sites",
    "reextract",
    "status",
    "why",
    "duplicates",
    "alarms",
    "cite",
    "doctor",
    "verify",
    "backup",
    "merge",
    "export",
    "cluster",
    "serve",
    "demo",
)

_MODULES = {"import": "import_files"}
"""Where a command's name can't be that of a module."""

_EPILOG = """\b
Examples:
  miacrawl crawl https://example.org/ --limit 20     archive twenty articles of a site
  miacrawl update                                    see what is new since, and what has changed
  miacrawl schedule systemd                          have that done every six hours
  miacrawl serve                                     read them in a browser
  miacrawl extract page.html                         see what is found on a page, and by which rule
  miacrawl why https://example.org/a-story           see what became of a page
  miacrawl check page.html                           see what the other rules say, too
  miacrawl sites new https://example.org/            write a first profile of a site
  miacrawl export csv articles.csv                   take the articles elsewhere
  miacrawl demo                                      try it all on a site that comes along

\b
Exit codes: 0 ok, 2 wrong usage, 3 unusable address, option or setting, 4 archive in use,
  5 not one article, or not the one asked for, 6 only a part could be done, 7 archive can't be read or written,
  8 a site has changed (see miacrawl alarms), 130 interrupted."""


class _Lazy(click.Group):
    """Imports a command's module when the command is asked for, so that starting stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"miacrawl.cli.{_MODULES.get(cmd_name, cmd_name)}").command
        return command


@click.group(cls=_Lazy, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="miacrawl")
def group() -> None:
    """Archive article sites in SQLite, with the source of every value, and read them in Datasette."""


def main() -> None:
    """Entry point: errors that a user can act on become one line and an exit code."""
    try:
        group(prog_name="miacrawl")
    except MiacrawlError as error:
        from miacrawl.printing import printable

        click.echo(f"miacrawl: {printable(str(error))}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(ExitCode.OK)
