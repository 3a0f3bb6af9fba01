"""Where a command reads a page from: a file, standard input, or an address."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from miacrawl.errors import ConfigError


@dataclass(frozen=True, slots=True)
class PageSource:
    """A page's bytes, the address it was read from, and the Content-Type header where there was one."""

    html: bytes
    url: str
    content_type: str | None = None


def read_source(source: str, url: str | None, *, allow_private: bool) -> PageSource:
    """The page in a file, on standard input ("-") or at an address, which is fetched politely.

    `url` is the address to take it for. Raises ConfigError saying why it can't be had.
    """
    if source.startswith(("http://", "https://")):
        from miacrawl.fetch.single import fetch_page

        page = fetch_page(source, allow_private=allow_private)
        return PageSource(page.body, url or page.url, page.content_type)
    if source == "-":
        return PageSource(sys.stdin.buffer.read(), url or "about:blank")
    path = Path(source)
    try:
        return PageSource(path.read_bytes(), url or path.absolute().as_uri())
    except (OSError, ValueError) as error:
        told = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(f"{source} can't be read ({told}); give a file, '-' or an http(s) address") from error
