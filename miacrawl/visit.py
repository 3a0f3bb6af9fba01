"""What a crawl tells the archive: addresses discovered, and what became of each visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from miacrawl.article import Article
from miacrawl.directives import NOTHING_SAID, Directives
from miacrawl.exchange import Exchange

Kind = Literal["page", "listing", "sitemap", "feed"]
State = Literal["pending", "archived", "followed", "skipped", "gone", "failed"]
LIKELY_ARTICLE = 500
"""Priority from which an address that was never fetched is likely an article's."""
Source = Literal["start", "sitemap", "feed", "listing", "related", "redirect", "canonical", "guess", "import"]


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
class Validators:
    """What a server gave to ask by whether a page has changed (RFC 9110, section 8.8), as it stood in the headers."""

    etag: str | None = None
    last_modified: str | None = None


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger that is due: what to fetch, and what is known of it from earlier visits.

    `tries`: failed attempts in a row.
    """

    id: int
    url: str
    url_key: str
    site: str
    kind: Kind
    source: Source
    depth: int
    priority: int
    state: State = "pending"
    tries: int = 0
    validators: Validators = NO_VALIDATORS


@dataclass(frozen=True, slots=True)
class Visit:
    """The outcome of one ledger entry: its new state with the reason, and what the page gave.

    Stored in one transaction, so a page's links are never lost to a crash between page and links.
    `final_url` is where redirects ended; `status` the HTTP status, None where no answer came.
    State "pending": to be tried again, after `wait_seconds`. `not_modified`: the server said that nothing has changed
    (304); what the archive knows stays as it is. `discoveries` can be walked once. `is_shell`: the page holds next to
    no text until its scripts run. `flags`: of a page that was read and is not archived, as of an article.
    `exchanges`: all that went over the wire for it, redirects first, the answer last; `rendered`: address and markup
    that a browser made of that answer. `withheld`: the page wishes not to be kept, and that is honoured.
    """

    entry: Entry
    state: State
    reason: str | None = None
    final_url: str | None = None
    status: int | None = None
    article: Article | None = None
    discoveries: Iterable[Discovery] = ()
    not_modified: bool = False
    validators: Validators = NO_VALIDATORS
    wait_seconds: float = 0.0
    directives: Directives = NOTHING_SAID
    is_shell: bool = False
    flags: tuple[str, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    rendered: tuple[str, bytes] | None = None
    withheld: bool = False
