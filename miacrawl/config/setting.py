"""Settings and sites as they are configured: values, each with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PER_SITE = (
    "DOWNLOAD_DELAY",
    "CONCURRENT_REQUESTS_PER_DOMAIN",
    "DEPTH_LIMIT",
    "MIACRAWL_RENDER",
    "MIACRAWL_HONOUR",
    "MIACRAWL_REVISIT_SHARE",
    "MIACRAWL_REVISIT_MIN_HOURS",
    "MIACRAWL_REVISIT_MAX_DAYS",
    "MIACRAWL_CONDITIONAL",
    "MIACRAWL_DRIFT",
    "MIACRAWL_DRIFT_RUNS",
    "MIACRAWL_DRIFT_LEAST",
    "MIACRAWL_DRIFT_HISTORY",
    "MIACRAWL_DRIFT_EFFECT_SHARE",
    "MIACRAWL_DRIFT_FALSE_SHARE",
)
"""The settings that one site can have for itself."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting's value, and in words where it comes from: "miacrawl.yaml, line 4", "environment", "default"."""

    value: Any
    origin: str


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """One item of the list `sites`.

    * `target`: address, host or profile key, as it stands there.
    * `sites`: what `site_of` gives for the addresses behind it; a profile's can be several.
    * `settings`: the site's own, by name.
    * `line`: of the file, from 1.
    """

    target: str
    sites: tuple[str, ...]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Config:
    """What a miacrawl.yaml says; nothing where it is missing or all in comments."""

    sites: tuple[SiteEntry, ...] = ()
    settings: Mapping[str, Setting] = field(default_factory=dict)


def sites_of(config: Config) -> tuple[str, ...]:
    """The targets of an update: addresses, hosts and profile keys in the order of the file."""
    return tuple(entry.target for entry in config.sites)
