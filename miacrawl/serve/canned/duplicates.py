"""Questions on texts that the archive has more than once."""

from __future__ import annotations

from miacrawl.serve.canned.question import Question

_PAIRS = """(SELECT * FROM duplicates ORDER BY article_id DESC LIMIT 5000)"""
_OF_THE_LAST = "Of the 5,000 pairs of the articles archived last."

DUPLICATES: dict[str, Question] = {
    "duplicates_by_pair": Question(
        "The same text twice",
        f"Pairs of articles with the same text (exact), or nearly (near), the likest first. {_OF_THE_LAST}",
        f"""
SELECT d.kind, d.similarity, d.article_id, a.title, a.site, d.twin_id, b.title AS twin_title, b.site AS twin_site,
       substr(a.published, 1, 10) AS published, substr(b.published, 1, 10) AS twin_published
FROM (SELECT * FROM {_PAIRS}
      WHERE trim(:kind) = '' OR kind = trim(:kind)
      ORDER BY kind, similarity DESC, article_id, twin_id LIMIT 500) AS d
JOIN articles AS a ON a.id = d.article_id
JOIN articles AS b ON b.id = d.twin_id
ORDER BY d.kind, d.similarity DESC, d.article_id, d.twin_id
""",
        {"kind": "exact or near; empty: both"},
        {
            "similarity": "How like they are, from 0 to 1",
            "article_id": "The one that was archived first",
            "twin_id": "The other one",
            "twin_title": "Its headline",
            "twin_site": "Its site",
            "published": "Day of publication",
            "twin_published": "The other's day of publication",
        },
    ),
    "sites_that_share_texts": Question(
        "Sites that share texts",
        f"How many pairs of articles with the same text, or nearly, two sites have, and how like they are."
        f" {_OF_THE_LAST}",
        f"""
SELECT min(a.site, b.site) AS site, max(a.site, b.site) AS other_site, count(*) AS pairs,
       sum(d.kind = 'exact') AS exact, sum(d.kind = 'near') AS near, round(avg(d.similarity), 2) AS mean_similarity
FROM {_PAIRS} AS d
JOIN articles AS a ON a.id = d.article_id
JOIN articles AS b ON b.id = d.twin_id
GROUP BY 1, 2
ORDER BY pairs DESC, 1, 2
LIMIT 500
""",
        columns={
            "site": "One site",
            "other_site": "The other, or the same",
            "pairs": "Pairs of articles",
            "exact": "Pairs with the same title, blurb and body",
            "near": "Pairs that are nearly the same",
            "mean_similarity": "Mean likeness, from 0 to 1",
        },
    ),
}
