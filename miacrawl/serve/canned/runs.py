"""Questions on runs: what they brought, what they saw of each site, and what failed."""

from __future__ import annotations

from miacrawl.serve.canned.question import SITE, SITE_SAID, Question

RUNS: dict[str, Question] = {
    "runs_at_a_glance": Question(
        "Runs at a glance",
        "The last 200 runs with their duration and what they brought: one row of runs each.",
        """
SELECT id AS run_id, kind, started, round((julianday(finished) - julianday(started)) * 1440, 1) AS minutes, reason,
       fetched, new, changed, gone, failed, pending
FROM runs
ORDER BY id DESC
LIMIT 200
""",
        columns={
            "kind": "crawl, update, import or rebuild",
            "started": "When it began",
            "minutes": "How long it took; empty while it runs, or where it was killed",
            "reason": "Why it ended",
            "fetched": "Responses received",
            "new": "Articles archived for the first time",
            "changed": "Articles whose title, blurb or body had changed",
            "gone": "Addresses whose page is no longer there",
            "failed": "Addresses that could not be had",
            "pending": "Addresses left for the next run",
        },
    ),
    "coverage_over_runs": Question(
        "A site's coverage over runs",
        "Of the articles of a site that each run saw, how many had a field: what alarms are judged by. coverage has a"
        " row for each run, site, cohort and measure; cohort new are articles come since the run before.",
        f"""
SELECT c.run_id, r.started, c.cohort, c.observed, c.positive,
       round(100.0 * c.positive / nullif(c.observed, 0), 1) AS percent, c.partial
FROM coverage AS c
LEFT JOIN runs AS r ON r.id = c.run_id
WHERE c.site = {SITE}
  AND c.cohort IN ('first', 'new', 'old', 'again')
  AND c.measure = coalesce(nullif(trim(:measure), ''), 'blurb')
ORDER BY c.run_id DESC, c.cohort
LIMIT 500
""",
        {"site": SITE_SAID, "measure": "A field, page, …, as in coverage.measure; empty: blurb"},
        {
            "started": "When the run began",
            "cohort": "first, new, old or again",
            "observed": "Pages counted",
            "positive": "Those that have the field",
            "partial": "1 where the run left work undone",
        },
    ),
    "coverage_of_all_fields": Question(
        "Coverage of all fields, by run",
        "What share of a site's articles had each field, in its last 20 runs.",
        f"""
SELECT c.run_id, c.cohort, c.measure, c.observed, round(100.0 * c.positive / nullif(c.observed, 0), 1) AS percent
FROM coverage AS c
WHERE c.site = {SITE}
  AND c.positive IS NOT NULL
  AND c.run_id IN (SELECT id FROM runs ORDER BY id DESC LIMIT 20)
ORDER BY c.run_id DESC, c.cohort, c.measure
LIMIT 1000
""",
        {"site": SITE_SAID},
        {"cohort": "first, new, old or again", "measure": "A field, or page", "observed": "Pages counted"},
    ),
    "where_addresses_come_from": Question(
        "How addresses are discovered",
        "How many addresses and new articles sitemaps, feeds, listings and links yielded in a site's last 100 runs:"
        " table yields.",
        f"""
SELECT y.run_id, y.source, y.discovered, y.archived
FROM yields AS y
WHERE y.site = {SITE}
  AND y.run_id IN (SELECT id FROM runs ORDER BY id DESC LIMIT 100)
ORDER BY y.run_id DESC, y.archived DESC
LIMIT 1000
""",
        {"site": SITE_SAID},
        {
            "source": "How they were discovered",
            "discovered": "Addresses first seen in the run",
            "archived": "Articles archived for the first time",
        },
    ),
    "visits_of_a_run": Question(
        "What a run's visits came to",
        "Visits of one run by outcome and HTTP status: table attempts has a row for every visit of an address.",
        """
SELECT outcome, status, count(*) AS visits, min(reason) AS for_example
FROM (SELECT outcome, status, reason FROM attempts
      WHERE run_id = coalesce(nullif(trim(:run), ''), (SELECT run_id FROM attempts ORDER BY id DESC LIMIT 1)) + 0
      LIMIT 50000)
GROUP BY outcome, status
ORDER BY visits DESC
LIMIT 200
""",
        {"run": "Number of a run; empty: the last that visited anything"},
        {
            "outcome": "new, changed, unchanged, alias, or the state of the address",
            "visits": "Number of visits, of the first 50,000",
            "for_example": "Why, in words, of one of them",
        },
    ),
    "failures_by_reason": Question(
        "Failures by reason",
        "Why addresses of a site could not be had. The ledger is indexed by state, site and reason.",
        f"""
SELECT state, reason, count(*) AS addresses
FROM urls
WHERE state IN ('failed', 'gone') AND site = {SITE}
GROUP BY state, reason
ORDER BY addresses DESC
LIMIT 200
""",
        {"site": SITE_SAID},
    ),
    "open_alarms": Question(
        "Open alarms",
        "Changes of sites that somebody should look at, and that nobody has accepted yet.",
        """
SELECT id AS alarm, site, kind, measure, round(100 * expected) AS expected_percent,
       round(100 * observed) AS observed_percent, explanation, raised, run_id
FROM alarms
WHERE resolved IS NULL AND accepted IS NULL
ORDER BY id DESC
LIMIT 200
""",
        columns={
            "alarm": "Number of the alarm, to accept it by",
            "kind": "field, rule, size, page, source or file",
            "measure": "What of that: blurb, feed, …",
            "expected_percent": "Share of bad pages before (of sources and files see alarms.expected)",
            "observed_percent": "Share of bad pages now",
            "explanation": "What changed, in words",
            "raised": "When it was raised",
        },
    ),
}
