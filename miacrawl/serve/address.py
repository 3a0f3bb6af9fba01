"""Addresses of pages that have a name in them: of sites and authors, whatever these are made of."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote, urlencode

MAX_NAME = 1000
"""Characters of a name that is looked for; longer ones are nobody's."""
_STEPS = (".", "..")
"""Browsers take these for steps in a path, however they are written."""


def site_path(datasette: Any, site: str, rest: str = "") -> str:
    """The page of `site`, or one below it: `rest` begins with a slash."""
    return str(datasette.urls.path(f"/site/{_quoted(site)}{rest}"))


def author_path(datasette: Any, name: str) -> str:
    """The page of an author."""
    if name in _STEPS:
        return str(datasette.urls.path("/search")) + "?" + urlencode({"author": name})
    return str(datasette.urls.path(f"/author/{_quoted(name)}"))


def named(request: Any, part: str) -> str:
    """The name that the path has at `part`, as it is written in the archive."""
    return unquote(request.url_vars[part], errors="replace")[: MAX_NAME + 1]


def number_of(written: str | None, most: int) -> int:
    """A page's number from 1 to `most`; 1 for what is none."""
    text = written or ""
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _quoted(name: str) -> str:
    return quote(name, safe=":", errors="replace")
