"""What is peculiar to one site: a `Site` is a value, every part of it optional."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from lxml.etree import _Element

from miacrawl.page import urlsplit_path
from miacrawl.strategy import Strategy
from miacrawl.urls import site_of

FIELDS = ("title", "blurb", "section", "read_time", "published", "authors", "body", "related")
"""The fields for which a profile can have strategies of its own."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site profile: what generic extraction and discovery cannot know.

    * `key`: short name for the command line and Scrapy ("miafeed").
    * `hosts`: host names without "www.", with their port where it is unusual; the first is the main one.
    * `start`: pages to start from.
    * `article`, `listing`: regular expressions, matched against the whole path of a URL without a slash at its end;
      None means unknown.
    * `title` … `authors`: strategies tried before the generic chain of that field; `authors` gives the texts in which
      the names are.
    * `body`: strategies for the elements that hold the article's text and nothing above or below it.
    * `related`: strategies for the elements that hold the related links.
    * `origin`: where the profile came from, in words: a file's name, or "built-in"; `digest`: of what it says.
    """

    key: str
    name: str
    hosts: tuple[str, ...]
    start: tuple[str, ...] = ()
    article: re.Pattern[str] | None = None
    listing: re.Pattern[str] | None = None
    title: tuple[Strategy[str], ...] = ()
    blurb: tuple[Strategy[str], ...] = ()
    section: tuple[Strategy[str], ...] = ()
    read_time: tuple[Strategy[str], ...] = ()
    published: tuple[Strategy[str], ...] = ()
    authors: tuple[Strategy[tuple[str, ...]], ...] = ()
    body: tuple[Strategy[tuple[_Element, ...]], ...] = ()
    related: tuple[Strategy[tuple[_Element, ...]], ...] = ()
    origin: str = "built-in"
    digest: str = ""

    def on(self, day: date) -> Site:
        """The profile as it holds for pages of `day`: strategies of another time left out."""
        held: dict[str, Any] = {name: tuple(rule for rule in getattr(self, name) if rule.holds(day)) for name in FIELDS}
        return replace(self, **held)

    def owns(self, url: str) -> bool:
        """Whether `url` is on one of this site's hosts (with or without "www.")."""
        return not self.hosts_of(url).isdisjoint(self.hosts)

    @staticmethod
    def hosts_of(url: str) -> frozenset[str]:
        """The names under which a profile may own `url`: its host, and its host with its port."""
        try:
            return frozenset({(urlsplit(url).hostname or "").removeprefix("www."), site_of(url)}) - {""}
        except ValueError:
            return frozenset()

    def is_article(self, url: str) -> bool | None:
        """True or False where the profile knows, None where it does not."""
        return None if self.article is None else bool(self.article.fullmatch(urlsplit_path(url)))

    def is_listing(self, url: str) -> bool | None:
        """True or False where the profile knows, None where it does not."""
        return None if self.listing is None else bool(self.listing.fullmatch(urlsplit_path(url)))
