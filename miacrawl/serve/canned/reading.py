"""Questions on the articles themselves: what there is to read, when, how long, in which language."""

from __future__ import annotations

from miacrawl.serve.canned.question import IN_MONTH, MONTH, MONTH_SAID, SITE, SITE_SAID, Question

_SITE_AND_MONTH = {"site": SITE_SAID, "month": MONTH_SAID}
_ALL_OR_SITE = {"site": "A site as in articles.site; empty: the whole archive"}

READING: dict[str, Question] = {
    "articles_of_a_month": Question(
        "Articles of a site and month",
        "What a site published in a month, newest first. Table articles holds what each page says today; site and"
        " published are indexed together, so one site's month is found at once.",
        f"""
SELECT a.id AS article_id, a.title, a.section, a.authors, a.published, a.read_minutes, a.word_count
FROM articles AS a
WHERE {IN_MONTH}
ORDER BY a.published DESC
LIMIT 500
""",
        _SITE_AND_MONTH,
    ),
    "articles_with_a_phrase": Question(
        "Articles with a phrase",
        "Articles with these words in this order in title, blurb or text, those archived last first. articles_fts is"
        " the full-text index over articles; its rowid is articles.id.",
        """
SELECT a.id AS article_id, a.title, a.site, a.published,
       snippet(articles_fts, 2, '[', ']', ' … ', 24) AS passage
FROM articles_fts
JOIN articles AS a ON a.id = articles_fts.rowid
WHERE articles_fts MATCH printf('"%w"', coalesce(nullif(trim(:phrase), ''), 'week'))
ORDER BY articles_fts.rowid DESC
LIMIT 50
""",
        {"phrase": "Words in the order in which they stand; empty: week"},
        {"passage": "Some of the text, with the words in brackets"},
    ),
    "longest_articles": Question(
        "Longest articles",
        "The longest texts that a site published in a month, by words of the body.",
        f"""
SELECT a.id AS article_id, a.title, a.section, a.word_count, a.read_minutes, a.read_minutes_estimated, a.published
FROM articles AS a
WHERE {IN_MONTH}
ORDER BY a.word_count DESC
LIMIT 100
""",
        _SITE_AND_MONTH,
    ),
    "words_by_section": Question(
        "Words by section",
        "How long the articles of each section of a site were in a month: mean and greatest number of words.",
        f"""
SELECT coalesce(a.section, '(none)') AS section, count(*) AS articles,
       round(avg(a.word_count)) AS mean_words, max(a.word_count) AS most_words
FROM articles AS a
WHERE {IN_MONTH}
GROUP BY a.section
ORDER BY articles DESC
LIMIT 200
""",
        _SITE_AND_MONTH,
        {"mean_words": "Mean of word_count", "most_words": "Words of the longest article"},
    ),
    "length_by_section_and_month": Question(
        "Length by section over time",
        "How much each section of a site published in each of the 24 months up to one, and how long the articles take"
        " to read by our count. Read from the index idx_articles_site alone, which is why it asks for minutes, not"
        " words.",
        f"""
SELECT a.month, coalesce(a.section, '(none)') AS section, count(*) AS articles,
       round(avg(a.read_minutes_estimated), 1) AS mean_minutes
FROM (SELECT section, month, published, read_minutes_estimated FROM articles
      WHERE site = {SITE}
        AND published >= date({MONTH} || '-01', '-23 months')
        AND published < {MONTH} || '-99'
      ORDER BY published DESC LIMIT 50000) AS a
GROUP BY a.month, a.section
ORDER BY a.month DESC, articles DESC
LIMIT 1000
""",
        _SITE_AND_MONTH,
        {"mean_minutes": "Mean of read_minutes_estimated"},
    ),
    "read_time_stated_and_estimated": Question(
        "Read time: stated against estimated",
        "How the reading time that a site states (read_minutes, never computed) compares with our estimate"
        " (read_minutes_estimated), over its 20,000 newest articles.",
        f"""
SELECT a.read_minutes, count(*) AS articles, round(avg(a.read_minutes_estimated), 1) AS mean_estimate,
       min(a.read_minutes_estimated) AS least_estimate, max(a.read_minutes_estimated) AS greatest_estimate
FROM (SELECT read_minutes, read_minutes_estimated, published FROM articles
      WHERE site = {SITE}
      ORDER BY published DESC LIMIT 20000) AS a
GROUP BY a.read_minutes
ORDER BY a.read_minutes
LIMIT 200
""",
        {"site": SITE_SAID},
        {
            "read_minutes": "Reading time that the page states, in minutes; empty: none is stated",
            "mean_estimate": "Mean of our estimates, in minutes",
            "least_estimate": "The shortest estimate",
            "greatest_estimate": "The longest estimate",
        },
    ),
    "days_and_hours_of_publishing": Question(
        "Days and hours of publishing",
        "When in the week a site publishes, by its 20,000 newest articles that tell the hour. Times are UTC where the"
        " zone is known.",
        f"""
SELECT CASE strftime('%w', a.published) WHEN '0' THEN '7 Sunday' WHEN '1' THEN '1 Monday' WHEN '2' THEN '2 Tuesday'
         WHEN '3' THEN '3 Wednesday' WHEN '4' THEN '4 Thursday' WHEN '5' THEN '5 Friday' ELSE '6 Saturday' END AS day,
       CAST(strftime('%H', a.published) AS INTEGER) AS hour, count(*) AS articles
FROM (SELECT published FROM articles
      WHERE site = {SITE}
      ORDER BY published DESC LIMIT 20000) AS a
WHERE length(a.published) > 10
GROUP BY 1, 2
ORDER BY 1, 2
""",
        {"site": SITE_SAID},
        {"day": "Day of the week, from 1 Monday", "hour": "Hour of the day"},
    ),
    "articles_by_month": Question(
        "Articles by month",
        "How many articles were published in each month. Table tallies holds such counts ready, by site and facet, so"
        " that no article is read; site is empty there for the whole archive.",
        """
SELECT value AS month, n AS articles
FROM tallies
WHERE site = trim(:site) AND facet = 'month' AND n > 0
ORDER BY value DESC
LIMIT 1000
""",
        _ALL_OR_SITE,
    ),
    "sections_of_a_site": Question(
        "Sections of a site",
        "How many articles stand in each section, and their share. Counts from tallies.",
        f"""
SELECT t.value AS section, t.n AS articles, round(100.0 * t.n / nullif(u.n, 0), 1) AS percent
FROM tallies AS t
LEFT JOIN tallies AS u ON u.site = t.site AND u.facet = 'all'
WHERE t.site = {SITE} AND t.facet = 'section' AND t.n > 0
ORDER BY t.n DESC
LIMIT 500
""",
        {"site": SITE_SAID},
    ),
    "language_mix": Question(
        "Language mix",
        "In which languages articles are written, and their share. Counts from tallies.",
        """
SELECT t.value AS language, t.n AS articles, round(100.0 * t.n / nullif(u.n, 0), 1) AS percent
FROM tallies AS t
LEFT JOIN tallies AS u ON u.site = t.site AND u.facet = 'all'
WHERE t.site = trim(:site) AND t.facet = 'language' AND t.n > 0
ORDER BY t.n DESC
LIMIT 200
""",
        _ALL_OR_SITE,
        {"language": "Language, BCP 47"},
    ),
    "minutes_to_read": Question(
        "How long articles take to read",
        "How many articles take how many minutes: as the page states, else by our estimate. Counts from tallies.",
        """
SELECT CAST(value AS INTEGER) AS minutes, n AS articles
FROM tallies
WHERE site = trim(:site) AND facet = 'minutes' AND n > 0
ORDER BY minutes
LIMIT 500
""",
        _ALL_OR_SITE,
        {"minutes": "Minutes to read"},
    ),
    "articles_without_blurb": Question(
        "Articles without a blurb",
        "Articles of a site and month whose page shows no standfirst, newest first.",
        f"""
SELECT a.id AS article_id, a.title, a.site, a.section, a.published, a.url
FROM articles AS a
WHERE {IN_MONTH}
  AND (a.blurb IS NULL OR a.blurb = '')
ORDER BY a.published DESC
LIMIT 500
""",
        _SITE_AND_MONTH,
        example={"month": "2026-02"},
    ),
    "flagged_articles": Question(
        "Articles with flags",
        "Articles of a site and month that carry a flag (a paywall, a text cut short, …), newest first. flags is a"
        " JSON array; json_each takes one apart.",
        f"""
SELECT a.id AS article_id, a.title, a.section, a.flags, a.word_count, a.published
FROM articles AS a
WHERE {IN_MONTH}
  AND a.flags <> '[]'
ORDER BY a.published DESC
LIMIT 500
""",
        _SITE_AND_MONTH,
        {"flags": "What a reader should know of the page"},
        {"month": "2026-03"},
    ),
    "first_and_last_seen": Question(
        "First and last seen",
        "When articles of a site and month were first archived and last found, and how long after"
        " publication that was.",
        f"""
SELECT a.id AS article_id, a.title, a.published, a.first_seen, a.last_seen,
       round((julianday(a.first_seen) - julianday(a.published)) * 24, 1) AS hours_until_archived,
       round(julianday(a.last_seen) - julianday(a.first_seen), 1) AS days_seen
FROM articles AS a
WHERE {IN_MONTH}
ORDER BY a.published DESC
LIMIT 500
""",
        _SITE_AND_MONTH,
        {
            "hours_until_archived": "Hours from publication to the first visit",
            "days_seen": "Days between the first and the last visit that found it",
        },
    ),
}
