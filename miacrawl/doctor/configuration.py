"""Checks of miacrawl.yaml, the environment and the archive's site profiles: what a run would end with code 3 for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from miacrawl.config import read_config, sites_of
from miacrawl.config.effective import effective
from miacrawl.doctor.check import Check
from miacrawl.doctor.notices import notice_checks
from miacrawl.errors import ConfigError, ExitCode
from miacrawl.sites import use_profiles_of
from miacrawl.spiders.starting import start_urls


def configuration_checks(folder: Path) -> Iterator[Check]:
    """Whether the configuration can be used, names somebody to turn to, and those to be told can be told."""
    try:
        settings = effective(folder).settings
        starts = configured_starts(folder)
    except ConfigError as error:
        yield Check("configuration", "problem", str(error), ExitCode.CONFIG)
        return
    yield Check("configuration", "ok", f"can be used; {len(starts)} start addresses in miacrawl.yaml")
    if settings.get("MIACRAWL_CONTACT"):
        yield Check("contact", "ok", str(settings["MIACRAWL_CONTACT"]))
    else:
        told = "site owners have nobody to turn to: set MIACRAWL_CONTACT in miacrawl.yaml to a page or mailbox of yours"
        yield Check("contact", "warning", told)
    yield from notice_checks(settings)


def configured_starts(folder: Path) -> tuple[str, ...]:
    """Start addresses of the sites in miacrawl.yaml. Raises ConfigError where one, or a profile, can't be used."""
    use_profiles_of(folder)
    targets = sites_of(read_config(folder))
    return start_urls(targets) if targets else ()
