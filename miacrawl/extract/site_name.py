"""The name that a site gives itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from miacrawl.extract.headline import words
from miacrawl.page import Page, ld_text, ld_types
from miacrawl.strategy import Strategy, json_ld, meta

_MAX = 80


def _website(page: Page) -> str | None:
    for kind in ("WebSite", "Organization", "NewsMediaOrganization"):
        for node in page.json_ld:
            if kind in ld_types(node) and (name := ld_text(node.get("name"))) and len(name) <= _MAX:
                return name
    return None


def _plain(strategy: Strategy[str]) -> Strategy[str]:
    """`strategy`, but for answers that are an address or a handle or too long for a name."""

    def read(page: Page) -> str | None:
        text = strategy.read(page)
        return text if text and len(text) <= _MAX and "://" not in text and not text.startswith("@") else None

    return Strategy(strategy.source, read)


SITE_NAME: tuple[Strategy[str], ...] = (
    _plain(meta("og:site_name")),
    _plain(json_ld("publisher", "name")),
    Strategy("json-ld:website.name", _website),
    _plain(meta("application-name")),
    _plain(meta("apple-mobile-web-app-title")),
    _plain(meta("dc.publisher")),
)
"""Sources of the site's name."""


def site_words(page: Page) -> frozenset[str]:
    """Every name of the site, in lower-case letters and digits only: to tell it from a headline."""
    names = [strategy.read(page) or "" for strategy in SITE_NAME]
    try:
        host = (urlsplit(page.url).hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    names += [host, host.rpartition(".")[0], *host.split(".")]
    return frozenset(joined for name in names if len(joined := "".join(words(name))) > 1)
