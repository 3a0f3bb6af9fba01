"""The statements of the migrations, each step's in one text; a blank line stands between two of them."""

M002 = """
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

M005 = """
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

M006 = """
CREATE TABLE confidence (
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    source TEXT NOT NULL,
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    PRIMARY KEY (article_id, field)
) WITHOUT ROWID;

CREATE INDEX idx_confidence_field ON confidence(field, confidence)
"""

M007 = """
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

M008 = """
ALTER TABLE articles ADD COLUMN directives TEXT NOT NULL DEFAULT '{}';

CREATE INDEX idx_articles_content ON articles(content_hash);

ALTER TABLE hosts ADD COLUMN tdmrep TEXT;

ALTER TABLE hosts ADD COLUMN ai_txt TEXT;

ALTER TABLE hosts ADD COLUMN reservations_fetched_at TEXT
"""

M009 = """
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

M010 = """
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

M011 = """
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

M012 = """
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

M013 = """
DROP INDEX idx_articles_site;

DROP INDEX idx_articles_section;

DROP INDEX idx_articles_published;

DROP INDEX idx_articles_month;

-- The newest of a month without sorting all of it.
CREATE INDEX idx_articles_month ON articles(month, published);

-- Each holds all that lists are narrowed and counted by, so that no row with its texts is read for that.
CREATE INDEX idx_articles_published ON articles(published, id, site, section, language, month, read_minutes,
    read_minutes_estimated);

CREATE INDEX idx_articles_site ON articles(site, published, id, section, language, month, read_minutes,
    read_minutes_estimated);

CREATE INDEX idx_articles_section ON articles(section, published, id, site, language, month, read_minutes,
    read_minutes_estimated);

CREATE INDEX idx_articles_language ON articles(language, published, id, site, section, month, read_minutes,
    read_minutes_estimated);

CREATE INDEX idx_articles_facets ON articles(id, published, site, section, language, month, read_minutes,
    read_minutes_estimated);

DROP INDEX idx_urls_state;

CREATE INDEX idx_urls_state ON urls(state, site, reason);

CREATE INDEX idx_attempts_run ON attempts(run_id, outcome);

DROP INDEX idx_related_links_target;

-- Who recommends an article, and how many do, without reading a link.
CREATE INDEX idx_related_links_target ON related_links(target_id, article_id);

CREATE INDEX idx_warcs_run ON warcs(run_id);

CREATE INDEX idx_alarms_run ON alarms(run_id);

CREATE INDEX idx_hosts_held ON hosts(hold_until, origin) WHERE hold_until IS NOT NULL
"""

M014 = """
CREATE TABLE identity (id TEXT NOT NULL, since TEXT NOT NULL);

-- One begins with each run, re-extraction and merge. By the mark two of the same number are told apart: of an archive
-- that went back to an older copy and on from there.
CREATE TABLE states (id INTEGER PRIMARY KEY AUTOINCREMENT, mark TEXT NOT NULL, began TEXT NOT NULL);

-- Rows that were there before and have changed: new ones are found by their numbers.
CREATE TABLE changes (
    subject TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    state INTEGER NOT NULL,
    PRIMARY KEY (subject, row_id)
) WITHOUT ROWID;

CREATE INDEX idx_changes_state ON changes(state, subject);

CREATE TABLE shards (
    id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    state INTEGER NOT NULL,
    mark TEXT NOT NULL,
    stamp TEXT,
    merged_at TEXT
);

CREATE TABLE shard_sites (
    site TEXT PRIMARY KEY,
    shard_id INTEGER NOT NULL REFERENCES shards(id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE shard_rows (
    shard_id INTEGER NOT NULL REFERENCES shards(id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    shift INTEGER,
    PRIMARY KEY (shard_id, subject, first)
) WITHOUT ROWID;

CREATE INDEX idx_shard_rows_end ON shard_rows(subject, last + shift);

-- Filled within a transaction of a merge only, which counts and indexes many rows in one go.
CREATE TABLE merging (shard_id INTEGER NOT NULL)
"""
