"""Questions on the ledger: every address ever discovered, and what became of it."""

from __future__ import annotations

from miacrawl.serve.canned.question import SITE, SITE_SAID, Question

_LAST = 100_000

LEDGER: dict[str, Question] = {
    "why_is_it_missing": Question(
        "Why is this address missing?",
        "What became of an address: paste it, its beginning, or a part of it. Whole addresses and beginnings are"
        f" looked up in all of the ledger, other parts among the {_LAST:,} addresses discovered last.",
        f"""
WITH wanted AS MATERIALIZED (
  SELECT id FROM urls WHERE url_key = trim(:address)
  UNION SELECT * FROM (SELECT id FROM urls
    WHERE url >= trim(:address) AND url < trim(:address) || char(1114111) AND trim(:address) <> '' LIMIT 200)
  UNION SELECT * FROM (SELECT id FROM (SELECT id, url, url_key FROM urls ORDER BY id DESC LIMIT {_LAST})
    WHERE instr(url, trim(:address)) > 0 OR instr(url_key, trim(:address)) > 0 LIMIT 200)
)
SELECT u.url, u.state, u.reason, u.status, u.source, u.referrer, u.attempts, u.fetched_at, u.article_id
FROM wanted
JOIN urls AS u ON u.id = wanted.id
ORDER BY u.discovered_at DESC
LIMIT 200
""",
        {"address": "An address, its beginning or a part of it; empty: those discovered last"},
        {
            "source": "How it was discovered",
            "referrer": "Page or file that led to it first",
            "attempts": "How often it was fetched",
            "fetched_at": "When it was last fetched",
        },
        {"address": "https://"},
    ),
    "addresses_by_state": Question(
        "What became of the addresses",
        "Addresses by site, kind and state: how much of a site is archived, and what else became of it. Table"
        " ledger_counts holds these numbers ready; for the reasons see the next question.",
        """
SELECT site, kind, state, n AS addresses
FROM ledger_counts
WHERE n > 0 AND (trim(:site) = '' OR site = trim(:site))
ORDER BY site, kind, n DESC
LIMIT 1000
""",
        {"site": "A site as in urls.site; empty: every site"},
        {"kind": "page, listing, sitemap or feed"},
    ),
    "reasons_by_state": Question(
        "Why addresses are in their state",
        "A site's addresses by state and reason: why the rest of it is not archived. Read from the index idx_urls_state"
        " alone.",
        f"""
SELECT state, reason, count(*) AS addresses
FROM urls
WHERE state IN ('pending', 'followed', 'skipped', 'gone', 'failed') AND site = {SITE}
GROUP BY state, reason
ORDER BY state, addresses DESC
LIMIT 500
""",
        {"site": SITE_SAID},
    ),
    "what_is_fetched_next": Question(
        "What is fetched next",
        "Addresses of a site that wait to be fetched, in the order in which a run takes them.",
        """
SELECT url, kind, source, priority, next_check, tries, discovered_at
FROM urls
WHERE due = 1 AND site = coalesce(nullif(trim(:site), ''), (SELECT site FROM urls WHERE due = 1 LIMIT 1))
ORDER BY priority DESC, id
LIMIT 200
""",
        {"site": "A site as in urls.site; empty: one that has addresses waiting"},
        {
            "kind": "page, listing, sitemap or feed",
            "source": "How it was discovered",
            "priority": "Order of fetching, higher first",
            "next_check": "Not to be fetched before",
            "tries": "Failed attempts in a row",
            "discovered_at": "When first seen",
        },
    ),
    "how_an_address_was_found": Question(
        "How an address was found",
        "The way to an address, back from itself to where the crawl started: each address names the page or file that"
        " led to it first (urls.referrer), and the query follows that name, 30 steps at most.",
        """
WITH RECURSIVE way(step, url, source, kind, state, referrer, depth) AS (
  SELECT * FROM (SELECT 0, url, source, kind, state, referrer, depth FROM urls
    WHERE url = trim(:address) OR url_key = trim(:address)
       OR trim(:address) = '' AND id = (SELECT max(id) FROM urls) LIMIT 1)
  UNION ALL
  SELECT way.step + 1, u.url, u.source, u.kind, u.state, u.referrer, u.depth
  FROM way JOIN urls AS u ON u.url = way.referrer
  WHERE way.step < 30 AND u.url <> way.url
)
SELECT step, url, source, kind, state, depth FROM way ORDER BY step
""",
        {"address": "An address in full; empty: the one discovered last"},
        {
            "step": "0 for the address itself, then one step back each",
            "source": "How it was discovered",
            "kind": "page, listing, sitemap or feed",
            "depth": "Links between it and a start page",
        },
    ),
    "what_sites_reserve": Question(
        "What sites ask of crawlers",
        "Hosts with what their robots.txt asks for, and whether they are left alone for a while: table hosts.",
        """
SELECT origin, robots_status, crawl_delay, hold_until, hold_reason,
       length(tdmrep) AS tdmrep_length, length(ai_txt) AS ai_txt_length
FROM hosts
ORDER BY hold_until DESC, origin
LIMIT 500
""",
        columns={
            "origin": "Scheme and host",
            "robots_status": "HTTP status of robots.txt",
            "crawl_delay": "Seconds between requests that it asks for",
            "hold_until": "Not to be asked for anything before",
            "hold_reason": "Why, in words",
            "tdmrep_length": "Characters of tdmrep.json (text and data mining); empty where there is none",
            "ai_txt_length": "Characters of ai.txt; empty where there is none",
        },
    ),
}
