"""One page, fetched as a crawl would: robots.txt obeyed, private addresses refused, honest user agent."""

from __future__ import annotations

from miacrawl.errors import ConfigError
from miacrawl.fetch.several import Fetched, fetch_planned


class _One:
    """The plan to fetch one page."""

    def __init__(self, url: str) -> None:
        self.due: str | None = url
        self.outcome: Fetched | str = "no answer"

    def next(self) -> str | None:
        url, self.due = self.due, None
        return url

    def tell(self, url: str, outcome: Fetched | str) -> None:
        self.outcome = outcome


def fetch_page(url: str, *, allow_private: bool = False) -> Fetched:
    """Fetch one page. Once a process: Twisted's reactor can't be started twice.

    Raises PrivateAddressError, or ConfigError saying why the page could not be had.
    """
    plan = _One(url)
    fetch_planned(plan, [url], allow_private=allow_private)
    if isinstance(plan.outcome, str):
        raise ConfigError(f"{url} could not be had: {plan.outcome}")
    return plan.outcome
