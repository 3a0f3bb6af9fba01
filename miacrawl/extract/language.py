"""The article's language, as a BCP 47 tag."""

from __future__ import annotations

import re
from collections.abc import Callable

from miacrawl.page import Page
from miacrawl.strategy import Strategy, find

_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?![A-Za-z\d])")


def language_tag(text: str | None) -> str | None:
    """`text` ("EN_us", "de", "zh-hant-TW; q=1") as a BCP 47 tag ("en-US", "de", "zh-Hant-TW"), or None."""
    match = _TAG.match((text or "").strip())
    if not match or match.group(1).lower() in ("und", "mul", "zxx"):
        return None
    language, script, region = match.groups()
    parts = [language.lower(), script and script.title(), region and region.upper()]
    return "-".join(part for part in parts if part)


def _tagged(source: str, read: Callable[[Page], str | None]) -> Strategy[str]:
    return Strategy(source, lambda page: language_tag(read(page)))


def _root(page: Page) -> str | None:
    root = page.root
    names = ("lang", "xml:lang", "{http://www.w3.org/XML/1998/namespace}lang")
    return next((tag for name in names if (tag := root.get(name))), None)


LANGUAGE: tuple[Strategy[str], ...] = (
    _tagged("html:lang", _root),
    _tagged("json-ld:inLanguage", lambda page: page.article_ld_text("inLanguage")),
    _tagged("meta:content-language", lambda page: page.meta_first("content-language")),
    _tagged("meta:og:locale", lambda page: page.meta_first("og:locale")),
    _tagged("meta:dc.language", lambda page: page.meta_first("dc.language")),
    _tagged("meta:language", lambda page: page.meta_first("language")),
)
"""Sources of the language: the document's own tag first, then its metadata."""


def language_of(page: Page) -> str | None:
    """The page's language tag by `LANGUAGE`: what other fields read names of months by."""
    found = find(page, LANGUAGE)
    return found.value if found else None
