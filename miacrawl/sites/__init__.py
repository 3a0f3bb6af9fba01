"""Site profiles, one small file per site; `profile_for(url)` finds the one that owns an address."""

from __future__ import annotations

from miacrawl.site import Site
from miacrawl.sites.miafeed import SITE as MIAFEED

SITES: tuple[Site, ...] = (MIAFEED,)


def profile_for(url: str) -> Site | None:
    """The profile whose hosts include that of `url`, or None."""
    return next((site for site in SITES if site.owns(url)), None)


def profile_named(key: str) -> Site | None:
    """The profile with this key ("miafeed"), or None."""
    return next((site for site in SITES if site.key == key), None)
