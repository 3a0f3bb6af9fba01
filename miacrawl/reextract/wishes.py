"""What a stored page, its headers and its host said on being archived and mined, for an article that is found in it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from sqlite_utils import Database

from miacrawl.directives import Directives
from miacrawl.page import Page
from miacrawl.spiders.wishes import HEADERS, Wishes
from miacrawl.store.hosts import known_reservations
from miacrawl.store.rereading import page_in


def directives_in(db: Database, warcs: Path, capture_id: int) -> Directives:
    """All that was said of the page of a capture. Raises StorageError where it can't be read."""
    stored = page_in(db, warcs, capture_id)
    headers = [(name.lower(), value) for name, value in stored.headers]
    tags = tuple(value for name, value in headers if name == "x-robots-tag")
    parts = urlsplit(stored.url)
    origin = f"{parts.scheme}://{parts.netloc}"
    wishes = Wishes()
    if (known := known_reservations(db, origin)) is not None:
        wishes.hosts[origin] = known
    page = Page(stored.body, stored.url, stored.content_type or None)
    return wishes.of(page, tags, {name: value for name, value in headers if name in HEADERS})
