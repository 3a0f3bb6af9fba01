"""Stored captures read again: the page as it came, and the article that today's rules find in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from miacrawl.article import Article
from miacrawl.errors import StorageError
from miacrawl.page import Page
from miacrawl.sites import profile_on
from miacrawl.store.capture_rows import body_holder, place_of
from miacrawl.warc.coding import MAX_BYTES
from miacrawl.warc.reading import Stored, read


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page out of a capture. `body`: with content codings undone; `rendered`: a browser made it."""

    url: str
    fetched_at: str
    content_type: str
    body: bytes
    rendered: bool
    headers: tuple[tuple[str, str], ...]

    def article(self) -> Article:
        """What today's rules, and the site's profile as it held when the page was fetched, find in it."""
        # Loaded when there is a page to read: an update with nothing new goes without.
        from miacrawl.extract.extractor import read_page

        day = datetime.fromisoformat(self.fetched_at).date()
        found = read_page(Page(self.body, self.url, self.content_type or None), profile_on(self.url, day))
        return replace(found, flags=(*found.flags, "rendered")) if self.rendered else found


def page_in(db: Database, warcs: Path, capture_id: int) -> StoredPage:
    """The page of a capture; of a revisit, with the body of the capture that it points to.

    Raises StorageError where a record is missing, damaged, or no page.
    """
    stored = stored_in(db, warcs, capture_id)
    holder = body_holder(db, capture_id)
    bodied = stored if holder == capture_id else stored_in(db, warcs, holder)
    return stored_page(stored, bodied)


def stored_page(stored: Stored, bodied: Stored, max_bytes: int = MAX_BYTES) -> StoredPage:
    """The page of a record, with the body of another where it is a revisit; `max_bytes`: of it when unpacked.

    How the body is to be read is what came with the answer; a 304 answer leaves that to the one that it speaks of.
    Raises StorageError where there is no body, or none that can be unpacked.
    """
    if bodied.kind == "revisit":
        raise StorageError(f"{stored.url} of {stored.date} says that its page is that of an earlier one, which is lost")
    told = bodied if stored.status == 304 else replace(stored, body=bodied.body)
    kind = told.header("Content-Type") if told.status is not None else told.warc.get("Content-Type")
    body, rendered = told.content(max_bytes), stored.kind == "conversion"
    return StoredPage(stored.url, stored.date, kind or "", body, rendered, told.headers)


def stored_in(db: Database, warcs: Path, capture_id: int) -> Stored:
    """The record of a capture. Raises StorageError."""
    place = place_of(db, capture_id)
    if place is None:
        raise StorageError(f"there is no capture {capture_id}")
    return read(warcs, place)
