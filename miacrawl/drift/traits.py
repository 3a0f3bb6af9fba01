"""The `Traits` of an article: which fields it has, by which rules, and how long it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from miacrawl.article import Article

FIELDS: Mapping[str, str] = {
    "blurb": "a blurb",
    "published": "a date",
    "authors": "authors",
    "read_minutes": "a read time",
    "section": "a section",
    "image": "an image",
    "related": "related links",
}
"""The fields that are watched, in words. An article without a title or body is none, and counted as a page."""
RULED = ("title", "blurb", "published", "authors", "read_minutes", "section", "body", "related")
"""The fields whose rules are watched."""


@dataclass(frozen=True, slots=True)
class Traits:
    """`has`: names of FIELDS; `rules`: the rule that found each field; `words` of the body; number of `related`."""

    has: frozenset[str]
    rules: Mapping[str, str]
    words: int
    related: int

    @classmethod
    def of(cls, article: Article) -> Traits:
        """The traits of an article as extracted."""
        has = frozenset(name for name in FIELDS if getattr(article, name) not in (None, "", ()))
        rules = {name: rule for name in RULED if (rule := article.provenance.get(name))}
        return cls(has, rules, article.word_count, len(article.related))
