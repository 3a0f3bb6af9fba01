"""A site of the cluster: what is visited as one, by one worker at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from miacrawl.errors import ConfigError
from miacrawl.sites import Profiles
from miacrawl.urls import as_address, site_of

_NAME = re.compile(r"[a-z0-9][a-z0-9._:\-\[\]]{0,252}")


@dataclass(frozen=True, slots=True)
class Site:
    """`name`: host, or key of a profile; `starts`: what the update is given; `settings`: as for `-s`, by name."""

    name: str
    starts: tuple[str, ...]
    hosts: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)


def folder_of(name: str) -> str:
    """What a site's folder is called: its name, with what folders can't be called by written as %3A."""
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} can't be a site's name")
    return quote(name, safe="")


def site_named(text: str, profiles: Profiles, settings: Mapping[str, str] | None = None) -> Site:
    """The site that an address, a host or a profile's key means. Raises ConfigError."""
    profile = profiles.by_key.get(text)
    if profile is not None:
        hosts = dict.fromkeys((*map(site_of, profile.start), *profile.hosts))
        return Site(profile.key, (profile.key,), tuple(hosts), settings or {})
    address = as_address(text)
    if address is None:
        known = ", ".join(profiles.by_key)
        raise ConfigError(f"{text!r} is neither an http(s) address nor a site with a profile (known: {known})")
    name = site_of(address)
    folder_of(name)
    return Site(name, (address,), (name,), settings or {})


def together(sites: Iterable[Site]) -> list[Site]:
    """The same with one for each name, which has the start addresses of all; the later settings win."""
    found: dict[str, Site] = {}
    for site in sites:
        before = found.get(site.name, site)
        starts = tuple(dict.fromkeys((*before.starts, *site.starts)))
        found[site.name] = Site(site.name, starts, site.hosts, {**before.settings, **site.settings})
    return list(found.values())
