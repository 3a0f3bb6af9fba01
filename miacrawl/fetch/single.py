"""One page, fetched as a crawl would: robots.txt obeyed, private addresses refused, honest user agent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from miacrawl.errors import ConfigError, PrivateAddressError
from miacrawl.fetch.address import AddressPolicy
from miacrawl.fetch.failure import in_words, status_in_words
from miacrawl.fetch.resolver import GuardedResolver

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came: final address, Content-Type header, decompressed body."""

    url: str
    content_type: str
    body: bytes


class _SinglePage(Spider):
    name = "single"

    def __init__(self, url: str, into: list[Fetched | str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url = url
        self.into = into

    async def start(self) -> AsyncIterator[Request]:
        yield Request(self.url, self.parse, errback=self.failed, dont_filter=True)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Any]:
        if response.status >= 300:
            self.into.append(status_in_words(response.status))
        else:
            kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
            self.into.append(Fetched(response.url, kind, response.body))
        return iter(())

    def failed(self, failure: Failure) -> None:
        self.into.append(in_words(failure.value or RuntimeError("no reason given")))


def fetch_page(url: str, *, allow_private: bool = False) -> Fetched:
    """Fetch one page. Once a process: Twisted's reactor can't be started twice.

    Raises PrivateAddressError, or ConfigError saying why the page could not be had.
    """
    refusal = AddressPolicy().refusal(url)
    if refusal and not allow_private:
        raise PrivateAddressError(f"{url} is refused: {refusal}; to read from your own machine add --allow-private")
    GuardedResolver.policy = AddressPolicy.opening([url]) if allow_private else AddressPolicy()
    settings = Settings()
    settings.setmodule("miacrawl.settings", priority="project")
    plain = {
        "SCHEDULER": "scrapy.core.scheduler.Scheduler",
        "ITEM_PIPELINES": {},
        "LOG_ENABLED": False,
        "RETRY_TIMES": 1,
    }
    settings.setdict(plain, priority="cmdline")
    into: list[Fetched | str] = []
    process = AsyncCrawlerProcess(settings)
    process.crawl(_SinglePage, url=url, into=into)
    process.start()
    outcome = into[0] if into else "no answer"
    if isinstance(outcome, str):
        raise ConfigError(f"{url} could not be had: {outcome}")
    return outcome
