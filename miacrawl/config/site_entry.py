"""One item of the list `sites` of a miacrawl.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from miacrawl.config.known import known_settings
from miacrawl.config.setting import PER_SITE, Setting, SiteEntry
from miacrawl.config.typed import typed
from miacrawl.sites import Profiles
from miacrawl.strict_yaml import Value, unknown
from miacrawl.urls import as_address, site_of

KEYS = ("url", "settings")


def site_entries(items: Iterable[Value], profiles: Profiles) -> tuple[SiteEntry, ...]:
    """The sites of a list. Raises ConfigError where one can't be used, or is there twice."""
    found: dict[str, SiteEntry] = {}
    owners: dict[str, SiteEntry] = {}
    for item in items:
        entry = _entry(item, profiles)
        if entry.target in found:
            item.fail(f"{entry.target} is there already, in line {found[entry.target].line}; keep one")
        found[entry.target] = entry
        for site in entry.sites if entry.settings else ():
            if site in owners:
                item.fail(f"{site} has settings already, in line {owners[site].line}; put them together")
            owners[site] = entry
    return tuple(found.values())


def _entry(item: Value, profiles: Profiles) -> SiteEntry:
    entries = {"url": item} if item.is_text() else item.entries(KEYS, required=("url",))
    target = entries["url"].text()
    sites = _sites(entries["url"], target, profiles)
    settings = _settings(entries["settings"]) if "settings" in entries else {}
    return SiteEntry(target, sites, settings, item.line)


def _sites(value: Value, target: str, profiles: Profiles) -> tuple[str, ...]:
    profile = profiles.by_key.get(target)
    if profile is not None:
        return tuple(dict.fromkeys((*map(site_of, profile.start), *profile.hosts)))
    url = as_address(target)
    if url is None:
        value.fail(unknown("site", target, profiles.by_key) + "; give an http(s) address, a host, or a profile's key")
    return (site_of(url),)


def _settings(value: Value) -> dict[str, Setting]:
    settings = known_settings()
    names = [name for name in PER_SITE if name in settings]
    return {
        name: Setting(typed(one, settings[name]), f"{Path(value.file).name}, line {one.line}")
        for name, one in value.entries(names, what="setting").items()
    }
