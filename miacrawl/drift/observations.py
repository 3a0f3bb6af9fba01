"""What a run has seen of each site, counted as it goes: `Observations`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from miacrawl.article import Article
from miacrawl.drift.tally import Tally, links_bin, words_bin
from miacrawl.drift.traits import FIELDS, Traits
from miacrawl.visit import LIKELY_ARTICLE, Visit

Cohort = Literal["first", "new", "old", "again"]
"""What is compared with its like only.

* first: read when the site had never been visited to the end: its whole past.
* new: articles, and addresses likely to be articles, that came since.
* old: articles that came since, and were published long before: a newly found part of the site's past.
* again: articles read again; each is compared with what it was itself.
"""
PAGE, BODY_WORDS, RELATED_COUNT, RULE_OF = "page", "body_words", "related_count", "rule of "
JUNK = ("soft-404", "consent-wall", "empty-shell")
"""Flags of pages that stand where an article should."""
_OLD = timedelta(days=60)


@dataclass(slots=True)
class Observations:
    """Tallies by site, cohort and measure. `first`: sites that were never visited to the end before this run.

    Memory is bounded by the number of sites: some fifty tallies each, of some sixty labels at most.
    """

    first: Collection[str] = ()
    tallies: dict[tuple[str, Cohort, str], Tally] = field(default_factory=dict)

    def see(self, visit: Visit, outcome: str, before: Traits | None = None) -> None:
        """Count a visit. `outcome`: as `Session.record` returns it; `before`: the article as it was, where known."""
        if visit.state == "pending":  # to be tried again: what becomes of it will be seen then
            return
        known = visit.entry.state == "archived"
        if known or (visit.entry.state == "pending" and visit.entry.priority >= LIKELY_ARTICLE):
            self._see_page(visit, outcome, "again" if known else self._cohort(visit.entry.site))
        if visit.article is None:
            return
        if outcome == "new":
            self._see_new(visit, visit.article)
        elif known and before is not None and outcome in ("changed", "unchanged"):
            self._see_again(visit, before, Traits.of(visit.article))

    def _see_page(self, visit: Visit, outcome: str, cohort: Cohort) -> None:
        verdict = verdict_of(visit, outcome)
        if visit.entry.kind == "page" and verdict is not None:
            self._add(visit, cohort, PAGE, verdict)

    def _see_new(self, visit: Visit, article: Article) -> None:
        cohort, traits = self._cohort(visit.entry.site, article.published), Traits.of(article)
        for name in FIELDS:
            self._add(visit, cohort, name, "yes" if name in traits.has else "no")
        for name, rule in traits.rules.items():
            self._add(visit, cohort, RULE_OF + name, rule)
        self._add(visit, cohort, BODY_WORDS, words_bin(traits.words))
        self._add(visit, cohort, RELATED_COUNT, links_bin(traits.related))

    def _see_again(self, visit: Visit, before: Traits, now: Traits) -> None:
        for name in FIELDS:
            if name in before.has:
                self._add(visit, "again", name, "yes" if name in now.has else "no")
        self._add(visit, "again", BODY_WORDS, "yes" if now.words * 2 >= before.words else "no")

    def _cohort(self, site: str, published: datetime | date | None = None) -> Cohort:
        if site in self.first:
            return "first"
        return "old" if published is not None and _is_old(published) else "new"

    def _add(self, visit: Visit, cohort: Cohort, measure: str, label: str) -> None:
        key = (visit.entry.site, cohort, measure)
        self.tallies.setdefault(key, Tally()).add(label, visit.final_url or visit.entry.url)


def verdict_of(visit: Visit, outcome: str) -> str | None:
    """What a visit found where an article was to be expected; None where that says nothing of the site.

    "article", "duplicate" (known by another address), "soft-404", "consent-wall", "empty-shell", "no article", "gone",
    "failed".
    """
    if visit.not_modified:
        return "article"
    if visit.state in ("gone", "failed"):
        return visit.state
    flags = visit.article.flags if visit.article is not None else visit.flags
    if junk := next((flag for flag in JUNK if flag in flags), None):
        return junk
    if visit.state == "archived":
        return "duplicate" if outcome == "alias" and visit.entry.state != "archived" else "article"
    # Without flags no page was read: off-site, forbidden, a PDF, or its owner's wish.
    return "no article" if visit.state == "skipped" and visit.flags else None


def _is_old(published: datetime | date) -> bool:
    day = published.date() if isinstance(published, datetime) else published
    return day < (datetime.now(UTC) - _OLD).date()
