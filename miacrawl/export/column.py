"""The columns of an exported article: JSON Lines, CSV, Parquet, data cards and docs/export.md all come from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from miacrawl.errors import ConfigError

Kind = Literal["text", "time", "integer", "boolean", "texts", "integers", "object", "links", "capture"]
"""time: text, ISO 8601, as exact as is known; texts, integers: lists; object: keys differ from row to row."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it holds, and the property of schema.org's Article that says the same, where there is one."""

    name: str
    kind: Kind
    meaning: str
    schema_org: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a `links` or `capture` value."""

    name: str
    kind: Literal["text", "integer"]
    meaning: str


LINK_PARTS = (
    Part("position", "integer", "place on the page, from 1"),
    Part("heading", "text", "heading of the block"),
    Part("location", "text", "inline, end or aside"),
    Part("url", "text", "address, absolute"),
    Part("title", "text", "title on the card"),
    Part("blurb", "text", "teaser on the card"),
    Part("target_id", "integer", "id of the linked article, where it is archived too"),
)
CAPTURE_PARTS = (
    Part("file", "text", "name of the WARC file in warc/"),
    Part("offset", "integer", "where the record begins, in bytes"),
    Part("length", "integer", "its bytes, packed"),
    Part("fetched_at", "text", "when it was asked for"),
    Part("url", "text", "address asked for"),
    Part("digest", "text", "digest of the body as it came"),
    Part("kind", "text", "response, revisit or conversion"),
)
COLUMNS = (
    Column("id", "integer", "Number of the article in its archive"),
    Column("version", "integer", "Number of the version, from 1", "version"),
    Column("is_current", "boolean", "Whether that is how the page stands today"),
    Column("url", "text", "Address to cite", "url"),
    Column("fetched_url", "text", "Address that the text was last read from", "isBasedOn"),
    Column("canonical_url", "text", "Canonical link as the page states it", "sameAs"),
    Column("site", "text", "Host (and port, where unusual) without www.", "isPartOf (WebSite, identifier)"),
    Column("site_name", "text", "Name that the site gives itself", "isPartOf (WebSite, name)"),
    Column("title", "text", "Headline as shown", "headline"),
    Column("blurb", "text", "Standfirst shown with the title", "abstract"),
    Column("summary", "text", "The publisher's own description in the metadata (c)", "description"),
    Column("section", "text", "Category shown with the article", "articleSection"),
    Column("authors", "texts", "Byline names", "author (Person, name)"),
    Column("published", "time", "When published: UTC where the zone is known, else as stated", "datePublished"),
    Column("published_text", "text", "The same in the source's own words (c)"),
    Column("modified", "time", "When last modified, as the page says", "dateModified"),
    Column("modified_text", "text", "The same in the source's own words (c)"),
    Column("language", "text", "Language of the text, BCP 47", "inLanguage"),
    Column("image", "text", "Address of the lead image (c)", "image"),
    Column("read_minutes", "integer", "Reading time as the page states it (c)", "timeRequired (PT5M)"),
    Column("read_time_text", "text", "The text that stated it"),
    Column("read_minutes_estimated", "integer", "Reading time by our own count (c)"),
    Column("word_count", "integer", "Words of the body; characters for scripts without blanks", "wordCount"),
    Column("body", "text", "Plain text, paragraphs separated by a blank line", "articleBody"),
    Column("body_html", "text", "The same as sanitised HTML"),
    Column("flags", "texts", "What a reader should know of the page"),
    Column("related", "links", "Links that the page offers as related (c)", "mainEntityOfPage (WebPage, relatedLink)"),
    Column("duplicates", "integers", "Ids of articles with the same text, or nearly (c)"),
    Column("directives", "object", "What page, headers and site say on indexing, archiving and mining (c)"),
    Column("content_hash", "text", "SHA-256 over title, blurb and body", "identifier (PropertyValue, sha256)"),
    Column("first_seen", "time", "When the article was first archived"),
    Column("last_seen", "time", "When it was last fetched and found"),
    Column("version_first_seen", "time", "When this version was first seen"),
    Column("version_last_seen", "time", "When it was last seen"),
    Column("changed", "texts", "Fields that differ from the version before"),
    Column("gone_since", "time", "Since when the address says that the page is no longer there", "expires"),
    Column("capture", "capture", "The stored record that it was read from", "archivedAt (WebPage)"),
    Column("provenance", "object", "Which rule produced each field"),
    Column("confidence", "object", "Expected share of right values, by field (c)"),
    Column("extractor", "text", "Rules that read it: version and digest"),
)
"""(c): known of the current version only, and empty in earlier ones."""
NAMES = tuple(column.name for column in COLUMNS)


def columns_named(names: Sequence[str]) -> tuple[Column, ...]:
    """The columns of these names, in this order; all where none is named. Raises ConfigError on unknown ones."""
    known = {column.name: column for column in COLUMNS}
    if unknown := [name for name in names if name not in known]:
        raise ConfigError(f"there is no column {', '.join(unknown)}; there are: {', '.join(NAMES)}")
    return tuple(known[name] for name in dict.fromkeys(names)) or COLUMNS
