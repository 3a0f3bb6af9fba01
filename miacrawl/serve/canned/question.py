"""A question that the archive offers ready-made, and what the words in its answer mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

SITE = """coalesce(nullif(trim(:site), ''),
           (SELECT value FROM tallies WHERE site = '' AND facet = 'site' ORDER BY n DESC LIMIT 1))"""
"""The site that is asked for, else the one with the most articles."""
MONTH = """coalesce(nullif(trim(:month), ''),
           (SELECT value FROM tallies WHERE site = '' AND facet = 'month' AND n > 0 ORDER BY value DESC LIMIT 1))"""
"""The month that is asked for, else the latest."""
AUTHOR = """coalesce(nullif(trim(:author), ''),
           (SELECT value FROM tallies WHERE site = '' AND facet = 'author' ORDER BY n DESC LIMIT 1))"""
"""The author that is asked for, else the one with the most articles."""
IN_MONTH = f"""a.site = {SITE}
  AND a.published >= {MONTH}
  AND a.published < {MONTH} || '-99'"""
"""Articles of a site and a month, which an index finds."""

SITE_SAID = "A site as in articles.site; empty: the one with the most articles"
MONTH_SAID = "YYYY-MM; empty: the latest month with articles"
AUTHOR_SAID = "A name as in the byline; empty: the one with the most articles"

MEANINGS: Mapping[str, str] = {
    "article_id": "Number of the article; leads to its page",
    "title": "Headline",
    "site": "Site",
    "section": "Category shown with the article",
    "published": "When published, UTC where the zone is known",
    "url": "Address",
    "month": "Month of publication",
    "articles": "Number of articles",
    "percent": "Share in percent",
    "word_count": "Words of the body",
    "read_minutes": "Reading time that the page states, in minutes",
    "read_minutes_estimated": "Reading time by our count, in minutes",
    "author": "Name as in the byline",
    "authors": "Names in the byline",
    "field": "Column of articles that the value belongs to",
    "source": "The rule that read the value, as in articles.provenance",
    "state": "State of the address in the ledger",
    "reason": "Why, in words",
    "addresses": "Number of addresses",
    "run_id": "Run; leads to its page",
    "first_seen": "When first archived",
    "last_seen": "When last fetched and found",
    "recommended_by": "Number of articles whose pages recommend it",
    "links": "Number of related links",
    "status": "HTTP status of the answer",
    "kind": "What kind it is; see the table's column of that name",
    "capture_id": "Number of the capture; leads to it",
}
"""What columns of answers hold that several of them have."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query with a title, and what its answer tells (one to three sentences, plain text).

    `parameters` says what each holds and what an empty one means; `columns` what those of the answer hold, where
    MEANINGS does not say so. `example` gives values for a first try; without them every parameter is left empty.
    """

    title: str
    description: str
    sql: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    example: Mapping[str, str] = field(default_factory=dict)

    def meaning(self, column: str) -> str:
        """What a column of the answer holds; "" where nobody has said so."""
        return self.columns.get(column) or MEANINGS.get(column, "")

    @property
    def description_html(self) -> str:
        """The description with the parameters, as Datasette shows it above the answer."""
        notes = "".join(f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>" for name, said in self.parameters.items())
        return f"<p>{escape(self.description)}</p>" + (f'<dl class="question-notes">{notes}</dl>' if notes else "")
