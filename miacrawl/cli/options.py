"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def archive_option(function: F) -> F:
    """`--archive DIR`: the folder of the archive, ./archive unless MIACRAWL_ARCHIVE says otherwise."""
    return click.option(
        "--archive",
        "-a",
        "folder",
        envvar="MIACRAWL_ARCHIVE",
        default="archive",
        show_default=True,
        show_envvar=True,
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of the archive; the database in it is archive.db.",
    )(function)


def captured_option(function: F) -> F:
    """`--captured DAY`: the day on which a saved page was fetched; None for today."""
    return click.option(
        "--captured",
        metavar="YYYY-MM-DD",
        type=click.DateTime(["%Y-%m-%d"]),
        help="Day on which the page was fetched: of a profile the selectors are used that held then. [default: today]",
    )(function)
