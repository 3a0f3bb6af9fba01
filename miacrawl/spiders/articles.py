"""The spider that archives article sites: `scrapy crawl articles -a url=https://example.org/`."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.exceptions import IgnoreRequest

from miacrawl.exchange import Exchange
from miacrawl.fetch.agent import add_contact
from miacrawl.fetch.capturing import EXCHANGES
from miacrawl.fetch.failure import in_words, worth_another_try
from miacrawl.fetch.handler import WIRE_BYTES
from miacrawl.fetch.hosts import Hosts, concurrency
from miacrawl.fetch.politeness import HostGivenUp
from miacrawl.fetch.render.renderer import Renderer
from miacrawl.fetch.render.terms import is_rendered, terms_of
from miacrawl.fetch.render.trouble import RenderingFailed, RenderingStopped
from miacrawl.fetch.resolver import GuardedResolver
from miacrawl.fetch.robots import RobotsUnreachable
from miacrawl.host import Hold, Reservations, Robots
from miacrawl.per_site import for_site
from miacrawl.site import Site
from miacrawl.sites import use_profiles_of
from miacrawl.spiders.conclusion import conclusion
from miacrawl.spiders.discovering import Discoverer, starts, usual_sitemap
from miacrawl.spiders.readers import Readers, ReadingFailed
from miacrawl.spiders.reading import Answer
from miacrawl.spiders.revisiting import revisit_policy
from miacrawl.spiders.rules import Rules
from miacrawl.spiders.starting import address_policy, start_urls
from miacrawl.spiders.watching import drift_limits
from miacrawl.spiders.wholeness import Wholeness
from miacrawl.store.clock import later
from miacrawl.store.session import Session
from miacrawl.visit import Entry, State, Visit
from miacrawl.worker import spare_collector

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

T = TypeVar("T")
_SOON_SECONDS = 5.0
"""A host that is held no longer than this is handed requests: they wait in its slot, which counts more finely."""
_AHEAD_SECONDS = 0.5
"""So long before its turn a request is handed out: two beats of the pulse. One that stood in line for longer would
take one of the run's places (CONCURRENT_REQUESTS) from hosts whose turn it is."""


class ArticlesSpider(Spider):
    """Archives the site of each start address: `url` is one or more, separated by commas or blanks.

    What is fetched is what the archive's ledger says is due; every outcome is one `Visit`. `mode`: "crawl" visits
    every page of the sites, "update" what is new or due.
    """

    name = "articles"
    site: ClassVar[Site | None] = None

    def __init__(self, url: str = "", mode: str = "crawl", session: Session | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.starts = start_urls(url.replace(",", " ").split(), self.site)
        self.updating = mode == "update"
        self._session = session
        self.limit = 0
        self.patience = 0.0
        self.in_flight: Counter[str] = Counter()
        """Entries under way, by site."""
        self.closing: asyncio.Future[None] | None = None
        self._readers: Readers | None = None
        self.wholeness = Wholeness()
        self.renderer: Renderer | None = None

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Name the contact in the user agent."""
        super().update_settings(settings)
        add_contact(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> ArticlesSpider:
        """Scrapy's way to make one. Opens a run in the archive unless a `session` is given."""
        use_profiles_of(Path(crawler.settings["MIACRAWL_ARCHIVE"]))
        spider: ArticlesSpider = super().from_crawler(crawler, *args, **kwargs)
        settings = crawler.settings
        GuardedResolver.policy = address_policy(spider.starts, allow_private=settings.getbool("MIACRAWL_ALLOW_PRIVATE"))
        spider.limit = settings.getint("MIACRAWL_LIMIT")
        spider.patience = settings.getfloat("MIACRAWL_PATIENCE_SECONDS")
        if spider._session is None:
            folder = Path(settings["MIACRAWL_ARCHIVE"])
            spider._session = Session.open(folder, spider.name, spider.starts, "update" if spider.updating else "crawl")
        spider._session.settlement.policy_for = lambda site: revisit_policy(settings, site)
        spider.session.watch.limits_for = cache(lambda site: drift_limits(settings, site))
        spider.session.watch.tries = settings.getint("RETRY_TIMES") + 1
        spider._readers = Readers(Rules.of(settings, spider.session.sites), settings.getint("MIACRAWL_JOBS"))
        terms = terms_of(settings, ("", *spider.session.sites))
        spider.renderer = Renderer.of(crawler, terms) if terms is not None else None
        spider.session.captures.max_bytes = max(1, settings.getint("MIACRAWL_WARC_MB")) * 2**20
        spider.session.traps.open(settings.getint("MIACRAWL_TRAP_LIMIT"))
        crawler.signals.connect(spider._end, signal=signals.spider_closed)
        return spider

    @property
    def session(self) -> Session:
        """The run's session in the archive."""
        if self._session is None:
            raise RuntimeError("the spider was made without a crawler, so it has no session")
        return self._session

    @property
    def readers(self) -> Readers:
        """What reads the run's pages."""
        if self._readers is None:
            raise RuntimeError("the spider was made without a crawler, so it reads nothing")
        return self._readers

    @property
    def discoverer(self) -> Discoverer:
        """What judges the addresses that are found."""
        return self.readers.discoverer

    @property
    def hosts(self) -> Hosts:
        """What the run knows of its hosts."""
        return Hosts.of(self.crawler)

    async def start(self) -> AsyncIterator[Any]:
        """Make due what this run is to visit; the frontier does the rest."""
        spare_collector()
        try:
            self.hosts.obey(self.session.holds(), self.patience)
            self.session.discover(starts(self.starts))
            if not self.settings.getbool("ROBOTSTXT_OBEY"):
                self.session.discover(usual_sitemap(url) for url in self.starts)
            self.session.judge_again(self.discoverer.again, self.discoverer.rules(self.session.sites))
            if self.updating:
                self.session.begin_update(self.settings.getint("MIACRAWL_SOURCES"))
            else:
                self.session.begin_crawl()
        except sqlite3.Error as error:
            self.session.broken(error)
            self.closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="storage error"))
        return
        yield  # makes this a generator, as Scrapy wants it

    # --- what the frontier asks ---

    def sites_in_turn(self) -> Collection[str]:
        """The sites of the run."""
        return sorted(self.session.sites)

    def awakened(self) -> Collection[str]:
        """The sites that got something due since this was last asked."""
        return self.session.awakened()

    def may_start(self, site: str) -> bool:
        """Whether one more page of `site` may be asked for: its turn is near, and it is not busy enough already."""
        state = self.hosts.state(site)
        if state.given_up or state.held_seconds() > _SOON_SECONDS:
            return False
        if self.hosts.wait_seconds(site) > _AHEAD_SECONDS:
            return False
        allowed = concurrency(self.settings, site)
        # One more than may be sent waits in the slot, so that the host need not wait for us.
        return self.in_flight[site] < (allowed * 2 if state.delay_seconds < _SOON_SECONDS else 1)

    def is_left(self, site: str) -> bool:
        """Whether the rest of `site` is left for the next run."""
        return self.hosts.state(site).given_up is not None

    def take(self, site: str, limit: int) -> list[Entry]:
        """Up to `limit` due entries of one of the run's sites; none where the archive can't be used any more."""
        return self._unless_broken(lambda: self.session.take(site, limit), [])

    def give_back(self, entries: Iterable[Entry]) -> None:
        """Entries that were taken and not sent."""
        self.session.queue.give_back(entries)

    def waiting(self) -> bool:
        """Whether entries are due that nobody has taken, now or before the run's patience ends."""
        sites = self.session.sites - self.held().keys()
        return self._unless_broken(lambda: self.session.waiting(sites, self.patience), False)

    def held(self) -> dict[str, str]:
        """The sites of the run that are left for the next one, with the reason."""
        return {site: told for site in sorted(self.session.sites) if (told := self.hosts.state(site).given_up)}

    def room(self) -> bool:
        """Whether one more page may be asked for without going beyond the limit on articles."""
        if self.session.failure:
            return False
        return not self.limit or self.session.stored + self.in_flight.total() < self.limit

    def request_for(self, entry: Entry) -> Request:
        """The request that visits `entry`, conditional where the archive has what an earlier visit gave."""
        self.in_flight[entry.site] += 1
        headers = {}
        if self._is_set("MIACRAWL_CONDITIONAL", entry.site) and entry.state in ("archived", "followed"):
            if entry.validators.etag:
                headers["If-None-Match"] = entry.validators.etag
            if entry.validators.last_modified:
                headers["If-Modified-Since"] = entry.validators.last_modified
        return Request(
            entry.url, self.parse, headers=headers, errback=self.failed, dont_filter=True, meta={"entry": entry}
        )

    def _is_set(self, name: str, site: str) -> bool:
        return str(for_site(self.settings, site, name)).lower() in ("1", "true")

    # --- what the fetch components ask and tell ---

    def wants(self, url: str) -> bool:
        """Whether `url` is on a site of this run."""
        return self.readers.rules.wants(url)

    def keep(self, exchanges: Collection[Exchange]) -> None:
        """Keep what went over the wire for no entry of the ledger, or for one that is not settled."""
        if exchanges:
            self._write(lambda: self.session.keep(exchanges))

    def known_robots(self, origin: str) -> Robots | None:
        """The robots.txt of a host as an earlier run read it."""
        return self.session.known_robots(origin)

    def remember_robots(self, robots: Robots) -> None:
        """Keep a robots.txt for the next runs."""
        self._write(lambda: self.session.remember_robots(robots))

    def known_reservations(self, origin: str) -> Reservations | None:
        """What a host reserved for text and data mining when an earlier run asked it."""
        known = self.session.known_reservations(origin)
        if known is not None:
            self.readers.wishes.hosts[origin] = known
        return known

    def remember_reservations(self, said: Reservations) -> None:
        """Keep what a host reserves, for this run and the next."""
        self.readers.wishes.hosts[said.origin] = said
        self._write(lambda: self.session.remember_reservations(said))

    def host_held(self, origin: str, seconds: float, reason: str) -> None:
        """Keep for the next runs that a host asked to be left alone."""
        self._write(lambda: self.session.remember_hold(Hold(origin, later(seconds), reason)))

    def robots_read(self, url: str, sitemaps: list[str]) -> None:
        """Follow the sitemaps that a robots.txt names, or look at the usual place."""
        if not self.wants(url):
            return  # a host that a page's scripts came from
        found = [self.discoverer.file(sitemap, "sitemap", "sitemap", url, 1) for sitemap in sitemaps]
        self._write(lambda: self.session.discover(found or [usual_sitemap(url)]))

    def _write(self, write: Callable[[], None]) -> None:
        self._unless_broken(write, None)

    def _unless_broken(self, use: Callable[[], T], otherwise: T) -> T:
        """What `use` of the archive gives; `otherwise` where it is broken, or breaks now: then the run ends."""
        if self.session.failure:
            return otherwise
        try:
            return use()
        except (sqlite3.Error, OSError) as error:
            self.session.broken(error)
            self.closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="storage error"))
            return otherwise

    # --- outcomes ---

    async def parse(self, response: Response, **kwargs: Any) -> AsyncIterator[Visit]:
        """One visit for one answer; none where the run ends meanwhile."""
        entry: Entry = response.meta["entry"]
        passing, cut_off = response.status in self._statuses_to_retry(), False
        exchanges: tuple[Exchange, ...] = response.meta.get(EXCHANGES, ())
        try:
            visit = await self.readers.read(entry, Answer.of(response))
            if visit.state in ("archived", "skipped"):
                cut_off = self.wholeness.is_cut_off(entry.url, response.body)
            if visit.is_shell and not cut_off and self._renders(entry.site):
                visit = await self._rendered(entry, response)
        except RenderingStopped:
            self.keep(exchanges[:-1] if visit.withheld else exchanges)
            self.session.queue.give_back([entry])
            return
        except RenderingFailed as error:
            told = f"an empty shell that needs JavaScript, and could not be rendered: {error}"
            visit = Visit(entry, "failed", told, response.url, response.status, withheld=visit.withheld)
            passing = error.may_pass
        except ReadingFailed as error:
            visit = Visit(entry, "failed", str(error), response.url, response.status)
        except Exception as error:
            # A fault of ours must not leave the address without an outcome.
            self.logger.exception("Reading %s failed", response.url)
            visit = Visit(entry, "failed", f"reading it failed: {error!r:.200}", response.url, response.status)
        finally:
            self.in_flight[entry.site] -= 1
        visit = replace(visit, exchanges=exchanges[:-1] if visit.withheld else exchanges)
        yield self._perhaps_whole(visit) if cut_off else self._perhaps_again(visit, passing)

    def _renders(self, site: str) -> bool:
        return self.renderer is not None and is_rendered(self.settings, site)

    async def _rendered(self, entry: Entry, response: Response) -> Visit:
        """The visit of a page after its scripts ran. Raises RenderingFailed and RenderingStopped."""
        if self.renderer is None:
            raise RenderingFailed("there is no renderer")
        rendered = await self.renderer.render(response)
        url = rendered.url if self.wants(rendered.url) else response.url
        answer = Answer.of(response).as_rendered(url, rendered.html, rendered.missed)
        visit = await self.readers.read(entry, answer)
        if visit.is_shell and self.hosts.state(entry.site).given_up:
            raise RenderingStopped
        if visit.is_shell and rendered.trouble:
            raise RenderingFailed(rendered.trouble, may_pass=True)
        return visit if visit.withheld else replace(visit, rendered=(answer.url, answer.body))

    def failed(self, failure: Failure) -> Iterator[Visit]:
        """One visit for a request that got no answer: skipped if it was not allowed, else failed, with the reason.

        What its host's state forbids for now stays due.
        """
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        entry: Entry = request.meta["entry"]
        self.in_flight[entry.site] -= 1
        exchanges: tuple[Exchange, ...] = request.meta.get(EXCHANGES, ())
        error = failure.value or RuntimeError("no reason given")
        if isinstance(error, HostGivenUp | RobotsUnreachable):
            if self.hosts.stopping or self.is_left(entry.site):
                self.keep(exchanges)
                self.session.queue.give_back([entry])
            else:  # a redirect to another host, which is left for the next run: so is what leads there
                told = f"leads to {request.url}: {error}"
                wait = self.patience + _SOON_SECONDS
                yield Visit(entry, "pending", told, request.url, wait_seconds=wait, exchanges=exchanges)
            return
        state: State = "skipped" if isinstance(error, IgnoreRequest) else "failed"
        if "max redirections" in str(error):
            state = "failed"
        refused = GuardedResolver.refused.get(urlsplit(request.url).hostname or "")
        visit = Visit(entry, state, refused or in_words(error), request.url, exchanges=exchanges)
        yield self._perhaps_again(visit, not refused and worth_another_try(error))

    def _perhaps_whole(self, visit: Visit) -> Visit:
        """Put a page that breaks off off until later; in the end take it as it is, and say so."""
        broken = replace(visit, state="failed", reason="the page breaks off", article=None)
        again = self._perhaps_again(broken, passing=True)
        if again.state == "pending":
            return again
        if visit.article is None:
            return replace(visit, reason=f"{visit.reason}; the page breaks off")
        return replace(visit, article=replace(visit.article, flags=(*visit.article.flags, "cut-off")))

    def _perhaps_again(self, visit: Visit, passing: bool) -> Visit:
        """Put a failure that may pass off until later, RETRY_TIMES times."""
        if visit.state != "failed" or not passing or visit.entry.tries >= self.settings.getint("RETRY_TIMES"):
            return visit
        wait = self.settings.getfloat("MIACRAWL_RETRY_SECONDS") * 2**visit.entry.tries
        return replace(visit, state="pending", reason=f"to be tried again: {visit.reason}", wait_seconds=wait)

    def _statuses_to_retry(self) -> set[int]:
        return {int(status) for status in self.settings.getlist("RETRY_HTTP_CODES")}

    def cut_off(self) -> None:
        """End the run though requests are under way; they stay due."""
        self._end("shutdown")

    def _end(self, reason: str) -> None:
        self.readers.close()
        stats = self.crawler.stats
        fetched = int(stats.get_value("response_received_count", 0))
        for name in ("robotstxt/request_count", "reservations/response_count"):
            fetched -= int(stats.get_value(name, 0))
        held = self.held()
        told, code = conclusion(self.session, reason, self.limit, held)
        received = int(stats.get_value(WIRE_BYTES, 0))
        self.session.close(told, code, max(0, fetched), received_bytes=received, held=held)
