"""What is peculiar to one site: a `Site` is a value, every part of it optional."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from miacrawl.strategy import Strategy


@dataclass(frozen=True, slots=True)
class Site:
    """A site profile: what generic extraction and discovery cannot know.

    * `key`: short name for the command line and Scrapy ("miafeed").
    * `hosts`: host names without "www."; the first is the main one.
    * `start`: pages to start from.
    * `article`, `listing`: regular expressions, matched against the whole path of a URL; None means unknown.
    * `title` … `section`: strategies tried before the generic chain of that field.
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

    def owns(self, url: str) -> bool:
        """Whether `url` is on one of this site's hosts (with or without "www.")."""
        try:
            return (urlsplit(url).hostname or "").removeprefix("www.") in self.hosts
        except ValueError:
            return False

    def is_article(self, url: str) -> bool | None:
        """True or False where the profile knows, None where it does not."""
        return None if self.article is None else bool(self.article.fullmatch(urlsplit(url).path.rstrip("/")))

    def is_listing(self, url: str) -> bool | None:
        """True or False where the profile knows, None where it does not."""
        return None if self.listing is None else bool(self.listing.fullmatch(urlsplit(url).path.rstrip("/")))
