"""Options and messages that the commands of `miacrawl export` share."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from miacrawl.cli.options import archive_option, hosts_of
from miacrawl.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from sqlite_utils import Database

    from miacrawl.store.exporting import Wanted

F = TypeVar("F", bound=Callable[..., Any])
_DAY = click.DateTime(["%Y-%m-%d"])


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    folder: Path
    sites: tuple[str, ...]
    since: date | None
    until: date | None
    query: str | None
    force: bool
    versions: bool = False

    @property
    def scope(self) -> str:
        """Which articles, in words."""
        return ", ".join(["all versions" if self.versions else "current versions", *self._conditions()])

    @property
    def captures_scope(self) -> str:
        """Which captures, in words."""
        return ", ".join(self._conditions()) or "all of them"

    def _conditions(self) -> list[str]:
        parts = [f"of {', '.join(self.sites)}"] if self.sites else []
        parts += [f"since {self.since}"] if self.since else []
        parts += [f"until {self.until}"] if self.until else []
        parts += [f"with {' '.join(self.query.split())!r}"] if self.query else []
        return parts

    def wanted(self, db: Database) -> Wanted:
        """The same for the archive. Raises ConfigError where it makes no sense there."""
        from miacrawl.serve.terms import parse
        from miacrawl.store.exporting import Wanted, is_known, some_sites

        if self.since and self.until and self.since > self.until:
            raise ConfigError(f"--since {self.since} is after --until {self.until}: no day is left between them")
        terms = parse(self.query or "")
        if self.query is not None and not terms.expression:
            raise ConfigError(f"--query {self.query!r} has no word that could be looked for; give some")
        if terms.cut:
            raise ConfigError("--query is too long; give fewer words")
        if terms.contrary:
            # A search page shows what it made of such a question; a file does not.
            raise ConfigError(f"--query {self.query!r} only leaves words out; give some that are to be found")
        sites: list[str] = []
        for name in self.sites:
            hosts = hosts_of(name, self.folder)
            if not any(is_known(db, host) for host in hosts):
                there = ", ".join(some_sites(db)) or "there is none"
                raise ConfigError(f"nothing of {', '.join(hosts)} is archived; the sites with most articles: {there}")
            sites += hosts
        return Wanted(tuple(dict.fromkeys(sites)), self.since, self.until, terms.expression, self.versions)


def selection_options(*, of: str) -> Callable[[F], F]:
    """--archive, --site, --since, --until, --query, --force; `of`: what --since and --until go by."""
    options = (
        archive_option,
        click.option(
            "--site", "sites", multiple=True, metavar="S", help="Of this site: host, address or profile. Repeatable."
        ),
        click.option("--since", metavar="YYYY-MM-DD", type=_DAY, help=f"From this day on, {of}."),
        click.option("--until", metavar="YYYY-MM-DD", type=_DAY, help="Up to this day, itself included, likewise."),
        click.option(
            "--query",
            metavar="WORDS",
            help='Articles with all these words, as in the search box: "a phrase", begin*, one OR another, '
            "this -not, title:word.",
        ),
        click.option("--force", is_flag=True, help="Replace what is at DEST."),
    )

    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def article_options(function: F) -> F:
    """Those of `selection_options`, and --versions and --columns."""
    function = click.option(
        "--columns",
        metavar="NAME,…",
        callback=lambda context, option, given: tuple(filter(None, map(str.strip, (given or "").split(",")))),
        help="Only these columns, in this order (docs/export.md lists them).  [default: all]",
    )(function)
    function = click.option("--versions", is_flag=True, help="Every version of an article instead of the current one.")(
        function
    )
    return selection_options(of="by publication, or the first visit where that is not known")(function)


def asked_for(options: dict[str, Any]) -> Asked:
    """The options of a command, those that are shared."""
    since, until = (options[name].date() if options[name] else None for name in ("since", "until"))
    return Asked(
        options["folder"],
        options["sites"],
        since,
        until,
        options["query"],
        options["force"],
        options.get("versions", False),
    )


def moment() -> datetime:
    """Now; or, so that the same archive gives the same bytes, what SOURCE_DATE_EPOCH says. Raises ConfigError."""
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if not told:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(told), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ConfigError(f"SOURCE_DATE_EPOCH={told} is no number of seconds; correct or unset it") from error


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM and Ctrl-C take away what is half written, and end the command with exit code 130."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        click.echo("miacrawl: interrupted; nothing was written", err=True)
        raise SystemExit(ExitCode.INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def report(count: int, dest: str, asked: Asked) -> None:
    """Say on standard error what was written."""
    from miacrawl.printing import printable

    what = "versions" if asked.versions else "articles"
    where = "standard output" if dest == "-" else dest
    if not count:
        click.echo(f"miacrawl: no {what[:-1]} is as asked for; {printable(where)} holds none", err=True)
        return
    click.echo(f"{count:,} {what if count > 1 else what[:-1]} written to {printable(where)}", err=True)
