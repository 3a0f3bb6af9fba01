"""The account of an address: all that an archive knows of it."""

from __future__ import annotations

from dataclasses import dataclass

from miacrawl.account.robots import RobotsVerdict
from miacrawl.host import Hold
from miacrawl.store import account as stored
from miacrawl.store.nearby import Neighbour


@dataclass(frozen=True, slots=True)
class Stranger:
    """Of an address that the archive has never met: what it knows that is like it.

    * `states`: how many addresses of the site are known, by state; empty where the site is not in the archive.
    * `sites`: sites in the archive whose names are like that of this one, where it is not.
    * `unwanted`: reason why a crawl of the site would leave the address out; None where it would fetch it.
    """

    states: dict[str, int]
    nearest: tuple[Neighbour, ...]
    sites: tuple[str, ...]
    unwanted: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """All that the archive knows of an address, at the time `at`.

    * `key`: its normal form; `ledger`: its row there, None where it has none.
    * `article`: the article that it leads to; `is_own`: whether the article stands under this very address.
    * `capture`: what was fetched last, by its visits or from the address itself; `captures`: how often from it.
    * `read_from`: the capture that the article's text was read from.
    * `stranger`: where neither ledger, articles nor captures know it.
    """

    url: str
    key: str
    site: str
    at: str
    ledger: stored.LedgerRow | None
    attempts: stored.Attempts
    robots: RobotsVerdict
    hold: Hold | None
    trap: stored.TrapRow | None
    hops: tuple[stored.Hop, ...]
    capture: stored.CaptureRow | None
    captures: int
    article: stored.ArticleRow | None
    is_own: bool
    read_from: stored.CaptureRow | None
    versions: stored.Versions
    others: stored.OtherAddresses
    twins: tuple[stored.Twin, ...]
    stranger: Stranger | None
