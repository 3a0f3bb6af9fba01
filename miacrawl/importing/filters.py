"""Which records of an import are wanted: by host, time, address, kind and language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from miacrawl.importing.piece import Piece, moment
from miacrawl.store.clock import written
from miacrawl.visit import Visit
from miacrawl.warc.foreign import Raw

HTML = ("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml")


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty ones let everything through.

    `hosts`: with what is below them; `since`, `until`: of the capture, as the archive writes time, `until` left out;
    `languages`: BCP 47, of the article that was found, "en" for all of it; `kinds`: media types, "text/*" for a family.
    """

    hosts: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = HTML
    url: re.Pattern[str] | None = None

    def why_not(self, url: str, raw: Raw) -> str | None:
        """Why a record is not wanted, by its headers, or None."""
        host = (urlsplit(url).hostname or "").rstrip(".")
        if self.hosts and not any(host == wanted or host.endswith(f".{wanted}") for wanted in self.hosts):
            return "another host"
        if self.url is not None and not self.url.search(url):
            return "another address (--url)"
        at = moment(raw.headers.get("WARC-Date", "")) if self.since or self.until else None
        if at is not None and (written(at) < self.since or (self.until and written(at) >= self.until)):
            return "another time"
        return None

    def why_not_kind(self, bodied: Piece) -> str | None:
        """Why an answer with a body is not wanted, by its kind, or None. An error may have any."""
        stated = (bodied.stored.header("Content-Type") or "").partition(";")[0].strip().lower()
        status = bodied.stored.status or 0
        if not 200 <= status < 300 or (not stated and b"<html" in bodied.stored.body[:2048].lower()):
            return None
        for kind in self.kinds:
            if kind in ("*", "*/*", stated) or (kind.endswith("/*") and stated.startswith(kind[:-1])):
                return None
        return "another kind than a web page" if self.kinds == HTML else "another kind (--mime)"

    def why_not_language(self, visit: Visit) -> str | None:
        """Why what was read is not wanted, by its language, or None."""
        if not self.languages:
            return None
        if visit.article is None:
            return "no article, so of no language (--language)"
        told = (visit.article.language or "").lower()
        if any(told == wanted or told.startswith(f"{wanted}-") for wanted in self.languages):
            return None
        return "another language"
