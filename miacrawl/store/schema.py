"""The tables of archive.db: what each column means, and the migrations that build them.

`TABLES` is the data dictionary: Datasette's metadata and the README's table come from it, and a test holds it
against the database that the migrations make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlite_utils import Database, Migrations


@dataclass(frozen=True, slots=True)
class Table:
    """A table's purpose and, in the order of the columns, what each of them holds."""

    description: str
    columns: Mapping[str, str]


TABLES: Mapping[str, Table] = {
    "articles": Table(
        "One row per article: what its page says today. All times are UTC, ISO 8601.",
        {
            "id": "Number of the article in this archive; never reused",
            "url": "Address to cite: the page's canonical link where it can be trusted, else where it was read",
            "url_key": "The address in its normal form (no tracking parameters, no trailing slash): one per article",
            "fetched_url": "Address that the text was last read from",
            "canonical_url": "Canonical link as the page states it, absolute",
            "site": "Host (and port, where unusual) without www.",
            "site_name": "Name that the site gives itself",
            "section": "Category shown with the article",
            "title": "Headline as shown",
            "blurb": "Standfirst shown with the title; empty where the page shows none",
            "summary": "Publisher's own description in the page's metadata, if it says more than title, blurb and text",
            "read_minutes": "Reading time in minutes as the page states it; never computed",
            "read_time_text": "The text that stated the reading time",
            "word_count": "Words of the body; characters for scripts written without blanks",
            "authors": "Byline names, a JSON array",
            "published": "When published: UTC where the zone is known, else as stated; a day where only that is known",
            "published_text": "Publication date in the source's own words",
            "modified": "When last modified, as the page says",
            "modified_text": "Modification date in the source's own words",
            "month": "Month of publication, YYYY-MM",
            "language": "Language of the text, BCP 47",
            "image": "Address of the lead image",
            "flags": "What a reader should know of this page, a JSON array",
            "content_hash": "SHA-256 over title, blurb and body, white space folded",
            "first_seen": "When first archived",
            "last_seen": "When last fetched and found",
            "changed_at": "When title, blurb or body last changed",
            "run_id": "Run that last fetched it",
            "provenance": "Which rule produced each field, a JSON object",
            "body": "Plain text, paragraphs separated by a blank line",
            "body_html": "The same as sanitised HTML",
            "read_minutes_estimated": "Minutes that the body takes to read, by our count; whatever the page states",
            "directives": "What page, headers and site say on indexing, archiving and mining, a JSON object",
            "version": "Number of the version that this is, in article_versions",
            "capture_id": "Capture that the text was read from; empty where it was archived before captures were kept",
            "extractor": "Rules that read it: miacrawl's version and a digest of its rules and the site's profile",
            "gone_since": "Since when its address says that it is no longer there (HTTP 404 or 410); empty where it is",
        },
    ),
    "article_versions": Table(
        "One row per version of an article: what its page said, from when to when, and what had changed.",
        {
            "id": "Number of the row",
            "article_id": "Article",
            "number": "Number of the version, from 1, in the order of archiving; it stays what it is",
            "first_seen": "When it was first seen",
            "last_seen": "When it was last seen; empty for the version that stands in articles (see last_seen there)",
            "changed": "Fields that differ from the version before it, a JSON array; empty for the first",
            "content_hash": "As in articles",
            "capture_id": "Capture that it was first read from",
            "extractor": "Rules that read it, as in articles",
            "title": "Headline; like all that follows empty for the version that stands in articles",
            "blurb": "Standfirst",
            "authors": "Byline names, a JSON array",
            "section": "Category",
            "published": "When published, as in articles",
            "modified": "When last modified, as the page said",
            "read_time_text": "The text that stated the reading time",
            "word_count": "Words of the body",
            "flags": "As in articles",
            "provenance": "As in articles",
            "body": "Plain text",
            "body_html": "The same as sanitised HTML",
        },
    ),
    "duplicates": Table(
        "Pairs of articles whose texts are the same, or nearly: both stay.",
        {
            "article_id": "The one that was archived first",
            "twin_id": "The other one",
            "kind": "exact (title, blurb and body) or near",
            "similarity": "Share of all their runs of three words that both bodies have, from 0 to 1",
            "found_at": "When it was found",
        },
    ),
    "duplicates_due": Table(
        "Articles that are new or changed since they were last compared with the others.",
        {"article_id": "Article"},
    ),
    "signatures": Table(
        "What duplicates are found by: the text of each article in short.",
        {
            "article_id": "Article",
            "text_key": "Digest of the words of title, blurb and body; empty where there is no body",
            "signature": "MinHash of the body, 128 values of four bytes; empty where it is too short to be compared",
        },
    ),
    "signature_bands": Table(
        "Signatures by their parts: two articles that share one may be near.",
        {"band": "Number made of four values of a signature and their place", "article_id": "Article"},
    ),
    "signing": Table(
        "How the signatures were made, in one row: with another library or other rules all are made anew.",
        {"method": "Digest of rules and library", "since": "Since when"},
    ),
    "warcs": Table(
        "The files in which captures are kept: the folder warc/ of the archive.",
        {
            "id": "Number of the file",
            "name": "Its name",
            "run_id": "Run that wrote it",
            "started": "When it was begun",
            "finished": "When it was finished; empty while it is written (its name then ends in .open)",
            "size": "Bytes, when finished",
        },
    ),
    "captures": Table(
        "Every answer that was fetched, as it came: where its record is, and what it was.",
        {
            "id": "Number of the capture",
            "url": "Address asked for",
            "url_key": "The address in its normal form",
            "kind": "response (in full), revisit (as one before: headers only), conversion (what a browser made of it)",
            "fetched_at": "When it was asked for",
            "status": "HTTP status; empty for a conversion",
            "content_type": "Content-Type as stated",
            "digest": "Digest of the body as it came over the wire (WARC-Payload-Digest)",
            "size": "Bytes of the body, as stored",
            "warc_id": "File that holds the record",
            "offset": "Where in the file the record begins, in bytes",
            "length": "Bytes of the record in the file, packed",
            "refers_to": "Capture that holds the body (of a revisit), or the page as it came (of a conversion)",
            "outcome": "What was seen in it: article, listing, error, consent-wall, …",
            "ip": "Address that the answer came from",
            "run_id": "Run that fetched it",
            "headers": "Headers of the answer, a JSON array of pairs",
        },
    ),
    "attempts": Table(
        "Every visit of an address of the ledger: when, and what came of it.",
        {
            "id": "Number of the row",
            "url_id": "Address",
            "run_id": "Run",
            "at": "When",
            "outcome": "What happened: new, changed, unchanged, alias, or the state as in urls",
            "status": "HTTP status; empty where no answer came",
            "reason": "Why, in words",
            "final_url": "Where redirects ended, if that is another address",
            "capture_id": "Capture of the last answer",
        },
    ),
    "extractions": Table(
        "One row per re-extraction: today's rules over stored captures.",
        {
            "id": "Number of the row",
            "started": "When it began",
            "finished": "When it ended; empty while it goes on, or where it was cut off and can be gone on with",
            "extractor": "Rules that were run",
            "scope": "Which captures, a JSON object: site, since",
            "pages": "Captures read",
            "changed": "Articles and versions that were changed",
            "counts": "How often each field was changed, a JSON object",
            "samples": "Some of the changes, a JSON array of article, field, before, after",
        },
    ),
    "related_links": Table(
        "Links to other articles that an article's page offers as related, recommended or read next.",
        {
            "id": "Number of the row",
            "article_id": "Article whose page offers the link",
            "position": "Place on the page, from 1",
            "heading": 'Heading of the block ("Related Articles")',
            "location": "Where: inline (between paragraphs), end (after the body) or aside (beside it)",
            "url": "Address as the page gives it, absolute",
            "url_key": "The address in its normal form",
            "title": "Title on the card",
            "blurb": "Teaser on the card",
            "target_id": "The linked article, where it is archived too",
        },
    ),
    "evidence": Table(
        "What other sources of an article's page say of a field, where they disagree with the value that was taken.",
        {
            "id": "Number of the row",
            "article_id": "Article whose page it is",
            "field": "Column of articles that the value speaks of; empty there where nothing was taken",
            "value": "What the source says: dates in UTC, names joined by commas, 500 characters at most",
            "source": "The rule that read it, as in provenance",
        },
    ),
    "confidence": Table(
        "How sure the values are: how often values found in the same way were right on annotated pages (see README).",
        {
            "article_id": "Article whose value it is",
            "field": "Column of articles, or related for its related links; only fields that have a value are here",
            "source": "The rule that produced the value, as in provenance",
            "confidence": "Expected share of right values, from 0 to 1",
        },
    ),
    "runs": Table(
        "One row per crawl, update or import.",
        {
            "id": "Number of the run",
            "spider": "Spider that ran",
            "start_urls": "Where it started, a JSON array; names of files for an import",
            "started": "When it began",
            "finished": "When it ended; empty while it runs, or if it was killed",
            "reason": "Why it ended: finished, limit, interrupted, or an error",
            "exit_code": "Exit code of the command (see README)",
            "discovered": "Addresses first seen in this run",
            "fetched": "Responses received, robots.txt left out",
            "new": "Articles archived for the first time",
            "changed": "Articles whose title, blurb or body had changed",
            "unchanged": "Articles fetched, or asked for, and found as they were",
            "skipped": "Addresses not wanted: off-site, forbidden by robots.txt, no article, …",
            "failed": "Addresses that could not be had: server errors, unknown hosts, …",
            "pending": "Addresses left for the next run",
            "version": "Version of miacrawl",
            "kind": "crawl (every page), update (what is new or due), import (files made by others) or rebuild",
            "not_modified": "Answers that said that nothing had changed (HTTP 304)",
            "gone": "Addresses whose page is no longer there (HTTP 404 or 410)",
            "bytes": "Bytes received in bodies, as they came over the wire",
            "reasons": "Commonest reasons for what was not archived: a JSON array of state, reason, count and one url",
            "held": "Hosts left for the next run, each with the reason: a JSON object",
            "rules": "Digest of the rules by which addresses were judged wanted or not",
        },
    ),
    "urls": Table(
        "The ledger: every address ever discovered, and what became of it.",
        {
            "id": "Number of the row",
            "url": "Address as first discovered, without fragment",
            "url_key": "The address in its normal form: one row each",
            "site": "Host (and port, where unusual) without www.",
            "kind": "What it is taken for: page, listing, sitemap or feed",
            "state": "pending (not yet fetched), archived, followed (read for links), skipped, gone (404), failed",
            "reason": "Why it is in that state, in words",
            "source": "How discovered: start, sitemap, feed, listing, related, redirect, canonical, guess or import",
            "referrer": "Address of the page or file that led to it first",
            "depth": "Links between it and a start page",
            "priority": "Order of fetching, higher first",
            "due": "1 while the address waits to be fetched",
            "next_check": "Not to be fetched before; by an update, to be fetched after",
            "lastmod": "Last modification, as a sitemap or feed says",
            "status": "HTTP status of the last answer",
            "attempts": "How often it was fetched",
            "tries": "Failed attempts in a row",
            "checks_unchanged": "Visits in a row that found nothing new",
            "etag": "The server's tag of what was last read (ETag)",
            "last_modified": "The server's date of what was last read (Last-Modified)",
            "found": "New addresses that this page or file has led to so far",
            "last_found_at": "When it last led to a new address",
            "article_id": "Article archived from it; several addresses may lead to one",
            "discovered_at": "When first seen",
            "discovered_run_id": "Run that first saw it",
            "fetched_at": "When last fetched",
            "run_id": "Run that last visited it",
        },
    ),
    "hosts": Table(
        "What the crawler knows of each host: its robots.txt, and whether it asked to be left alone for a while.",
        {
            "origin": "Scheme and host (and port): https://example.org",
            "robots_txt": "robots.txt as last read, 500 KiB at most; empty where there is none",
            "robots_status": "HTTP status of robots.txt",
            "robots_fetched_at": "When robots.txt was last read",
            "crawl_delay": "Seconds between requests that robots.txt asks for",
            "hold_until": "Not to be asked for anything before",
            "hold_reason": "Why, in words",
            "tdmrep": "tdmrep.json as last read: what the site reserves for text and data mining; empty where none",
            "ai_txt": "ai.txt as last read, likewise",
            "reservations_fetched_at": "When these two were last asked for",
        },
    ),
    "yields": Table(
        "What each way of discovery has yielded, by run and site.",
        {
            "run_id": "Run",
            "site": "Host (and port, where unusual) without www.",
            "source": "How addresses were discovered: sitemap, feed, listing, related, …",
            "discovered": "Addresses of the site first seen in this run",
            "archived": "Articles archived for the first time in this run",
        },
    ),
    "traps": Table(
        "Families of addresses that led to nothing new, as endless calendars do, and are not asked for any more.",
        {
            "site": "Host (and port, where unusual) without www.",
            "pattern": "What the addresses have in common: N stands for digits, X for random tokens, W for any word",
            "visits": "Pages of it that were tried",
            "found_at": "When it was found out",
            "run_id": "Run that found it out",
        },
    ),
    "coverage": Table(
        "What each run saw of each site, measure by measure: what drift alarms are judged by.",
        {
            "run_id": "Run",
            "site": "Host (and port, where unusual) without www.",
            "cohort": "first (the site's whole past), new (come since), old (come since, published long before), again",
            "measure": "A field (is it there?), rule of a field, body_words, related_count, page (what stood there)",
            "partial": "1 where the run left work undone: kept to be read, not compared with",
            "observed": "Pages counted; those of cohort again only if they had it before",
            "positive": "Those that have the field, or are an article; empty for rules, lengths and numbers",
            "median": "Middle of the lengths or numbers, as the lower bound of its bin; empty for the others",
            "counts": "Pages by what was seen (yes or no, a rule, a lower bound, a verdict), a JSON object",
            "samples": "Some addresses for each of these, a JSON object of arrays",
        },
    ),
    "alarms": Table(
        "Changes of sites that somebody should look at: an open one ends each run of its site with exit code 8.",
        {
            "id": "Number of the alarm, to accept it by",
            "run_id": "Run that raised it",
            "site": "Host (and port, where unusual) without www.",
            "kind": "field, rule, size, page (what stands where articles should), source (gone quiet) or file (broken)",
            "measure": "What of that: blurb, consent-wall, feed, …; the address of a file",
            "cohort": "The articles that it is about, as in coverage; empty for sources and files",
            "expected": "Share of bad pages before; of a source the addresses to be expected, of a file those it gave",
            "observed": "Share of bad pages now; 0 for sources and files",
            "chance": "Probability of that, or worse, had nothing changed; one of many questions",
            "explanation": "What changed, in words",
            "samples": "Addresses to look at, a JSON array",
            "raised": "When it was raised",
            "last_seen_run": "Run that saw it last",
            "resolved": "When a run found it gone by itself",
            "accepted": "When somebody accepted it: the new state is the base line from then on",
            "note": "What they said of it",
        },
    ),
}

SEARCH_COLUMNS = ("title", "blurb", "body")

migrations = Migrations("miacrawl")


def newer_steps(db: Database) -> list[str]:
    """Names of the migrations that made `db` what it is and that this version does not know, in their order."""
    known = {step.name for step in migrations.pending(Database(memory=True))}
    return [step.name for step in migrations.applied(db) if step.name not in known]


@migrations(transactional=False)
def m001_write_ahead_log(db: Database) -> None:
    """Readers and the one writer do not block each other; the setting stays with the file."""
    db.enable_wal()


@migrations()
def m002_tables(db: Database) -> None:
    """Runs, articles, related links, ledger."""
    for statement in _M002.split(";\n\n"):
        db.execute(statement)


@migrations()
def m003_search(db: Database) -> None:
    """Full-text index over title, blurb and body, kept current by triggers."""
    db.table("articles").enable_fts(
        SEARCH_COLUMNS, create_triggers=True, tokenize="porter unicode61 remove_diacritics 2"
    )


@migrations()
def m004_estimated_read_time(db: Database) -> None:
    """An estimate of our own beside the reading time that the page states; filled when an article is next visited."""
    db.execute("ALTER TABLE articles ADD COLUMN read_minutes_estimated INTEGER")


@migrations()
def m005_evidence(db: Database) -> None:
    """Values that disagree, kept with their sources."""
    for statement in _M005.split(";\n\n"):
        db.execute(statement)


@migrations()
def m006_confidence(db: Database) -> None:
    """A row per field, so that the least certain values can be asked for."""
    for statement in _M006.split(";\n\n"):
        db.execute(statement)


@migrations()
def m007_frontier(db: Database) -> None:
    """The ledger learns when to come back, and by what to ask; hosts and yields get tables of their own."""
    for statement in _M007.split(";\n\n"):
        db.execute(statement)


@migrations()
def m008_directives(db: Database) -> None:
    """What pages and sites say on being archived; equal texts are found by their digest."""
    for statement in _M008.split(";\n\n"):
        db.execute(statement)


@migrations()
def m009_traps(db: Database) -> None:
    """What was found to be endless stays known."""
    for statement in _M009.split(";\n\n"):
        db.execute(statement)


@migrations()
def m010_drift(db: Database) -> None:
    """What runs see of sites is kept, and what of it is alarming."""
    for statement in _M010.split(";\n\n"):
        db.execute(statement)


@migrations()
def m011_captures(db: Database) -> None:
    """Answers are kept as they came, articles have versions, visits a history."""
    for statement in _M011.split(";\n\n"):
        db.execute(statement)


@migrations()
def m012_signatures(db: Database) -> None:
    """Duplicates are found by signatures that are kept; what is still to be compared is noted by triggers."""
    for statement in _M012.split(";\n\n"):
        db.execute(statement)


_M002 = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    spider TEXT NOT NULL,
    start_urls TEXT NOT NULL DEFAULT '[]',
    started TEXT NOT NULL,
    finished TEXT,
    reason TEXT,
    exit_code INTEGER,
    discovered INTEGER NOT NULL DEFAULT 0,
    fetched INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    pending INTEGER NOT NULL DEFAULT 0,
    version TEXT NOT NULL
);

CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL UNIQUE,
    url_key TEXT NOT NULL UNIQUE,
    fetched_url TEXT NOT NULL,
    canonical_url TEXT,
    site TEXT NOT NULL,
    site_name TEXT,
    section TEXT,
    title TEXT,
    blurb TEXT,
    summary TEXT,
    read_minutes INTEGER,
    read_time_text TEXT,
    word_count INTEGER NOT NULL DEFAULT 0,
    authors TEXT NOT NULL DEFAULT '[]',
    published TEXT,
    published_text TEXT,
    modified TEXT,
    modified_text TEXT,
    month TEXT,
    language TEXT,
    image TEXT,
    flags TEXT NOT NULL DEFAULT '[]',
    content_hash TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    run_id INTEGER REFERENCES runs(id),
    -- The wide columns stand last: SQLite reads a row up to the last column asked for.
    provenance TEXT NOT NULL DEFAULT '{}',
    body TEXT NOT NULL DEFAULT '',
    body_html TEXT NOT NULL DEFAULT ''
);

CREATE INDEX idx_articles_site ON articles(site);

CREATE INDEX idx_articles_section ON articles(section);

CREATE INDEX idx_articles_month ON articles(month);

CREATE INDEX idx_articles_published ON articles(published);

CREATE TABLE related_links (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    heading TEXT,
    location TEXT NOT NULL CHECK (location IN ('inline', 'end', 'aside')),
    url TEXT NOT NULL,
    url_key TEXT NOT NULL,
    title TEXT NOT NULL,
    blurb TEXT,
    target_id INTEGER REFERENCES articles(id) ON DELETE SET NULL,
    UNIQUE (article_id, position)
);

CREATE INDEX idx_related_links_url_key ON related_links(url_key);

CREATE INDEX idx_related_links_target ON related_links(target_id);

CREATE TABLE urls (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    url_key TEXT NOT NULL UNIQUE,
    site TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('page', 'listing', 'sitemap', 'feed')),
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'archived', 'followed', 'skipped', 'failed')),
    reason TEXT,
    source TEXT NOT NULL,
    referrer TEXT,
    depth INTEGER NOT NULL DEFAULT 0,
    priority INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL DEFAULT 0 CHECK (due IN (0, 1)),
    lastmod TEXT,
    status INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    article_id INTEGER REFERENCES articles(id) ON DELETE SET NULL,
    discovered_at TEXT NOT NULL,
    fetched_at TEXT,
    run_id INTEGER REFERENCES runs(id)
);

CREATE INDEX idx_urls_due ON urls(site, priority DESC, id) WHERE due = 1;

CREATE INDEX idx_urls_state ON urls(state, site);

CREATE INDEX idx_urls_article ON urls(article_id)
"""

_M005 = """
CREATE TABLE evidence (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    source TEXT NOT NULL,
    UNIQUE (article_id, field, source)
);

CREATE INDEX idx_evidence_field ON evidence(field)
"""

_M006 = """
CREATE TABLE confidence (
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    source TEXT NOT NULL,
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    PRIMARY KEY (article_id, field)
) WITHOUT ROWID;

CREATE INDEX idx_confidence_field ON confidence(field, confidence)
"""

_M007 = """
ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'crawl';

ALTER TABLE runs ADD COLUMN not_modified INTEGER NOT NULL DEFAULT 0;

ALTER TABLE runs ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;

ALTER TABLE runs ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;

ALTER TABLE runs ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]';

ALTER TABLE runs ADD COLUMN held TEXT NOT NULL DEFAULT '{}';

CREATE TABLE urls_new (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    url_key TEXT NOT NULL UNIQUE,
    site TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('page', 'listing', 'sitemap', 'feed')),
    state TEXT NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'archived', 'followed', 'skipped', 'gone', 'failed')),
    reason TEXT,
    source TEXT NOT NULL,
    referrer TEXT,
    depth INTEGER NOT NULL DEFAULT 0,
    priority INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL DEFAULT 0 CHECK (due IN (0, 1)),
    next_check TEXT,
    lastmod TEXT,
    status INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    checks_unchanged INTEGER NOT NULL DEFAULT 0,
    etag TEXT,
    last_modified TEXT,
    found INTEGER NOT NULL DEFAULT 0,
    last_found_at TEXT,
    article_id INTEGER REFERENCES articles(id) ON DELETE SET NULL,
    discovered_at TEXT NOT NULL,
    discovered_run_id INTEGER REFERENCES runs(id),
    fetched_at TEXT,
    run_id INTEGER REFERENCES runs(id)
);

INSERT INTO urls_new (id, url, url_key, site, kind, state, reason, source, referrer, depth, priority, due, lastmod,
    status, attempts, article_id, discovered_at, fetched_at, run_id)
SELECT id, url, url_key, site, kind, CASE WHEN state = 'failed' AND status IN (404, 410) THEN 'gone' ELSE state END,
    reason, source, referrer, depth, priority, due, lastmod, status, attempts, article_id, discovered_at, fetched_at,
    run_id
FROM urls;

DROP TABLE urls;

ALTER TABLE urls_new RENAME TO urls;

-- What was visited before there was a plan of visits is due for an update now.
UPDATE urls SET next_check = fetched_at WHERE due = 0 AND fetched_at IS NOT NULL AND (state IN ('followed', 'failed')
    OR state = 'archived' AND EXISTS (SELECT 1 FROM articles a WHERE a.id = article_id AND a.url_key = urls.url_key));

CREATE INDEX idx_urls_due ON urls(site, priority DESC, id) WHERE due = 1;

CREATE INDEX idx_urls_next ON urls(site, next_check) WHERE due = 0 AND next_check IS NOT NULL;

CREATE INDEX idx_urls_files ON urls(site, kind) WHERE kind IN ('feed', 'sitemap');

CREATE INDEX idx_urls_state ON urls(state, site);

CREATE INDEX idx_urls_article ON urls(article_id);

CREATE INDEX idx_urls_run ON urls(run_id, state);

CREATE INDEX idx_urls_discovered ON urls(discovered_run_id, site, source);

CREATE TABLE hosts (
    origin TEXT PRIMARY KEY,
    robots_txt TEXT,
    robots_status INTEGER,
    robots_fetched_at TEXT,
    crawl_delay REAL,
    hold_until TEXT,
    hold_reason TEXT
) WITHOUT ROWID;

CREATE TABLE yields (
    run_id INTEGER NOT NULL REFERENCES runs(id),
    site TEXT NOT NULL,
    source TEXT NOT NULL,
    discovered INTEGER NOT NULL DEFAULT 0,
    archived INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, site, source)
) WITHOUT ROWID
"""

_M008 = """
ALTER TABLE articles ADD COLUMN directives TEXT NOT NULL DEFAULT '{}';

CREATE INDEX idx_articles_content ON articles(content_hash);

ALTER TABLE hosts ADD COLUMN tdmrep TEXT;

ALTER TABLE hosts ADD COLUMN ai_txt TEXT;

ALTER TABLE hosts ADD COLUMN reservations_fetched_at TEXT
"""

_M009 = """
ALTER TABLE runs ADD COLUMN rules TEXT;

CREATE TABLE traps (
    site TEXT NOT NULL,
    pattern TEXT NOT NULL,
    visits INTEGER NOT NULL,
    found_at TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES runs(id),
    PRIMARY KEY (site, pattern)
) WITHOUT ROWID
"""

_M010 = """
CREATE TABLE coverage (
    run_id INTEGER NOT NULL REFERENCES runs(id),
    site TEXT NOT NULL,
    cohort TEXT NOT NULL CHECK (cohort IN ('first', 'new', 'old', 'again')),
    measure TEXT NOT NULL,
    partial INTEGER NOT NULL CHECK (partial IN (0, 1)),
    observed INTEGER NOT NULL,
    positive INTEGER,
    median INTEGER,
    counts TEXT NOT NULL,
    samples TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (site, cohort, measure, run_id)
) WITHOUT ROWID;

CREATE INDEX idx_coverage_run ON coverage(run_id);

CREATE TABLE alarms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id INTEGER NOT NULL REFERENCES runs(id),
    site TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('field', 'rule', 'size', 'page', 'source', 'file')),
    measure TEXT NOT NULL,
    cohort TEXT NOT NULL,
    expected REAL NOT NULL,
    observed REAL NOT NULL,
    chance REAL NOT NULL,
    explanation TEXT NOT NULL,
    samples TEXT NOT NULL DEFAULT '[]',
    raised TEXT NOT NULL,
    last_seen_run INTEGER NOT NULL REFERENCES runs(id),
    resolved TEXT,
    accepted TEXT,
    note TEXT
);

CREATE UNIQUE INDEX idx_alarms_open ON alarms(site, kind, measure) WHERE resolved IS NULL AND accepted IS NULL
"""

_M011 = """
CREATE TABLE warcs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    run_id INTEGER REFERENCES runs(id),
    started TEXT NOT NULL,
    finished TEXT,
    size INTEGER
);

CREATE TABLE captures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL,
    url_key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('response', 'revisit', 'conversion')),
    fetched_at TEXT NOT NULL,
    status INTEGER,
    content_type TEXT,
    digest TEXT NOT NULL,
    size INTEGER NOT NULL,
    warc_id INTEGER NOT NULL REFERENCES warcs(id),
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    refers_to INTEGER REFERENCES captures(id),
    outcome TEXT,
    ip TEXT,
    run_id INTEGER REFERENCES runs(id),
    headers TEXT NOT NULL DEFAULT '[]',
    UNIQUE (warc_id, offset)
);

CREATE INDEX idx_captures_url ON captures(url_key, fetched_at);

CREATE INDEX idx_captures_digest ON captures(digest) WHERE kind = 'response';

CREATE INDEX idx_captures_refers ON captures(refers_to) WHERE refers_to IS NOT NULL;

ALTER TABLE articles ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

ALTER TABLE articles ADD COLUMN capture_id INTEGER REFERENCES captures(id);

ALTER TABLE articles ADD COLUMN extractor TEXT;

ALTER TABLE articles ADD COLUMN gone_since TEXT;

CREATE INDEX idx_articles_capture ON articles(capture_id) WHERE capture_id IS NOT NULL;

CREATE TABLE article_versions (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT,
    changed TEXT NOT NULL DEFAULT '[]',
    content_hash TEXT NOT NULL,
    capture_id INTEGER REFERENCES captures(id),
    extractor TEXT,
    title TEXT,
    blurb TEXT,
    authors TEXT,
    section TEXT,
    published TEXT,
    modified TEXT,
    read_time_text TEXT,
    word_count INTEGER,
    flags TEXT,
    provenance TEXT,
    body TEXT,
    body_html TEXT,
    UNIQUE (article_id, number)
);

CREATE INDEX idx_article_versions_capture ON article_versions(capture_id) WHERE capture_id IS NOT NULL;

-- What was archived before there were versions is the first one.
INSERT INTO article_versions (article_id, number, first_seen, content_hash)
SELECT id, 1, changed_at, content_hash FROM articles;

CREATE VIEW versions AS
SELECT v.id, v.article_id, v.number, v.first_seen, coalesce(v.last_seen, a.last_seen) AS last_seen, v.changed,
    v.number = a.version AS is_current, v.content_hash, v.capture_id, v.extractor,
    CASE WHEN v.number = a.version THEN a.title ELSE v.title END AS title,
    CASE WHEN v.number = a.version THEN a.blurb ELSE v.blurb END AS blurb,
    CASE WHEN v.number = a.version THEN a.authors ELSE v.authors END AS authors,
    CASE WHEN v.number = a.version THEN a.section ELSE v.section END AS section,
    CASE WHEN v.number = a.version THEN a.published ELSE v.published END AS published,
    CASE WHEN v.number = a.version THEN a.modified ELSE v.modified END AS modified,
    CASE WHEN v.number = a.version THEN a.read_time_text ELSE v.read_time_text END AS read_time_text,
    CASE WHEN v.number = a.version THEN a.word_count ELSE v.word_count END AS word_count,
    CASE WHEN v.number = a.version THEN a.flags ELSE v.flags END AS flags,
    CASE WHEN v.number = a.version THEN a.provenance ELSE v.provenance END AS provenance,
    CASE WHEN v.number = a.version THEN a.body ELSE v.body END AS body,
    CASE WHEN v.number = a.version THEN a.body_html ELSE v.body_html END AS body_html
FROM article_versions v JOIN articles a ON a.id = v.article_id;

CREATE TABLE duplicates (
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    twin_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('exact', 'near')),
    similarity REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1),
    found_at TEXT NOT NULL,
    PRIMARY KEY (article_id, twin_id),
    CHECK (article_id < twin_id)
) WITHOUT ROWID;

CREATE INDEX idx_duplicates_twin ON duplicates(twin_id);

CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    url_id INTEGER NOT NULL REFERENCES urls(id),
    run_id INTEGER REFERENCES runs(id),
    at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    status INTEGER,
    reason TEXT,
    final_url TEXT,
    capture_id INTEGER REFERENCES captures(id)
);

CREATE INDEX idx_attempts_url ON attempts(url_id);

CREATE INDEX idx_attempts_capture ON attempts(capture_id) WHERE capture_id IS NOT NULL;

CREATE TABLE extractions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started TEXT NOT NULL,
    finished TEXT,
    extractor TEXT NOT NULL,
    scope TEXT NOT NULL DEFAULT '{}',
    pages INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    counts TEXT NOT NULL DEFAULT '{}',
    samples TEXT NOT NULL DEFAULT '[]'
)
"""

_M012 = """
CREATE TABLE duplicates_due (article_id INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE);

CREATE TABLE signatures (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
    text_key BLOB,
    signature BLOB
);

CREATE INDEX idx_signatures_text ON signatures(text_key) WHERE text_key IS NOT NULL;

-- No reference to articles: it would want an index of its own. A row whose article is gone finds nothing.
CREATE TABLE signature_bands (
    band INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (band, article_id)
) WITHOUT ROWID;

CREATE TABLE signing (method TEXT NOT NULL, since TEXT NOT NULL);

CREATE TRIGGER articles_new_due AFTER INSERT ON articles BEGIN
    INSERT OR IGNORE INTO duplicates_due (article_id) VALUES (new.id);
END;

CREATE TRIGGER articles_changed_due AFTER UPDATE OF content_hash ON articles
WHEN old.content_hash IS NOT new.content_hash BEGIN
    INSERT OR IGNORE INTO duplicates_due (article_id) VALUES (new.id);
END;

INSERT INTO duplicates_due (article_id) SELECT id FROM articles
"""
