"""Site profiles, one YAML file per site; `profile_for(url)` finds the one that owns an address.

Some come with miacrawl, beside this file; an archive's own stand in its folder `sites/` and win over those.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

from miacrawl.errors import ConfigError
from miacrawl.site import Site

FOLDER = "sites"
"""Name of the folder in an archive that holds its own profiles."""


class Profiles:
    """A set of profiles, found by key and by host. Earlier ones win over later ones."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self.by_key: dict[str, Site] = {}
        self.by_host: dict[str, Site] = {}
        for site in sites:
            self.by_key.setdefault(site.key, site)
        for site in self.by_key.values():
            for host in site.hosts:
                self.by_host.setdefault(host, site)


class _InUse:
    """The profiles of this process: those that come with miacrawl, and those of the archive in use before them."""

    own: tuple[Site, ...] = ()
    profiles: Profiles | None = None


def known_sites() -> tuple[Site, ...]:
    """The profiles in use, the archive's own first."""
    return tuple(_profiles().by_key.values())


def profile_for(url: str) -> Site | None:
    """The profile whose hosts include that of `url`, or None."""
    by_host = _profiles().by_host
    return next((by_host[host] for host in sorted(Site.hosts_of(url), key=len, reverse=True) if host in by_host), None)


def profile_on(url: str, day: date | None = None) -> Site | None:
    """The same with the strategies alone that hold for pages of `day` (today where it is None)."""
    site = profile_for(url)
    if site is None:
        return None
    if isinstance(day, datetime):
        day = day.date()
    return site.on(day or datetime.now(UTC).date())


def profile_named(key: str) -> Site | None:
    """The profile with this key ("miafeed"), or None."""
    return _profiles().by_key.get(key)


def use_profiles_of(archive: Path) -> tuple[Site, ...]:
    """Put the profiles in the folder `sites` of an archive to use in this process, in place of another archive's.

    Returns them; none where there is no such folder. Raises ConfigError where one of them can't be used.
    """
    own = profiles_in(archive / FOLDER)
    use_profiles(own)
    return own


def use_profiles(own: tuple[Site, ...]) -> None:
    """Put `own` to use in this process, before those that come with miacrawl."""
    _InUse.own, _InUse.profiles = own, None


def profiles_in(folder: Path, *, but: Path | None = None) -> tuple[Site, ...]:
    """The profiles in the .yaml (or .yml) files of a folder, by file name; the file `but` is not read.

    Raises ConfigError where one can't be read, or two are for the same key or host.
    """
    from miacrawl.sites.profile_file import read_profile

    found: dict[str, Site] = {}
    for path in sorted(folder.glob("*.y*ml")) if folder.is_dir() else ():
        if path == but:
            continue
        site = read_profile(path)
        for name in (f"key {site.key!r}", *(f"host {host!r}" for host in site.hosts)):
            if name in found and found[name] is not site:
                raise ConfigError(f"{path}: the {name} is that of {found[name].origin} too; change or remove one")
            found[name] = site
    return tuple(dict.fromkeys(found.values()))


@cache
def built_in() -> tuple[Site, ...]:
    """The profiles that come with miacrawl."""
    from miacrawl.sites.profile_file import profile_from

    found = sorted((file for file in files(__name__).iterdir() if file.name.endswith(".yaml")), key=lambda f: f.name)
    return tuple(profile_from(file.read_text("utf-8"), file.name) for file in found)


def _profiles() -> Profiles:
    if _InUse.profiles is None:
        _InUse.profiles = Profiles((*_InUse.own, *built_in()))
    return _InUse.profiles
