"""From an address found to a ledger `Discovery`: what it is taken for, how urgent it is, whether it is wanted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from miacrawl import __version__
from miacrawl.sites import profile_for
from miacrawl.urls import looks_like_article, looks_like_next_page, root_of, site_of, why_not_a_page
from miacrawl.visit import LIKELY_ARTICLE, Discovery, Kind, Source

START, FEED, SITEMAP, ARTICLE, NESTED_SITEMAP, LISTING, PAGE = 1000, 900, 700, LIKELY_ARTICLE, 400, 350, 300


@dataclass(frozen=True, slots=True)
class Discoverer:
    """Judges addresses for one run.

    `wants(url)`: whether it is on the run's sites; `depth_limit(site)`: links between a page and a start page at most,
    0 for any number.
    """

    wants: Callable[[str], bool]
    depth_limit: Callable[[str], int] = lambda site: 0

    def page(
        self,
        url: str,
        source: Source,
        referrer: str | None,
        depth: int,
        *,
        lastmod: str | None = None,
        next_page: bool = False,
    ) -> Discovery:
        """A link to a page: article, listing, or not known which."""
        profile = profile_for(url)
        is_article = profile.is_article(url) if profile else None
        is_listing = profile.is_listing(url) if profile else None
        if is_listing or (is_listing is None and is_home(url)) or next_page:
            kind, priority = _LISTING
        else:
            likely = is_article or source in ("related", "feed", "sitemap") or looks_like_article(url)
            kind, priority = "page", ARTICLE if likely else PAGE
            if looks_like_next_page(url) and not is_article:
                priority = LISTING
        unwanted = self._unwanted(url, depth)
        known_as_neither = is_article is False and is_listing is False and not looks_like_next_page(url)
        if unwanted is None and profile and known_as_neither:
            unwanted = f"neither an article nor a listing of {profile.name}, by its address"
        return Discovery(url, kind, source, referrer, depth, priority, lastmod, unwanted)

    def file(self, url: str, kind: Kind, source: Source, referrer: str | None, depth: int) -> Discovery:
        """A link to a sitemap or feed."""
        priority = FEED if kind == "feed" else SITEMAP if depth <= 1 else NESTED_SITEMAP
        unwanted = None if self.wants(url) else "off-site"
        return Discovery(url, kind, source, referrer, depth, priority, unwanted=unwanted)

    def again(self, known: Discovery) -> Discovery:
        """An address found earlier, judged by today's sites and profiles."""
        if known.kind in ("sitemap", "feed"):
            return self.file(known.url, known.kind, known.source, known.referrer, known.depth)
        return self.page(known.url, known.source, known.referrer, known.depth, lastmod=known.lastmod)

    def rules(self, sites: Iterable[str]) -> str:
        """A digest of what decides which addresses of `sites` are wanted: equal where nothing would be judged anew."""
        told: list[object] = [__version__]
        for site in sorted(sites):
            profile = profile_for(f"https://{site}/")
            patterns = (profile.article, profile.listing) if profile else ()
            told.append((site, self.depth_limit(site), [pattern.pattern for pattern in patterns if pattern]))
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def _unwanted(self, url: str, depth: int) -> str | None:
        if not self.wants(url):
            return "off-site"
        limit = self.depth_limit(site_of(url)) if depth else 0
        if limit and depth > limit:
            return f"more than {limit} links from a start page (DEPTH_LIMIT)"
        return why_not_a_page(url)


_LISTING: tuple[Kind, int] = ("listing", LISTING)


def is_home(url: str) -> bool:
    """Whether `url` is a home page: no path, no query."""
    parts = urlsplit(url)
    return not parts.path.strip("/") and not parts.query


def starts(urls: tuple[str, ...]) -> list[Discovery]:
    """What a run begins with: the start pages, then the home page of each of their hosts."""
    first = [Discovery(url, "listing" if is_home(url) else "page", "start", priority=START) for url in urls]
    homes = dict.fromkeys(root_of(url) for url in urls if not is_home(url))
    return first + [Discovery(url, "listing", "start", depth=1, priority=LISTING) for url in homes]


def usual_sitemap(url: str) -> Discovery:
    """The place where sitemaps usually are on the host of `url`, for sites whose robots.txt names none."""
    return Discovery(root_of(url) + "sitemap.xml", "sitemap", "guess", root_of(url), 1, SITEMAP)
