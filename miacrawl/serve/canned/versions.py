"""Questions on versions of articles and on captures: what pages said before, and the answers as they came."""

from __future__ import annotations

from miacrawl.serve.canned.question import SITE, SITE_SAID, Question

_LAST = 5_000
_EDITS = f"""(SELECT article_id, number, first_seen, changed FROM
      (SELECT article_id, number, first_seen, changed FROM article_versions ORDER BY id DESC LIMIT {_LAST})
      WHERE number > 1)"""
_OF_THE_LAST = f"of the {_LAST:,} versions archived last"

VERSIONS: dict[str, Question] = {
    "versions_of_an_article": Question(
        "An article's versions",
        "Every version of an article, and which fields differ from the one before. The view versions has them with"
        " their texts: article_versions holds those that were replaced, articles the one that stands.",
        """
SELECT v.article_id, v.number, v.first_seen, v.last_seen, v.is_current, v.changed, v.title, v.word_count, v.capture_id
FROM versions AS v
WHERE v.article_id = coalesce(nullif(trim(:article), ''),
      (SELECT article_id FROM article_versions ORDER BY id DESC LIMIT 1)) + 0
ORDER BY v.number
LIMIT 500
""",
        {"article": "Number of an article; empty: the one that got a version last"},
        {
            "number": "Number of the version, from 1",
            "first_seen": "When this version was first seen",
            "last_seen": "When it was last seen",
            "is_current": "1 for the version that stands",
            "changed": "Fields that differ from the version before",
        },
    ),
    "edits_after_publication": Question(
        "Edits after publication, by site",
        f"How many articles were edited after they had been archived, how often, and how long after publication:"
        f" {_OF_THE_LAST}.",
        f"""
SELECT a.site, count(DISTINCT v.article_id) AS articles, count(*) AS edits,
       round(avg((julianday(v.first_seen) - julianday(a.published)) * 24), 1) AS mean_hours_after
FROM {_EDITS} AS v
JOIN articles AS a ON a.id = v.article_id
GROUP BY a.site
ORDER BY edits DESC
LIMIT 500
""",
        columns={
            "articles": "Articles that were edited",
            "edits": "Versions beyond the first",
            "mean_hours_after": "Mean hours from publication to the visit that saw the edit",
        },
    ),
    "headline_changes": Question(
        "Headline changes",
        f"Titles that were changed, before and after, the latest first: {_OF_THE_LAST}. A version is joined with the"
        " one before it.",
        f"""
SELECT v.article_id, a.site, v.first_seen, before.title AS title_before, after.title AS title_after
FROM {_EDITS} AS v
JOIN articles AS a ON a.id = v.article_id
JOIN versions AS before ON before.article_id = v.article_id AND before.number = v.number - 1
JOIN versions AS after ON after.article_id = v.article_id AND after.number = v.number
WHERE instr(v.changed, '"title"') > 0 AND (trim(:site) = '' OR a.site = trim(:site))
ORDER BY v.first_seen DESC
LIMIT 200
""",
        {"site": "A site as in articles.site; empty: every site"},
        {
            "first_seen": "When the new title was first seen",
            "title_before": "The title that was replaced",
            "title_after": "The title that replaced it",
        },
    ),
    "fields_that_change": Question(
        "What is changed in edits",
        f"How often each field is changed, by site: {_OF_THE_LAST}. article_versions.changed is a JSON array.",
        f"""
SELECT a.site, j.value AS field, count(*) AS edits
FROM {_EDITS} AS v
JOIN articles AS a ON a.id = v.article_id,
     json_each(CASE WHEN json_valid(v.changed) THEN v.changed ELSE '[]' END) AS j
GROUP BY 1, 2
ORDER BY edits DESC
LIMIT 500
""",
        columns={"edits": "Versions in which it differs"},
    ),
    "captures_of_an_address": Question(
        "Captures of an address",
        "Every answer that was fetched from an address, the latest first. A revisit has headers only and refers to the"
        " capture with the body; warcs names the file that holds the record.",
        """
SELECT c.id AS capture_id, c.fetched_at, c.kind, c.status, c.content_type, c.outcome, c.size, c.refers_to,
       w.name AS warc, c.run_id
FROM captures AS c
LEFT JOIN warcs AS w ON w.id = c.warc_id
WHERE c.url_key IN (
  SELECT coalesce(nullif(trim(:address), ''), (SELECT url_key FROM captures ORDER BY id DESC LIMIT 1))
  UNION SELECT rtrim(trim(:address), '/')
  UNION SELECT url_key FROM urls WHERE url = trim(:address))
ORDER BY c.fetched_at DESC
LIMIT 500
""",
        {"address": "An address in full; empty: the one that was captured last"},
        {
            "fetched_at": "When it was asked for",
            "content_type": "Content-Type as stated",
            "outcome": "What was seen in it: article, listing, error, …",
            "size": "Bytes of the body",
            "refers_to": "Capture that holds the body; leads to it",
            "warc": "File that holds the record",
        },
    ),
    "outcomes_of_captures": Question(
        "What captures turned out to be",
        f"The {_LAST:,} captures made last by outcome and HTTP status.",
        f"""
SELECT outcome, status, kind, count(*) AS captures, sum(length) AS bytes
FROM (SELECT outcome, status, kind, length FROM captures ORDER BY id DESC LIMIT {_LAST})
GROUP BY outcome, status, kind
ORDER BY captures DESC
LIMIT 200
""",
        columns={
            "outcome": "What was seen in it: article, listing, error, …",
            "captures": "Number of captures",
            "bytes": "Bytes of their records, packed",
        },
    ),
    "articles_gone_since": Question(
        "Articles gone since",
        "Archived articles of a site whose address says that it is no longer there (HTTP 404 or 410), those that went"
        " last first. The ledger's state is gone; the article stays.",
        f"""
SELECT u.article_id, a.title, a.section, a.published, u.fetched_at, u.status, u.url
FROM (SELECT article_id, fetched_at, status, url FROM urls
      WHERE state = 'gone' AND site = {SITE} AND article_id IS NOT NULL
      LIMIT 5000) AS u
JOIN articles AS a ON a.id = u.article_id
ORDER BY u.fetched_at DESC
LIMIT 500
""",
        {"site": SITE_SAID},
        {"fetched_at": "When the address was last asked for"},
    ),
}
