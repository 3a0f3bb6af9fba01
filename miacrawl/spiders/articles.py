"""The spider that archives article sites: `scrapy crawl articles -a url=https://example.org/`."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.exceptions import IgnoreRequest

from miacrawl.errors import ConfigError, ExitCode, PrivateAddressError
from miacrawl.fetch.address import AddressPolicy
from miacrawl.fetch.failure import in_words
from miacrawl.fetch.resolver import GuardedResolver
from miacrawl.fetch.robots import RobotsUnreachable
from miacrawl.site import Site
from miacrawl.sites import known_sites, profile_named, use_profiles_of
from miacrawl.spiders.discovering import Discoverer, starts, usual_sitemap
from miacrawl.spiders.reading import Answer, read
from miacrawl.store.session import Session
from miacrawl.visit import Entry, State, Visit

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure


class ArticlesSpider(Spider):
    """Archives the site of each start address: `url` is one or more, separated by commas or blanks.

    What is fetched is what the archive's ledger says is due; every outcome is one `Visit`.
    """

    name = "articles"
    site: ClassVar[Site | None] = None

    def __init__(self, url: str = "", session: Session | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.starts = start_urls(url.replace(",", " ").split(), self.site)
        self._session = session
        self.limit = 0
        self.in_flight = 0
        self.closing: asyncio.Future[None] | None = None
        self.discoverer = Discoverer(self.wants)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Put the contact into the user agent, unless the user gave a user agent of their own."""
        super().update_settings(settings)
        if contact := settings.get("MIACRAWL_CONTACT"):
            settings.set("USER_AGENT", f"{settings['USER_AGENT']} (+{contact})", priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> ArticlesSpider:
        """Scrapy's way to make one. Opens a run in the archive unless a `session` is given."""
        use_profiles_of(Path(crawler.settings["MIACRAWL_ARCHIVE"]))
        spider: ArticlesSpider = super().from_crawler(crawler, *args, **kwargs)
        settings = crawler.settings
        GuardedResolver.policy = address_policy(spider.starts, allow_private=settings.getbool("MIACRAWL_ALLOW_PRIVATE"))
        spider.limit = settings.getint("MIACRAWL_LIMIT")
        if spider._session is None:
            spider._session = Session.open(Path(settings["MIACRAWL_ARCHIVE"]), spider.name, spider.starts)
        spider.discoverer = Discoverer(spider.wants, settings.getint("DEPTH_LIMIT"))
        crawler.signals.connect(spider._end, signal=signals.spider_closed)
        return spider

    @property
    def session(self) -> Session:
        """The run's session in the archive."""
        if self._session is None:
            raise RuntimeError("the spider was made without a crawler, so it has no session")
        return self._session

    async def start(self) -> AsyncIterator[Any]:
        """Enter the start pages in the ledger, and what was archived before as due; the frontier does the rest."""
        try:
            self.session.discover(starts(self.starts))
            if not self.settings.getbool("ROBOTSTXT_OBEY"):
                self.session.discover(usual_sitemap(url) for url in self.starts)
            self.session.revisit()
        except sqlite3.Error as error:
            self.session.broken(error)
            self.closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="storage error"))
        return
        yield  # makes this a generator, as Scrapy wants it

    # --- what the frontier asks ---

    def take(self, limit: int) -> list[Entry]:
        """Up to `limit` due entries of the run's sites."""
        return self.session.take(limit)

    def give_back(self, entries: Iterable[Entry]) -> None:
        """Entries that were taken and not sent."""
        self.session.ledger.give_back(entries)

    def waiting(self) -> bool:
        """Whether entries are due that nobody has taken."""
        return self.session.waiting()

    def room(self) -> bool:
        """Whether one more page may be asked for without going beyond the limit on articles."""
        return not self.session.failure and (not self.limit or self.session.stored + self.in_flight < self.limit)

    def request_for(self, entry: Entry) -> Request:
        """The request that visits `entry`."""
        self.in_flight += 1
        return Request(entry.url, self.parse, errback=self.failed, dont_filter=True, meta={"entry": entry})

    # --- what the fetch components ask and tell ---

    def wants(self, url: str) -> bool:
        """Whether `url` is on a site of this run."""
        return self.session.wants(url)

    def robots_read(self, url: str, sitemaps: list[str]) -> None:
        """Follow the sitemaps that a robots.txt names, or look at the usual place."""
        found = [self.discoverer.file(sitemap, "sitemap", "sitemap", url, 1) for sitemap in sitemaps]
        self.session.discover(found or [usual_sitemap(url)])

    # --- outcomes ---

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Visit]:
        """One visit for one answer."""
        self.in_flight -= 1
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        answer = Answer(response.url, response.status, kind, response.body)
        entry: Entry = response.meta["entry"]
        try:
            yield read(entry, answer, self.discoverer)
        except Exception as error:
            # A fault of ours must not leave the address without an outcome.
            self.logger.exception("Reading %s failed", response.url)
            yield Visit(entry, "failed", f"reading it failed: {error!r:.200}", response.url, response.status)

    def failed(self, failure: Failure) -> Iterator[Visit]:
        """One visit for a request that got no answer: skipped if it was not allowed, else failed, with the reason."""
        self.in_flight -= 1
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        error = failure.value or RuntimeError("no reason given")
        state: State = "skipped" if isinstance(error, IgnoreRequest) else "failed"
        if isinstance(error, RobotsUnreachable) or "max redirections" in str(error):
            state = "failed"
        reason = GuardedResolver.refused.get(urlsplit(request.url).hostname or "") or in_words(error)
        yield Visit(request.meta["entry"], state, reason, request.url)

    def _end(self, reason: str) -> None:
        fetched = int(self.crawler.stats.get_value("response_received_count", 0))
        fetched -= int(self.crawler.stats.get_value("robotstxt/request_count", 0))
        told, code = conclusion(self.session, reason, self.limit)
        self.session.close(told, code, max(0, fetched))


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
    url = name if "://" in name else f"https://{name}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if usable and ("://" in name or "." in name or name.startswith("localhost")):
        return url if urlsplit(url).path else f"{url}/"
    known = ", ".join(site.key for site in known_sites())
    raise ConfigError(f"{name!r} is neither an http(s) address nor a site with a profile (known: {known})")


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


def conclusion(session: Session, reason: str, limit: int) -> tuple[str, ExitCode]:
    """How a run ended: the reason for its row, and the exit code of the command."""
    if session.failure:
        return f"storage error: {session.failure}", ExitCode.STORAGE
    if reason == "shutdown":
        return "interrupted", ExitCode.INTERRUPTED
    if session.stored == 0:
        return "finished without an article", ExitCode.NOTHING
    if reason != "finished":
        return reason, ExitCode.PARTIAL
    if failed := session.failed_starts():
        told = "; ".join(f"{url} ({why})" for url, why in failed[:5])
        return f"finished, but a start address could not be had: {told}", ExitCode.PARTIAL
    if limit and session.stored >= limit and session.ledger.pending(session.sites):
        return f"limit of {limit} articles reached", ExitCode.OK
    return "finished", ExitCode.OK
