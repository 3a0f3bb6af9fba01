"""The settings as they hold: miacrawl/settings.py, then miacrawl.yaml, then the environment, then the command line.

Each is laid over the ones before it, as Scrapy does with its own layers: under a number, the higher winning. Ours stand
between those that Scrapy has for a spider (30) and for the command line (40).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapy.settings import Settings

from miacrawl.config.components import merged
from miacrawl.config.file import read_config
from miacrawl.config.given import from_command_line, from_environment
from miacrawl.config.known import our_defaults
from miacrawl.config.setting import Config, Setting, SiteEntry

FILE_PRIORITY = 32
ENVIRONMENT_PRIORITY = 36
COMMAND_LINE_PRIORITY = 40


@dataclass(frozen=True, slots=True)
class Effective:
    """Scrapy's settings for a crawl, where each comes from (those that are Scrapy's default have no origin), sites."""

    settings: Settings
    origins: Mapping[str, str]
    sites: tuple[SiteEntry, ...]


def effective(
    folder: Path,
    given: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Effective:
    """The settings of the archive in `folder`.

    `given`: what the command line says, as text; `environment`: by default that of the process. Raises ConfigError
    where the file or one of these can't be used.
    """
    config = read_config(folder)
    outside = from_environment(os.environ if environment is None else environment)
    typed_in = from_command_line(given or {})
    settings = Settings()
    settings.setmodule("miacrawl.settings", priority="project")
    origins = dict.fromkeys(our_defaults(), "default")
    _lay(settings, origins, config.settings, FILE_PRIORITY)
    _lay(settings, origins, outside, ENVIRONMENT_PRIORITY)
    _lay(settings, origins, typed_in, COMMAND_LINE_PRIORITY)
    settings.set("MIACRAWL_ARCHIVE", str(folder), priority=COMMAND_LINE_PRIORITY)
    sites = per_site(config, {*outside, *typed_in})
    settings.set("MIACRAWL_SITES", sites, priority=FILE_PRIORITY)
    origins |= {"MIACRAWL_ARCHIVE": "option --archive"} | ({"MIACRAWL_SITES": "miacrawl.yaml"} if sites else {})
    return Effective(settings, origins, config.sites)


def per_site(config: Config, overruled: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
    """What each site has for itself: {site: {name: value}}, without the names that a later word overruled."""
    found: dict[str, dict[str, Any]] = {}
    for entry in config.sites:
        own = {name: setting.value for name, setting in entry.settings.items() if name not in overruled}
        found |= {site: own for site in entry.sites if own}
    return found


def _lay(settings: Settings, origins: dict[str, str], layer: Mapping[str, Setting], priority: int) -> None:
    for name, setting in layer.items():
        value = merged(name, settings.get(name), setting.value)
        settings.set(name, value, priority=priority)
        before = origins.get(name)
        origins[name] = f"{before} + {setting.origin}" if before and value != setting.value else setting.origin
