"""Questions on authors: table bylines has a row for each article and name in its byline."""

from __future__ import annotations

from miacrawl.serve.canned.question import AUTHOR, AUTHOR_SAID, SITE, SITE_SAID, Question

AUTHORS: dict[str, Question] = {
    "articles_of_an_author": Question(
        "Articles of an author",
        "What an author wrote, newest first. articles.authors is a JSON array; bylines holds its names one a row, so"
        " an author's articles are found without reading all.",
        f"""
SELECT b.article_id, a.title, b.site, a.section, b.published, a.authors
FROM bylines AS b
JOIN articles AS a ON a.id = b.article_id
WHERE b.author = {AUTHOR}
ORDER BY b.published DESC
LIMIT 200
""",
        {"author": AUTHOR_SAID},
    ),
    "authors_of_a_site": Question(
        "Authors of a site",
        "Who wrote most for a site, and how much of that site it is. Counts from tallies.",
        f"""
SELECT t.value AS author, t.n AS articles, round(100.0 * t.n / nullif(u.n, 0), 1) AS percent
FROM tallies AS t
LEFT JOIN tallies AS u ON u.site = t.site AND u.facet = 'all'
WHERE t.site = {SITE} AND t.facet = 'author' AND t.n > 0
ORDER BY t.n DESC
LIMIT 200
""",
        {"site": SITE_SAID},
    ),
    "written_together": Question(
        "Who writes with whom",
        "Names that stand in a byline together with an author's: bylines joined with itself, over the author's 2,000"
        " newest articles.",
        f"""
SELECT other.author, count(*) AS articles, max(other.published) AS last_published
FROM (SELECT article_id, author FROM bylines
      WHERE author = {AUTHOR}
      ORDER BY published DESC LIMIT 2000) AS own
JOIN bylines AS other ON other.article_id = own.article_id AND other.author <> own.author
GROUP BY other.author
ORDER BY articles DESC, other.author
LIMIT 200
""",
        {"author": AUTHOR_SAID},
        {"articles": "Articles written together", "last_published": "When the latest of them was published"},
    ),
    "an_author_over_time": Question(
        "An author over time",
        "How much an author wrote in each month, and for which sites.",
        f"""
SELECT substr(published, 1, 7) AS month, site, count(*) AS articles
FROM (SELECT published, site FROM bylines
      WHERE author = {AUTHOR}
      ORDER BY published DESC LIMIT 20000)
WHERE published <> ''
GROUP BY 1, 2
ORDER BY 1 DESC, 2
LIMIT 1000
""",
        {"author": AUTHOR_SAID},
    ),
}
