"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from miacrawl.errors import ConfigError

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


def hosts_of(name: str, folder: Path) -> tuple[str, ...]:
    """The hosts that a site's name means: of a profile, of an address, or the name itself. Raises ConfigError."""
    from miacrawl.sites import profile_named, use_profiles_of
    from miacrawl.urls import as_address, site_of

    use_profiles_of(folder)
    if profile := profile_named(name):
        return tuple(profile.hosts)
    address = as_address(name)
    if address is None:
        raise ConfigError(f"--site {name} is no site: write it as example.org, or by the key of a profile")
    return (site_of(address),)


def captured_option(function: F) -> F:
    """`--captured DAY`: the day on which a saved page was fetched; None for today."""
    return click.option(
        "--captured",
        metavar="YYYY-MM-DD",
        type=click.DateTime(["%Y-%m-%d"]),
        help="Day on which the page was fetched: of a profile the selectors are used that held then. [default: today]",
    )(function)


def settings_option(function: F) -> F:
    """`-s NAME=VALUE`, any number of times: {"NAME": "VALUE"}. Wrong usage where one has no "="."""
    return click.option(
        "-s",
        "settings",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_settings,
        help="Set a Scrapy setting. Can be repeated.",
    )(function)


def _settings(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    for name, sign, _ in pairs:
        if not sign or not name.strip():
            raise click.BadParameter(f"{name!r} is not of the form NAME=VALUE", param_hint="-s")
    return {name.strip(): value for name, _, value in pairs}
