"""Questions on related links: what pages recommend. related_links.target_id is the article, where it is archived."""

from __future__ import annotations

from miacrawl.serve.canned.question import IN_MONTH, MONTH, MONTH_SAID, SITE, SITE_SAID, Question

_NEWEST = 1000
_OF_THE_MONTH = f"""(SELECT a.id, a.section FROM articles AS a
      WHERE {IN_MONTH}
      ORDER BY a.published DESC LIMIT {_NEWEST})"""
_OF_THE_SITE = f"""(SELECT id FROM articles
      WHERE site = {SITE}
      ORDER BY published DESC LIMIT {_NEWEST})"""
_SITE_AND_MONTH = {"site": SITE_SAID, "month": MONTH_SAID}

RELATED: dict[str, Question] = {
    "who_recommends": Question(
        "Who recommends an article",
        "Pages that offer an article as related or recommended: related_links from the side of their target.",
        """
SELECT r.article_id, a.title, a.site, a.section, a.published, r.heading, r.location, r.position
FROM (SELECT * FROM related_links
      WHERE target_id = coalesce(nullif(trim(:article), ''),
            (SELECT target_id FROM related_links WHERE target_id IS NOT NULL ORDER BY id DESC LIMIT 1)) + 0
      LIMIT 500) AS r
JOIN articles AS a ON a.id = r.article_id
ORDER BY a.published DESC
LIMIT 500
""",
        {"article": "Number of an article; empty: one that a page archived last recommends"},
        {
            "article_id": "Article whose page recommends it",
            "heading": "Heading of the block that the link stands in",
            "location": "Where on the page: inline, end or aside",
            "position": "Place among the page's related links",
        },
    ),
    "what_an_article_recommends": Question(
        "What an article recommends",
        "The related links of a page in their order, with the archived article or what the ledger says of the address.",
        """
SELECT r.position, r.heading, r.location, r.title, r.url, r.target_id, u.state, u.reason
FROM related_links AS r
LEFT JOIN urls AS u ON u.url_key = r.url_key
WHERE r.article_id = coalesce(nullif(trim(:article), ''), (SELECT max(article_id) FROM related_links)) + 0
ORDER BY r.position
LIMIT 500
""",
        {"article": "Number of an article; empty: the last one with related links"},
        {
            "position": "Place among the page's related links",
            "heading": "Heading of the block that the link stands in",
            "location": "Where on the page: inline, end or aside",
            "title": "Title on the card",
            "target_id": "The linked article, where it is archived; leads to its page",
        },
    ),
    "recommended_by_section": Question(
        "What a site recommends, by section",
        f"Where the related links of a site's articles of a month ({_NEWEST:,} newest) lead: from which section to"
        " which site and section. Joins articles twice, as the page with the link and as its target.",
        f"""
SELECT coalesce(p.section, '(none)') AS section, t.site AS other_site,
       coalesce(t.section, '(none)') AS other_section, count(*) AS links
FROM {_OF_THE_MONTH} AS p
JOIN related_links AS r ON r.article_id = p.id
JOIN articles AS t ON t.id = r.target_id
GROUP BY 1, 2, 3
ORDER BY links DESC
LIMIT 500
""",
        _SITE_AND_MONTH,
        {
            "section": "Section of the page with the link",
            "other_site": "Site of the article it leads to",
            "other_section": "Section of the article it leads to",
        },
    ),
    "most_recommended": Question(
        "Most recommended articles",
        f"Archived articles that most of a site's pages of a month ({_NEWEST:,} newest) offer as related or"
        " recommended.",
        f"""
SELECT f.target_id AS article_id, t.title, t.site, t.published, f.recommended_by
FROM (SELECT r.target_id, count(DISTINCT r.article_id) AS recommended_by
      FROM {_OF_THE_MONTH} AS p
      JOIN related_links AS r ON r.article_id = p.id
      WHERE r.target_id <> r.article_id
      GROUP BY r.target_id
      ORDER BY recommended_by DESC LIMIT 200) AS f
JOIN articles AS t ON t.id = f.target_id
ORDER BY f.recommended_by DESC, t.published DESC
""",
        _SITE_AND_MONTH,
        {"recommended_by": "Number of pages that recommend it"},
    ),
    "recommended_but_missing": Question(
        "Recommended, but not in the archive",
        f"Addresses that the related links of a site's {_NEWEST:,} newest articles lead to and that are not archived,"
        " with what the ledger (urls) says of them.",
        f"""
SELECT f.url, f.title, f.recommended_by, u.state, u.reason
FROM (SELECT r.url_key, r.url, min(r.title) AS title, count(DISTINCT r.article_id) AS recommended_by
      FROM {_OF_THE_SITE} AS p
      JOIN related_links AS r ON r.article_id = p.id
      WHERE r.target_id IS NULL
      GROUP BY r.url_key
      ORDER BY recommended_by DESC, r.url LIMIT 500) AS f
LEFT JOIN urls AS u ON u.url_key = f.url_key
ORDER BY f.recommended_by DESC, f.url
""",
        {"site": SITE_SAID},
        {
            "title": "Title on the card",
            "recommended_by": "Number of pages that recommend it",
            "state": "State of the address in the ledger; empty: it was never met elsewhere",
        },
    ),
    "blocks_of_related_links": Question(
        "Blocks of related links",
        f"Under which headings and where on the page a site's {_NEWEST:,} newest articles offer related links, and"
        " how many of these lead to archived articles.",
        f"""
SELECT coalesce(r.heading, '(none)') AS heading, r.location, count(DISTINCT r.article_id) AS articles,
       count(*) AS links, round(100.0 * count(r.target_id) / count(*)) AS percent
FROM {_OF_THE_SITE} AS p
JOIN related_links AS r ON r.article_id = p.id
GROUP BY r.heading, r.location
ORDER BY links DESC
LIMIT 200
""",
        {"site": SITE_SAID},
        {
            "heading": "Heading of the block",
            "location": "Where on the page: inline, end or aside",
            "articles": "Pages with such a block",
            "percent": "Share of the links that lead to archived articles",
        },
    ),
    "sites_that_recommend_each_other": Question(
        "Sites that recommend each other",
        f"How often the articles of a month ({_NEWEST:,} newest) of any site link to articles of which site.",
        f"""
SELECT p.site, t.site AS other_site, count(*) AS links, count(DISTINCT p.id) AS articles
FROM (SELECT a.id, a.site FROM articles AS a
      WHERE a.published >= {MONTH}
        AND a.published < {MONTH} || '-99'
      ORDER BY a.published DESC LIMIT {_NEWEST}) AS p
JOIN related_links AS r ON r.article_id = p.id
JOIN articles AS t ON t.id = r.target_id
GROUP BY 1, 2
ORDER BY links DESC
LIMIT 500
""",
        {"month": MONTH_SAID},
        {
            "site": "Site of the page with the link",
            "other_site": "Site of the article it leads to",
            "articles": "Pages with such links",
        },
    ),
}
