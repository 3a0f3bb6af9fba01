"""Where a command reads pages from: files, standard input, or addresses."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
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


_SAVED = re.compile(r"(?P<file>.+?)=(?P<url>https?://.+)", re.S)


def sorted_sources(arguments: Iterable[str]) -> tuple[list[PageSource], list[str]]:
    """Pages saved in files (FILE, or FILE=URL), and the addresses among `arguments`.

    A file without URL is taken for what its page calls itself (canonical link). Raises ConfigError where a file
    can't be read or its page says no address.
    """
    saved: list[PageSource] = []
    urls: list[str] = []
    for argument in arguments:
        match = _SAVED.fullmatch(argument)
        if argument.startswith(("http://", "https://")):
            urls.append(argument)
        elif match:
            saved.append(read_source(match["file"], match["url"], allow_private=False))
        else:
            saved.append(_by_its_own_word(argument))
    return saved, urls


def _by_its_own_word(file: str) -> PageSource:
    from miacrawl.extract.canonical import CANONICAL
    from miacrawl.page import Page
    from miacrawl.strategy import find

    source = read_source(file, None, allow_private=False)
    canonical = find(Page(source.html, source.url), CANONICAL)
    if canonical is None:
        raise ConfigError(f"{file} does not say its address; give it, as in {file}=https://example.org/a-story")
    return PageSource(source.html, canonical.value)
