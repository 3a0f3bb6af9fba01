"""Questions worth asking of an archive: Datasette offers them ready-made, and they show how tables hang together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A query with a title, and what its answer tells (one or two sentences, plain text)."""

    title: str
    description: str
    sql: str


_VALUE = """CASE {field}
         WHEN 'title' THEN a.title WHEN 'blurb' THEN a.blurb WHEN 'summary' THEN a.summary
         WHEN 'authors' THEN a.authors WHEN 'published' THEN a.published WHEN 'modified' THEN a.modified
         WHEN 'read_minutes' THEN a.read_time_text WHEN 'section' THEN a.section WHEN 'language' THEN a.language
         WHEN 'canonical_url' THEN a.canonical_url WHEN 'site_name' THEN a.site_name WHEN 'image' THEN a.image
       END"""
"""The value of the column of articles that `field` names, where it is short enough for a table."""

QUESTIONS: dict[str, Question] = {
    "why_is_it_missing": Question(
        "Why is this address missing?",
        "What became of every address that contains a text: paste an address, or a part of one.",
        """
SELECT url, state, reason, status, source, referrer, attempts, fetched_at, article_id
FROM urls
WHERE instr(url, trim(:address)) > 0 OR instr(url_key, trim(:address)) > 0
ORDER BY discovered_at DESC
LIMIT 200
""",
    ),
    "addresses_by_state": Question(
        "What became of the addresses",
        "Addresses by site, state and reason: how much of a site is archived, and why the rest is not.",
        """
SELECT site, state, reason, count(*) AS addresses, max(fetched_at) AS last_fetched
FROM urls
GROUP BY site, state, reason
ORDER BY site, state, addresses DESC
""",
    ),
    "articles_without_blurb": Question(
        "Articles without a blurb",
        "Articles whose page shows no standfirst, newest first.",
        """
SELECT id AS article_id, title, site, section, published, url
FROM articles
WHERE blurb IS NULL OR blurb = ''
ORDER BY published DESC
LIMIT 500
""",
    ),
    "most_recommended": Question(
        "Most recommended articles",
        "Archived articles that the pages of most other articles offer as related or recommended.",
        """
SELECT r.target_id AS article_id, a.title, a.site, a.published, count(DISTINCT r.article_id) AS recommended_by
FROM related_links AS r
JOIN articles AS a ON a.id = r.target_id
WHERE r.article_id <> r.target_id
GROUP BY r.target_id
ORDER BY recommended_by DESC, a.published DESC
LIMIT 200
""",
    ),
    "recommended_but_missing": Question(
        "Recommended, but not in the archive",
        "Addresses that related links lead to and that are not archived, with what the ledger says of them.",
        """
SELECT r.url, min(r.title) AS title, count(DISTINCT r.article_id) AS recommended_by, u.state, u.reason
FROM related_links AS r
LEFT JOIN urls AS u ON u.url_key = r.url_key
WHERE r.target_id IS NULL
GROUP BY r.url_key
ORDER BY recommended_by DESC, r.url
LIMIT 500
""",
    ),
    "where_sources_disagree": Question(
        "Where sources disagree",
        "Values that other sources of a page give for a field (title, authors, published, …; empty: every field),"
        " beside the value that was taken and its rule.",
        f"""
SELECT e.article_id, a.site, e.field, {_VALUE.format(field="e.field")} AS taken,
       CASE WHEN json_valid(a.provenance) THEN json_extract(a.provenance, '$.' || e.field) END AS taken_from,
       e.value AS elsewhere, e.source AS elsewhere_from
FROM evidence AS e
JOIN articles AS a ON a.id = e.article_id
WHERE trim(:field) = '' OR e.field = trim(:field)
ORDER BY e.article_id DESC, e.field, e.id
LIMIT 500
""",
    ),
    "disagreement_by_site": Question(
        "How often sources disagree, by site",
        "Articles of each site for which some other source of the page says something else, by field and source.",
        """
SELECT a.site, e.field, e.source, count(*) AS articles,
       round(100.0 * count(*) / (SELECT count(*) FROM articles AS b WHERE b.site = a.site)) AS percent_of_site
FROM evidence AS e
JOIN articles AS a ON a.id = e.article_id
GROUP BY a.site, e.field, e.source
ORDER BY articles DESC, a.site
LIMIT 500
""",
    ),
    "least_certain": Question(
        "Least certain values",
        "Values of a field (title, authors, published, body, …; empty: every field) whose confidence is at most a"
        " number from 0 to 1 (empty: 0.7), the least certain first.",
        f"""
SELECT c.article_id, a.site, c.field, c.confidence, {_VALUE.format(field="c.field")} AS value, c.source
FROM confidence AS c
JOIN articles AS a ON a.id = c.article_id
WHERE (trim(:field) = '' OR c.field = trim(:field))
  AND c.confidence <= CAST(coalesce(nullif(trim(:at_most), ''), '0.7') AS REAL)
ORDER BY c.confidence, c.article_id DESC
LIMIT 500
""",
    ),
    "duplicates_by_pair": Question(
        "The same text twice",
        "Pairs of articles with the same text (exact), or nearly (near), the likest first; one kind or both (empty).",
        """
SELECT d.kind, d.similarity, d.article_id, a.title, a.site, d.twin_id, b.title AS twin_title, b.site AS twin_site,
       substr(a.published, 1, 10) AS published, substr(b.published, 1, 10) AS twin_published
FROM duplicates AS d
JOIN articles AS a ON a.id = d.article_id
JOIN articles AS b ON b.id = d.twin_id
WHERE trim(:kind) = '' OR d.kind = trim(:kind)
ORDER BY d.kind, d.similarity DESC, d.article_id, d.twin_id
LIMIT 500
""",
    ),
    "sites_that_share_texts": Question(
        "Sites that share texts",
        "How many pairs of articles with the same text, or nearly, two sites have, and how like they are.",
        """
SELECT min(a.site, b.site) AS site, max(a.site, b.site) AS other_site, count(*) AS pairs,
       sum(d.kind = 'exact') AS exact, sum(d.kind = 'near') AS near, round(avg(d.similarity), 2) AS mean_similarity
FROM duplicates AS d
JOIN articles AS a ON a.id = d.article_id
JOIN articles AS b ON b.id = d.twin_id
GROUP BY 1, 2
ORDER BY pairs DESC, 1, 2
LIMIT 500
""",
    ),
    "fields_by_site": Question(
        "How complete the fields are",
        "Percentage of each site's articles with a blurb, a section, an author, a date and a stated read time.",
        """
SELECT site,
       count(*) AS articles,
       round(100.0 * count(nullif(blurb, '')) / count(*)) AS blurb,
       round(100.0 * count(nullif(section, '')) / count(*)) AS section,
       round(100.0 * count(nullif(authors, '[]')) / count(*)) AS authors,
       round(100.0 * count(published) / count(*)) AS published,
       round(100.0 * count(read_minutes) / count(*)) AS read_minutes
FROM articles
GROUP BY site
ORDER BY articles DESC
""",
    ),
}
