"""A few pages, one after the other, as a crawl would fetch them: what comes next is decided by what came before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from miacrawl.errors import ConfigError, PrivateAddressError
from miacrawl.fetch.address import AddressPolicy
from miacrawl.fetch.agent import add_contact
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


class Plan(Protocol):
    """Says which page to fetch next, and is told what became of each."""

    def next(self) -> str | None:
        """The next address; None ends it."""

    def tell(self, url: str, outcome: Fetched | str) -> None:
        """What came of `url`: the page, or the reason in words why it could not be had."""


class _Planned(Spider):
    name = "planned"

    def __init__(self, plan: Plan, wants: Callable[[str], bool], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self.wants = wants
        self.asked = ""

    async def start(self) -> AsyncIterator[Request]:
        for request in self._next():
            yield request

    def _next(self) -> Iterator[Request]:
        url = self.plan.next()
        if url is not None:
            self.asked = url
            yield Request(url, self.parse, errback=self.failed, dont_filter=True)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Request]:
        if response.status >= 300:
            self.plan.tell(self.asked, status_in_words(response.status))
        else:
            kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
            self.plan.tell(self.asked, Fetched(response.url, kind, response.body))
        yield from self._next()

    def failed(self, failure: Failure) -> Iterator[Request]:
        refused = GuardedResolver.refused.get(urlsplit(self.asked).hostname or "")
        self.plan.tell(self.asked, refused or in_words(failure.value or RuntimeError("no reason given")))
        yield from self._next()


def fetch_planned(
    plan: Plan, opened: Iterable[str], *, allow_private: bool, wants: Callable[[str], bool] = lambda url: True
) -> None:
    """Fetch what `plan` says, page by page. Once a process: Twisted's reactor can't be started twice.

    `opened`: the addresses that the user named, whose hosts `allow_private` opens; `wants`: which addresses may be
    fetched, redirects included. Raises PrivateAddressError where one of `opened` is private and that is not allowed,
    ConfigError where it is no address.
    """
    named = tuple(opened)
    for url in named:
        try:
            refusal = AddressPolicy().refusal(url)
        except ValueError as error:
            raise ConfigError(f"{url} is no address: {error}; write it as https://example.org/a-story") from error
        if refusal and not allow_private:
            raise PrivateAddressError(f"{url} is refused: {refusal}; to read from your own machine add --allow-private")
    GuardedResolver.policy = AddressPolicy.opening(named) if allow_private else AddressPolicy()
    settings = Settings()
    settings.setmodule("miacrawl.settings", priority="project")
    plain = {
        "SCHEDULER": "scrapy.core.scheduler.Scheduler",
        "ITEM_PIPELINES": {},
        "LOG_ENABLED": False,
        "RETRY_ENABLED": True,
        "RETRY_TIMES": 1,
    }
    settings.setdict(plain, priority="cmdline")
    add_contact(settings)
    process = AsyncCrawlerProcess(settings)
    process.crawl(_Planned, plan=plan, wants=wants)
    process.start()


class _All:
    """The plan to fetch each of some pages."""

    def __init__(self, urls: Iterable[str]) -> None:
        self.due = list(dict.fromkeys(urls))
        self.outcomes: dict[str, Fetched | str] = dict.fromkeys(self.due, "no answer")

    def next(self) -> str | None:
        return self.due.pop(0) if self.due else None

    def tell(self, url: str, outcome: Fetched | str) -> None:
        self.outcomes[url] = outcome


def fetch_all(urls: Iterable[str], *, allow_private: bool) -> list[tuple[str, Fetched | str]]:
    """Fetch each of `urls`: the page, or the reason in words why it could not be had. Raises as `fetch_planned`."""
    plan = _All(urls)
    fetch_planned(plan, plan.due, allow_private=allow_private)
    return list(plan.outcomes.items())
