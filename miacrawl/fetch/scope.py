"""What a request may be for: http(s), public addresses, the sites of this run. Redirects pass here too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import IgnoreRequest

from miacrawl.fetch.resolver import GuardedResolver

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


PART_OF_PAGE = "part_of_page"
"""Meta key, true of what a page asks for while it is rendered: scripts and data may come from other sites."""


class OutOfScope(IgnoreRequest):
    """The request is not for this run; the message says why, in words for the ledger."""


class ScopeMiddleware:
    """Downloader middleware: drops what is out of scope before robots.txt is asked, redirect targets included.

    The spider says by `wants(url)` which sites the run is for.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ScopeMiddleware:
        """Scrapy's way to make one."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise OutOfScope with the reason for the ledger."""
        refusal = GuardedResolver.policy.refusal(request.url)
        if refusal:
            raise OutOfScope(f"refused: {refusal}")
        spider: Any = self.crawler.spider
        if request.meta.get("robots"):
            return  # RFC 9309, section 2.3.1.2: redirects of robots.txt are followed to other hosts, too
        if request.meta.get(PART_OF_PAGE):
            return
        if spider is not None and hasattr(spider, "wants") and not spider.wants(request.url):
            told = "redirects off-site" if request.meta.get("redirect_urls") else "off-site"
            raise OutOfScope(f"{told}: {request.url}")
