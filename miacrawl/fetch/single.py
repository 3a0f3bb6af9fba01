"""One page, fetched as a crawl would: robots.txt obeyed, private addresses refused, honest user agent."""

from __future__ import annotations

from miacrawl.errors import ConfigError
from miacrawl.fetch.several import Fetched, fetch_all


def fetch_page(url: str, *, allow_private: bool = False) -> Fetched:
    """Fetch one page. Once a process: Twisted's reactor can't be started twice.

    Raises PrivateAddressError, or ConfigError saying why the page could not be had.
    """
    ((_, outcome),) = fetch_all([url], allow_private=allow_private)
    if isinstance(outcome, str):
        raise ConfigError(f"{url} could not be had: {outcome}")
    return outcome
