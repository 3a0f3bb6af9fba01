"""Where a run starts, and what it may connect to: judged before anything is fetched."""

from __future__ import annotations

from collections.abc import Iterable

from miacrawl.errors import ConfigError, PrivateAddressError
from miacrawl.fetch.address import AddressPolicy
from miacrawl.site import Site
from miacrawl.sites import known_sites, profile_named
from miacrawl.urls import as_address


def start_urls(given: Iterable[str], site: Site | None = None) -> tuple[str, ...]:
    """Start addresses from what a user gave: addresses, host names, or keys of site profiles.

    Raises ConfigError where one can't be used, and says which are known.
    """
    urls: list[str] = []
    for name in given or ((site.key,) if site else ()):
        profile = profile_named(name)
        urls.extend(profile.start if profile else [_as_url(name)])
    if not urls:
        raise ConfigError("no start address: give one or more, as in https://example.org/")
    return tuple(dict.fromkeys(urls))


def _as_url(name: str) -> str:
    url = as_address(name)
    if url is None:
        known = ", ".join(site.key for site in known_sites())
        raise ConfigError(f"{name!r} is neither an http(s) address nor a site with a profile (known: {known})")
    return url


def address_policy(urls: Iterable[str], *, allow_private: bool) -> AddressPolicy:
    """What may be connected to in a run that starts at `urls`.

    Raises PrivateAddressError where a start address is private and that was not allowed.
    """
    if allow_private:
        return AddressPolicy.opening(urls)
    policy = AddressPolicy()
    for url in urls:
        if refusal := policy.refusal(url):
            raise PrivateAddressError(f"{url} is refused: {refusal}; to crawl your own machine add --allow-private")
    return policy
