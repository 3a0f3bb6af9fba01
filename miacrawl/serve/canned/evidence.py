"""Questions on where values come from, what other sources say, and how sure they are."""

from __future__ import annotations

from miacrawl.serve.canned.question import SITE, SITE_SAID, Question

_VALUE = """CASE {field}
         WHEN 'title' THEN a.title WHEN 'blurb' THEN a.blurb WHEN 'summary' THEN a.summary
         WHEN 'authors' THEN a.authors WHEN 'published' THEN a.published WHEN 'modified' THEN a.modified
         WHEN 'read_minutes' THEN a.read_time_text WHEN 'section' THEN a.section WHEN 'language' THEN a.language
         WHEN 'canonical_url' THEN a.canonical_url WHEN 'site_name' THEN a.site_name WHEN 'image' THEN a.image
       END"""
"""The value of the column of articles that `field` names, where it is short enough for a table."""
_NEWEST = 2000
_OF_THE_SITE = f"""(SELECT id FROM articles
      WHERE site = {SITE}
      ORDER BY published DESC LIMIT {_NEWEST})"""

EVIDENCE: dict[str, Question] = {
    "where_sources_disagree": Question(
        "Where sources disagree",
        "Values that other sources of a page give for a field, beside the value that was taken and its rule; the"
        " articles archived last first. evidence holds what disagrees, articles.provenance the rule of each field.",
        f"""
SELECT e.article_id, a.site, e.field, {_VALUE.format(field="e.field")} AS taken,
       CASE WHEN json_valid(a.provenance) THEN json_extract(a.provenance, '$.' || e.field) END AS taken_from,
       e.value AS elsewhere, e.source AS elsewhere_from
FROM (SELECT * FROM evidence
      WHERE trim(:field) = '' OR field = trim(:field)
      ORDER BY article_id DESC, field, source LIMIT 500) AS e
JOIN articles AS a ON a.id = e.article_id
ORDER BY e.article_id DESC, e.field, e.id
""",
        {"field": "title, authors, published, …; empty: every field"},
        {
            "taken": "The value that was taken; empty where nothing was, or it is too long to show",
            "taken_from": "The rule that it comes from",
            "elsewhere": "What another source of the page says",
            "elsewhere_from": "That source",
        },
    ),
    "disagreement_by_site": Question(
        "How often sources disagree",
        f"Of a site's {_NEWEST:,} newest articles, those for which some other source of the page says something else"
        " than was taken, by field and source.",
        f"""
SELECT e.field, e.source, count(*) AS articles,
       round(100.0 * count(*) / (SELECT count(*) FROM {_OF_THE_SITE}), 1) AS percent
FROM {_OF_THE_SITE} AS p
JOIN evidence AS e ON e.article_id = p.id
GROUP BY e.field, e.source
ORDER BY articles DESC, e.field
LIMIT 500
""",
        {"site": SITE_SAID},
        {"source": "The source that disagrees", "percent": "Share of these articles in percent"},
    ),
    "least_certain": Question(
        "Least certain values",
        "Values whose confidence is low, the least certain first: how often values found in the same way were right on"
        " annotated pages. confidence has a row for each field of each article and is indexed by field.",
        f"""
WITH RECURSIVE fields(field) AS (
  SELECT min(field) FROM confidence
  UNION ALL
  SELECT (SELECT min(field) FROM confidence WHERE field > fields.field) FROM fields WHERE field IS NOT NULL
)
SELECT c.article_id, a.site, c.field, c.confidence, {_VALUE.format(field="c.field")} AS value, c.source
FROM fields AS f
JOIN confidence AS c ON c.field = f.field AND c.article_id IN (
  SELECT d.article_id FROM confidence AS d
  WHERE d.field = f.field AND d.confidence <= CAST(coalesce(nullif(trim(:at_most), ''), '0.7') AS REAL)
  ORDER BY d.confidence LIMIT 100)
JOIN articles AS a ON a.id = c.article_id
WHERE trim(:field) = '' OR f.field = trim(:field)
ORDER BY c.confidence, c.article_id DESC
LIMIT 500
""",
        {
            "field": "title, authors, published, body, …; empty: every field, 100 values of each",
            "at_most": "A number from 0 to 1; empty: 0.7",
        },
        {"confidence": "Expected share of right values, from 0 to 1", "value": "The value, where it is short"},
    ),
    "rules_that_found_values": Question(
        "Which rules found the values",
        f"How the fields of a site's {_NEWEST:,} newest articles were found. articles.provenance is a JSON object;"
        " json_each makes a row of each of its members.",
        f"""
SELECT j.key AS field, j.value AS rule, count(*) AS articles
FROM {_OF_THE_SITE} AS p
JOIN articles AS a ON a.id = p.id, json_each(CASE WHEN json_valid(a.provenance) THEN a.provenance ELSE '{{}}' END) AS j
GROUP BY 1, 2
ORDER BY 1, articles DESC
LIMIT 500
""",
        {"site": SITE_SAID},
        {"rule": "The rule that produced the value"},
    ),
    "fields_by_site": Question(
        "How complete the fields are",
        "Percentage of articles with a blurb, a section, an author, a date and a stated read time: of each of the 20"
        " largest sites, over its 200 newest articles. Coverage over runs tells more.",
        """
SELECT a.site,
       count(*) AS articles,
       round(100.0 * count(nullif(a.blurb, '')) / count(*)) AS blurb,
       round(100.0 * count(nullif(a.section, '')) / count(*)) AS section,
       round(100.0 * count(nullif(a.authors, '[]')) / count(*)) AS authors,
       round(100.0 * count(a.published) / count(*)) AS published,
       round(100.0 * count(a.read_minutes) / count(*)) AS read_minutes
FROM (SELECT value AS site FROM tallies
      WHERE site = '' AND facet = 'site' AND n > 0 ORDER BY n DESC LIMIT 20) AS s
JOIN articles AS a ON a.id IN (
  SELECT b.id FROM articles AS b WHERE b.site = s.site ORDER BY b.published DESC LIMIT 200)
GROUP BY a.site
ORDER BY articles DESC, a.site
""",
        columns={
            "articles": "Articles looked at",
            **{name: f"Share with {name}, in percent" for name in ("blurb", "section", "published", "read_minutes")},
            "authors": "Share with an author, in percent",
        },
    ),
}
