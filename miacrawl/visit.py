"""What a crawl tells the archive: addresses discovered, and what became of each visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from miacrawl.article import Article

Kind = Literal["page", "listing", "sitemap", "feed"]
State = Literal["pending", "archived", "followed", "skipped", "failed"]
Source = Literal["start", "sitemap", "feed", "listing", "related", "redirect", "canonical", "guess"]


@dataclass(frozen=True, slots=True)
class Discovery:
    """An address found, where it was found, and what it is taken for.

    `unwanted` says in words why it is not to be fetched; None means that it is.
    `priority`: higher is fetched first. `lastmod`: as the sitemap or feed states it.
    """

    url: str
    kind: Kind = "page"
    source: Source = "listing"
    referrer: str | None = None
    depth: int = 0
    priority: int = 0
    lastmod: str | None = None
    unwanted: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger that is due: what to fetch."""

    id: int
    url: str
    url_key: str
    kind: Kind
    source: Source
    depth: int
    priority: int


@dataclass(frozen=True, slots=True)
class Visit:
    """The outcome of one ledger entry: its new state with the reason, and what the page gave.

    Stored in one transaction, so a page's links are never lost to a crash between page and links.
    `final_url` is where redirects ended; `status` the HTTP status, None where no answer came.
    """

    entry: Entry
    state: State
    reason: str | None = None
    final_url: str | None = None
    status: int | None = None
    article: Article | None = None
    discoveries: tuple[Discovery, ...] = ()
