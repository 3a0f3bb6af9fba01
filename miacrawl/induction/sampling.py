"""Which pages of a site to look at: the plan that leads from its start page to a handful of articles."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from miacrawl.discover.feeds import is_feed, parse_feed
from miacrawl.discover.listings import announced_feeds, listing_links
from miacrawl.discover.sitemaps import is_sitemap, parse_sitemap
from miacrawl.fetch.several import Fetched
from miacrawl.induction.specimen import Specimen
from miacrawl.page import urlsplit_path
from miacrawl.urls import key_of, looks_like_article, looks_like_next_page, root_of, site_of, why_not_a_page

MAX_PAGES = 20
"""Articles at most; more do not make a better profile, only more requests."""
_MAX_LINKS = 500
_MOST = 0.6
"""A link that stands on this share of the pages leads to a part of the site, not to an article."""
_TRIES = 3
"""Requests for each article that is wanted, start pages left out."""


@dataclass
class Sample:
    """What was seen of a site: its articles, other pages' addresses, and why pages could not be had."""

    articles: list[Specimen] = field(default_factory=list)
    likely: set[str] = field(default_factory=set)
    """Addresses that a feed or news sitemap gives as articles."""
    others: set[str] = field(default_factory=set)
    """Addresses of pages that are no articles, and of links that stand on most pages."""
    failed: dict[str, str] = field(default_factory=dict)
    fetched: int = 0


class SamplePlan:
    """Fetch start pages, a feed, then articles of as many parts of the site as there are, until there are enough.

    `known`: addresses of pages that are there already and will be added.
    """

    def __init__(self, starts: Iterable[str], pages: int, known: Iterable[str] = ()) -> None:
        self.sample = Sample()
        self.wanted = min(pages, MAX_PAGES)
        self._starts = deque(dict.fromkeys(starts))
        self._sites = {site_of(url) for url in (*self._starts, *known)}
        self._feeds: deque[str] = deque()
        self._found: dict[str, str] = {}
        self._asked: set[str] = set()
        self._turns: Counter[str] = Counter()
        self._links: Counter[str] = Counter()
        self._read = 0
        self._left = self.wanted * _TRIES + 2
        self._usual = deque(root_of(url) + "sitemap.xml" for url in self._starts)

    def wants(self, url: str) -> bool:
        """Whether an address is on the site of a start page."""
        try:
            return site_of(url) in self._sites
        except ValueError:
            return False

    def next(self) -> str | None:
        """The next address to fetch; None when there are enough articles, or no more to be had."""
        if self._starts:
            return self._ask(self._starts.popleft())
        if len(self.sample.articles) >= self.wanted or self._left <= 0:
            return None
        self._left -= 1
        if self._feeds:
            return self._ask(self._feeds.popleft())
        url = self._best()
        if url is None and self._usual:
            return self._ask(self._usual.popleft())
        return self._ask(url) if url else None

    def _ask(self, url: str) -> str:
        self._asked.add(key_of(url))
        self.sample.fetched += 1
        return url

    def _best(self) -> str | None:
        """The most likely article, of the part of the site that had fewest turns."""
        due = [url for key, url in self._found.items() if key not in self._asked]
        if not due:
            return None
        url = min(due, key=lambda url: (not self._is_likely(url), self._turns[_part(url)]))
        self._turns[_part(url)] += 1
        return url

    def _is_likely(self, url: str) -> bool:
        return url in self.sample.likely or looks_like_article(url)

    def tell(self, url: str, outcome: Fetched | str) -> None:
        """Read a page: keep it if it is an article, and take note of its links."""
        if isinstance(outcome, str):
            self.sample.failed[url] = outcome
        elif is_feed(outcome.body):
            self._note(list(islice((entry.url for entry in parse_feed(outcome.body, outcome.url)), _MAX_LINKS)), True)
        elif is_sitemap(outcome.body):
            entries = islice(parse_sitemap(outcome.body, outcome.url), _MAX_LINKS)
            self._note([entry.url for entry in entries if not entry.is_sitemap])
        elif "html" in outcome.content_type.lower() or b"<html" in outcome.body[:2048].lower():
            self.add(outcome.body, outcome.url, outcome.content_type)

    def add(self, html: bytes, url: str, content_type: str | None = None) -> None:
        """Take a page into the sample."""
        specimen = Specimen(html, url, content_type)
        links = [link for link, _ in islice(listing_links(specimen.page), _MAX_LINKS) if self.wants(link)]
        self._read += 1
        self._links.update(set(map(key_of, links)))
        if specimen.is_article:
            known = {key_of(one.article.canonical_url or one.url) for one in self.sample.articles}
            if key_of(specimen.article.canonical_url or url) not in known:
                self.sample.articles.append(specimen)
        else:
            self.sample.others.add(url)
        if not self._feeds:
            self._feeds.extend(list(announced_feeds(specimen.page))[:1] if self._read == 1 else [])
        self._note(links)

    def _note(self, urls: list[str], likely: bool = False) -> None:
        for url in urls:
            if not self.wants(url):
                continue
            if likely:
                self.sample.likely.add(url)
            if why_not_a_page(url) or looks_like_next_page(url) or not urlsplit_path(url):
                self.sample.others.add(url)
            else:
                self._found.setdefault(key_of(url), url)

    def finish(self) -> Sample:
        """The sample, the links that stand on most pages counted among what is no article."""
        known = {key_of(specimen.url) for specimen in self.sample.articles} | {
            key_of(url) for url in self.sample.likely
        }
        if self._read >= 3:
            self.sample.others.update(
                url
                for key, url in self._found.items()
                if self._links[key] >= _MOST * self._read and key not in known and not looks_like_article(url)
            )
        return self.sample


def _part(url: str) -> str:
    """The part of the site that an address is in: its path without the last word, days and numbers left out."""
    return "/".join(_words(urlsplit_path(url).split("/")[:-1]))


def _words(parts: list[str]) -> Iterator[str]:
    return (part for part in parts if part and not part.isdigit())
