"""What a user can't set, or not there: the reason and the way out, by name.

What keeps a crawl polite and safe is made of components that Scrapy finds by settings. They hold each other up: the
frontier asks the ledger, the resolver refuses private addresses at connect time, the scope middleware judges redirects.
So the settings that name one such component are fixed (`FIXED`), those that hold several are merged, key by key, and
our own keys in them can't be changed (components.py). This holds for miacrawl.yaml and for `-s` alike: it is there
against mistakes and copied snippets. Who wants a crawler without these parts has Scrapy itself: `scrapy crawl` with
a settings module of one's own.

The file is its owner's word all the same: it may name components and paths, so it is to be trusted like a program.
What opens private addresses must be said at each start, on the command line, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping

from miacrawl.config.known import scrapy_defaults

Place = str
"""Where a setting is given: "file", "environment" or "command line"."""

_ELSEWHERE: Mapping[str, str] = {
    "MIACRAWL_ARCHIVE": "the archive is named by the option --archive",
    "MIACRAWL_SITES": "what holds for one site stands in miacrawl.yaml, under 'sites'",
}
_COMMAND_LINE_ONLY: Mapping[str, str] = {
    "MIACRAWL_ALLOW_PRIVATE": "private addresses are opened for one start at a time; give --allow-private there",
}
_FIXED: Mapping[str, str] = {
    "SCHEDULER": "the frontier keeps every address's state in the archive",
    "TWISTED_DNS_RESOLVER": "the resolver refuses private addresses",
    "DNS_RESOLVER": "the resolver refuses private addresses",
    "DOWNLOADER": "the downloader keeps the delays",
    "RETRY_ENABLED": "the ledger keeps what is to be tried again, RETRY_TIMES times",
    "ROBOTSTXT_PARSER": "robots.txt is read by miacrawl itself",
    "ITEM_PROCESSOR": "the archive is written by an item pipeline",
    "SPIDER_MODULES": "the spiders are miacrawl's",
    "SPIDER_LOADER_CLASS": "the spiders are miacrawl's",
    "TELNETCONSOLE_ENABLED": "nobody controls a crawl from outside",
    "REMOTE_CONTROL_ENABLED": "nobody controls a crawl from outside",
    "TWISTED_REACTOR": "miacrawl runs on the asyncio reactor",
    "TWISTED_REACTOR_ENABLED": "miacrawl runs on the asyncio reactor",
    "FORCE_CRAWLER_PROCESS": "miacrawl starts Scrapy itself",
    "PLAYWRIGHT_ABORT_REQUEST": "it is the safety check on what a rendered page asks for",
}


def refusal(name: str, place: Place) -> str | None:
    """Reason in words why `name` can't be set at `place`, with what to do; None where it can."""
    if name in _ELSEWHERE:
        return f"can't be set here: {_ELSEWHERE[name]}"
    if name in _COMMAND_LINE_ONLY and place != "command line":
        return f"can't be set here: {_COMMAND_LINE_ONLY[name]}"
    if name in _FIXED:
        return f"can't be set: {_FIXED[name]}; leave it out"
    if name.endswith("_BASE") and name in scrapy_defaults():
        return f"can't be set: these are Scrapy's own parts; change them by {name.removesuffix('_BASE')}"
    return None
