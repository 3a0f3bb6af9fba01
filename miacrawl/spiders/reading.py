"""From an answer to a `Visit`: what the page is, what it gives, and what it leads to. No network, no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from miacrawl.article import Article
from miacrawl.discover.feeds import is_feed, parse_feed
from miacrawl.discover.listings import announced_feeds, announced_sitemaps, listing_links
from miacrawl.discover.sitemaps import is_sitemap, parse_sitemap
from miacrawl.fetch.failure import status_in_words
from miacrawl.page import Page
from miacrawl.sites import profile_for, profile_on
from miacrawl.spiders.discovering import Discoverer, is_home
from miacrawl.spiders.wishes import HEADERS, Wishes
from miacrawl.urls import key_of, looks_like_next_page
from miacrawl.visit import NO_VALIDATORS, Discovery, Entry, Kind, State, Validators, Visit

if TYPE_CHECKING:
    from scrapy.http import Response

MAX_VALIDATOR_LENGTH = 500
_HEADERS = ("Content-Type", "ETag", "Last-Modified")
_SHELL = "empty-shell"
_GONE = frozenset({404, 410})
_HTML = frozenset({"", "text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
_XML = frozenset({"application/xml", "text/xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_TEXT = frozenset({"text/plain", "application/octet-stream", "binary/octet-stream"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: final address, status, Content-Type header, body (transfer and content encodings undone).

    `robots_tags`: values of X-Robots-Tag; `wishes`: the other headers that say something on mining, by name.
    `rendered`: the body is what a browser made of the page; `missed`: what the page did not get then, in words.
    `day`: when it was fetched, for profiles whose rules held for a time; None for today.
    """

    url: str
    status: int
    content_type: str
    body: bytes
    validators: Validators = NO_VALIDATORS
    robots_tags: tuple[str, ...] = ()
    wishes: Mapping[str, str] = field(default_factory=dict)
    rendered: bool = False
    missed: str = ""
    day: date | None = None

    @classmethod
    def of(cls, response: Response) -> Answer:
        """What is read of Scrapy's response."""
        headers = response.headers
        text = {name: (headers.get(name) or b"").decode("latin-1") for name in _HEADERS}
        # A server repeats what it gave: bounded, so that it can't have us store and send back anything it likes.
        etag, modified = (
            value if len(value) <= MAX_VALIDATOR_LENGTH else "" for value in (text["ETag"], text["Last-Modified"])
        )
        validators = Validators(etag or None, modified or None)
        tags = tuple(value.decode("latin-1") for value in headers.getlist("X-Robots-Tag"))
        said = {name: value.decode("latin-1") for name in HEADERS if (value := headers.get(name))}
        return cls(response.url, response.status, text["Content-Type"], response.body, validators, tags, said)

    def as_rendered(self, url: str, html: str, missed: str) -> Answer:
        """The same answer with what a browser made of its page.

        What the server gave to ask by stands for the shell, which is the same whatever the page shows: it is left out.
        """
        return replace(
            self,
            url=url,
            body=html.encode("utf-8", "replace"),
            content_type="text/html; charset=utf-8",
            validators=NO_VALIDATORS,
            rendered=True,
            missed=missed,
        )

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters, in lower case."""
        return self.content_type.partition(";")[0].strip().lower()


def read(entry: Entry, answer: Answer, discoverer: Discoverer, wishes: Wishes) -> Visit:
    """What became of `entry`, judged by the answer to it."""
    if answer.status == 304 and entry.validators != NO_VALIDATORS:
        return Visit(entry, entry.state, None, answer.url, answer.status, not_modified=True)
    if not 200 <= answer.status < 300:
        return _read_error(entry, answer)
    visit = _read_content(entry, answer, discoverer, wishes)
    if visit.is_shell:
        return visit  # read in full the next time: the site may be rendered then
    # Where a redirect led to another page, what it is known by is not what this address is to be asked by.
    return replace(visit, validators=answer.validators) if key_of(answer.url) == entry.url_key else visit


def _read_error(entry: Entry, answer: Answer) -> Visit:
    state: State = "gone" if answer.status in _GONE else "failed"
    if entry.source == "guess" and 400 <= answer.status < 500 and answer.status != 429:
        return Visit(entry, "skipped", "none there", answer.url, answer.status)
    return Visit(entry, state, status_in_words(answer.status), answer.url, answer.status)


def _read_content(entry: Entry, answer: Answer, discoverer: Discoverer, wishes: Wishes) -> Visit:
    kind = kind_of(entry, answer)
    if kind == "listing" and entry.kind == "page" and entry.source != "start" and not is_home(entry.url):
        # For now it may be: what is not public yet, or asks to sign in, often leads there.
        return Visit(entry, "skipped", "redirects to the home page", answer.url, answer.status)
    if kind in ("sitemap", "feed"):
        return _read_file(entry, answer, kind, discoverer)
    if kind is None:
        told = answer.media_type or "its content says so"
        return Visit(entry, "skipped", f"not a web page ({told})", answer.url, answer.status)
    return _read_page(entry, answer, kind, discoverer, wishes)


def kind_of(entry: Entry, answer: Answer) -> Kind | None:
    """What the answer holds, by its content before its label: a mislabelled feed is a feed. None: no web page."""
    head = answer.body[:1024].lstrip().lower()
    if answer.body.startswith(b"\x1f\x8b") or head.startswith(
        (b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex")
    ):
        if is_sitemap(answer.body):
            return "sitemap"
        if is_feed(answer.body):
            return "feed"
    if entry.kind == "sitemap" and answer.media_type in _TEXT:
        return "sitemap"
    page: Kind = "listing" if entry.kind == "listing" or is_home(answer.url) else "page"
    if entry.kind in ("sitemap", "feed") or b"\x00" in head or head.startswith(b"%pdf"):
        return None
    if answer.media_type in _HTML or (answer.media_type in _XML | _TEXT and b"<html" in head):
        return page
    return None


def _read_file(entry: Entry, answer: Answer, kind: Kind, discoverer: Discoverer) -> Visit:
    # A generator: a sitemap of 50,000 addresses is entered as it is read.
    found = (_in_sitemap if kind == "sitemap" else _in_feed)(entry, answer, discoverer)
    return Visit(entry, "followed", f"{kind}: its addresses were entered", answer.url, answer.status, None, found)


def _in_sitemap(entry: Entry, answer: Answer, discoverer: Discoverer) -> Iterator[Discovery]:
    for item in parse_sitemap(answer.body, answer.url):
        if item.is_sitemap:
            nested = discoverer.file(item.url, "sitemap", "sitemap", answer.url, entry.depth + 1)
            yield replace(nested, lastmod=item.changed)
        else:
            yield discoverer.page(item.url, "sitemap", answer.url, entry.depth + 1, lastmod=item.changed)


def _in_feed(entry: Entry, answer: Answer, discoverer: Discoverer) -> Iterator[Discovery]:
    for post in parse_feed(answer.body, answer.url):
        yield discoverer.page(post.url, "feed", answer.url, entry.depth + 1, lastmod=post.updated)


def _read_page(entry: Entry, answer: Answer, kind: Kind, discoverer: Discoverer, wishes: Wishes) -> Visit:
    if not answer.body.strip():
        return Visit(entry, "failed", "an empty answer", answer.url, answer.status)
    # Loaded when there is a page to read: an update with nothing new goes without.
    from miacrawl.extract.extractor import read_page

    page = Page(answer.body, answer.url, answer.content_type)
    missing: str | None = None
    is_shell = withheld = False
    flags: tuple[str, ...] = ()
    if kind == "page":
        article = read_page(page, profile_on(page.url, answer.day))
        is_shell = _SHELL in article.flags
        missing = why_no_article(article)
        flags = article.flags if missing else ()
        said = wishes.of(page, answer.robots_tags, answer.wishes)
        refusal = wishes.refusal(answer.url, said)
        withheld = refusal is not None
        missing = missing or refusal
        if missing is None:
            found = tuple(_related(entry, article, discoverer))
            kept = replace(article, flags=(*article.flags, "rendered")) if answer.rendered else article
            return Visit(entry, "archived", None, answer.url, answer.status, kept, found, directives=said)
        # Anew: extraction takes from a page what it has read.
        page = Page(answer.body, answer.url, answer.content_type)
    links = tuple(_links(entry, page, discoverer, in_list=kind == "listing"))
    if kind == "listing" and not links:
        is_shell = _SHELL in read_page(page, None).flags
    told = _shell_in_words(answer) if is_shell else missing or ""
    if kind == "listing":
        told = f"listing page: {told or 'its links were followed'}"
    elif links:
        told = f"{told}; its links were followed"
    state: State = "followed" if kind == "listing" else "skipped"
    visit = Visit(entry, state, told, answer.url, answer.status, None, links, is_shell=is_shell, flags=flags)
    return replace(visit, withheld=withheld)


def _shell_in_words(answer: Answer) -> str:
    if not answer.rendered:
        return "an empty shell that needs JavaScript"
    return "an empty shell that needs JavaScript, also when rendered" + (f": {answer.missed}" if answer.missed else "")


def why_no_article(article: Article) -> str | None:
    """Reason in words why a page is not archived as an article, or None where it is."""
    profile = profile_for(article.url)
    if profile is not None and profile.is_listing(article.url):
        return "a listing page, by its address"
    if _SHELL in article.flags:
        return "an empty shell that needs JavaScript"
    if "soft-404" in article.flags:
        return "says that the page was not found (soft 404)"
    if not article.is_article:
        return "not an article page"
    if not article.title:
        return "an article page without a title"
    if not article.body:
        return "an article page with an empty body"
    return None


def _related(entry: Entry, article: Article, discoverer: Discoverer) -> Iterator[Discovery]:
    for link in article.related:
        yield discoverer.page(link.url, "related", article.url, entry.depth + 1)


def _links(entry: Entry, page: Page, discoverer: Discoverer, *, in_list: bool) -> Iterator[Discovery]:
    depth = entry.depth + 1
    yield from _files(announced_feeds(page), "feed", page, depth, discoverer)
    yield from _files(announced_sitemaps(page), "sitemap", page, depth, discoverer)
    for url, is_next in listing_links(page):
        # What comes next after a page that is no list may as well be an article.
        next_page = is_next and (in_list or looks_like_next_page(url))
        yield discoverer.page(url, "listing", page.url, depth, next_page=next_page)


def _files(urls: Iterable[str], kind: Kind, page: Page, depth: int, discoverer: Discoverer) -> Iterator[Discovery]:
    for url in urls:
        yield discoverer.file(url, kind, "listing", page.url, depth)
