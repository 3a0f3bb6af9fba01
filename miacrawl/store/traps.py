"""Traps: endless families of addresses, as of a calendar, that lead to no article. A run tries some hundreds.

Addresses are counted by their pattern ("/calendar/N/N") and by their folder ("/calendar/W"). Sites' archives by month
or page look the same, but lead to articles: so what a page leads to counts, and only what its fellows didn't lead to.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Self

from sqlite_utils import Database

from miacrawl.store.clock import now
from miacrawl.urls import path_pattern, site_of
from miacrawl.visit import Discovery, Entry

_PATTERNS_KEPT = 20_000
"""Families in memory; what was met longest ago is forgotten. A trap is met all the time."""
_SEEN_KEPT = 4_096
_NOTHING: frozenset[Any] = frozenset()
"""One for all: each empty set made anew would be an object more."""
_LEADS_KEPT = 16
_TRIED = 20
"""So many pages tell whether a family that was led to has articles."""
_FRESH_SHARE = 0.1
_ARTICLES_ASKED = 5_000
_FOLDER_FACTOR = 5
"""A folder holds more kinds of pages than a pattern, so more of them are tried."""
_VOUCHED_FOR = frozenset({"start", "sitemap", "feed", "canonical"})
"""Somebody says that these are pages of their own right."""


@dataclass(slots=True)
class _Family:
    """What became of the pages of one pattern since it was last judged."""

    visits: int = 0
    fresh: int = 0
    """Visits that led to an archived article that no fellow led to; not counted on once there are articles."""
    copies: int = 0
    """Visits that showed the text of an article known by another address."""
    articles: int = 0
    leads: frozenset[str] = _NOTHING
    seen: frozenset[int] = _NOTHING

    def lead_to(self, archived: set[int], patterns: set[str]) -> None:
        """Note what a page leads to. A family that has articles is no trap: nothing of it is kept.

        Most families are that of a single article: what is kept for each is kept for every page of a site.
        """
        if self.articles:
            self.leads = self.seen = _NOTHING
            return
        unseen = archived - self.seen
        self.fresh += bool(unseen)
        if unseen and len(self.seen) < _SEEN_KEPT:
            self.seen |= unseen
        if patterns and len(self.leads) <= _LEADS_KEPT:
            self.leads |= patterns


@dataclass(slots=True)
class Traps:
    """The traps on the sites of one run. `limit`: pages of a pattern that are tried; 0: as many as there are."""

    db: Database
    run_id: int
    limit: int = 0
    known: dict[tuple[str, str], int] = field(default_factory=dict)
    _families: OrderedDict[tuple[str, str], _Family] = field(default_factory=OrderedDict)

    def open(self, limit: int) -> Self:
        """Begin with the traps that earlier runs found; those that a higher limit would not have shown are tried."""
        self.limit = limit
        if limit:
            found = self.db.execute("SELECT site, pattern, visits FROM traps").fetchall()
            self.known = {(site, pattern): visits for site, pattern, visits in found if visits >= limit}
        return self

    def why(self, url: str, source: str) -> str | None:
        """Reason in words why `url` is not worth a visit, or None. `source`: how it was discovered."""
        if not self.known or source in _VOUCHED_FOR:
            return None
        site = site_of(url)
        for pattern in families_of(url):
            if (site, pattern) in self.known:
                visits = self.known[site, pattern]
                return f"looks like a trap: {visits} pages like {pattern} led to nothing new (MIACRAWL_TRAP_LIMIT)"
        return None

    def digest(self) -> str:
        """Equal where the same addresses are taken for traps."""
        known = json.dumps(sorted(self.known)).encode()
        return f"{self.limit}-{hashlib.sha256(known).hexdigest()[:8]}"

    def judged(self, found: Discovery) -> str | None:
        """Reason why an address found is not wanted, or None."""
        if found.unwanted is not None or found.kind in ("feed", "sitemap"):
            return found.unwanted
        return self.why(found.url, found.source)

    def count(self, entry: Entry, leads: Leads, *, is_article: bool, is_copy: bool) -> None:
        """Note that a page was seen; judge its family where enough of it was seen for the first time.

        The caller holds the transaction.
        """
        if not self.limit or entry.kind in ("feed", "sitemap"):
            return
        if is_article:
            self._lift(entry)
        if entry.state != "pending":
            return
        limits = (self.limit, self.limit * _FOLDER_FACTOR)
        for pattern, patterns, limit in zip(
            families_of(entry.url), (leads.patterns, leads.folders), limits, strict=True
        ):
            family = self._family(entry.site, pattern)
            family.visits += 1
            family.articles += is_article
            family.copies += is_copy
            family.lead_to(leads.archived, patterns - {pattern})
            if family.visits >= limit:
                self._judge(entry.site, pattern, family)

    def _lift(self, entry: Entry) -> None:
        """An article is no page of a trap, also where it took the place of a page that was none."""
        for pattern in families_of(entry.url):
            if self.known.pop((entry.site, pattern), None) is not None:
                self.db.execute("DELETE FROM traps WHERE site = ? AND pattern = ?", [entry.site, pattern])

    def _judge(self, site: str, pattern: str, family: _Family) -> None:
        copied = family.copies > (1 - _FRESH_SHARE) * family.visits
        barren = family.fresh < _FRESH_SHARE * family.visits and not self._promises(site, family)
        if copied or (barren and not self._has_articles(site, pattern)):
            self.known[site, pattern] = family.visits
            self.db.execute(
                "INSERT OR REPLACE INTO traps (site, pattern, visits, found_at, run_id) VALUES (?, ?, ?, ?, ?)",
                [site, pattern, family.visits, now(), self.run_id],
            )
        family.visits, family.fresh, family.copies, family.leads = 0, 0, 0, _NOTHING

    def _has_articles(self, site: str, pattern: str) -> bool:
        """Whether an archived article's address is of the family: then it is no trap, whatever it shows now."""
        folder = site + re.split(r"[NXW]", pattern.partition("?")[0])[0].rpartition("/")[0] + "/"
        found = self.db.execute(
            "SELECT url FROM articles WHERE url_key >= ? AND url_key < ? LIMIT ?",
            [folder, folder[:-1] + chr(ord("/") + 1), _ARTICLES_ASKED],
        )
        return any(pattern in families_of(url) for (url,) in found)

    def _promises(self, site: str, family: _Family) -> bool:
        """Whether pages that the family leads to give articles, or are too many or too new to say."""
        if family.articles or len(family.leads) > _LEADS_KEPT:
            return True
        for pattern in family.leads:
            other = self._families.get((site, pattern))
            if (site, pattern) not in self.known and (other is None or other.articles or other.visits < _TRIED):
                return True
        return False

    def _family(self, site: str, pattern: str) -> _Family:
        family = self._families.setdefault((site, pattern), _Family())
        self._families.move_to_end((site, pattern))
        if len(self._families) > _PATTERNS_KEPT:
            self._families.popitem(last=False)
        return family


@dataclass(slots=True)
class Leads:
    """What one page leads to: rows of articles archived before; patterns and folders of addresses that nobody knew."""

    archived: set[int] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)

    def add_known(self, row_id: int, state: str) -> None:
        """An address that stood in the ledger."""
        if state == "archived" and len(self.archived) < _SEEN_KEPT:
            self.archived.add(row_id)

    def add_new(self, url: str) -> None:
        """The address of a page that was new and is wanted."""
        pattern, folder = families_of(url)
        if len(self.patterns) <= _LEADS_KEPT:
            self.patterns.add(pattern)
        if len(self.folders) <= _LEADS_KEPT:
            self.folders.add(folder)


def families_of(url: str) -> tuple[str, str]:
    """The pattern of an address, and that of its folder: "/calendar/N?view=W", "/calendar/W"."""
    pattern = path_pattern(url)
    return pattern, f"{pattern.partition('?')[0].rpartition('/')[0]}/W"
