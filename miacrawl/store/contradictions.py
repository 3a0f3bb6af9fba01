"""What can't be in a sound archive, as questions to its tables: a list, each with what mends it where that is possible.

A question selects a text for every row that contradicts another. What mends it is run in its order, in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from miacrawl.store.clock import now

_STATES = "'pending', 'archived', 'followed', 'skipped', 'gone', 'failed'"
_DUE_AGAIN = "due = 1, next_check = NULL, etag = NULL, last_modified = NULL"
_TWINS = (
    "FROM articles a JOIN articles b ON b.content_hash = a.content_hash AND b.site = a.site AND b.id > a.id"
    " AND b.body = a.body WHERE a.body <> '' AND a.gone_since IS NULL AND b.gone_since IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM urls u WHERE u.url_key IN (a.url_key, b.url_key) AND u.state = 'gone')"
    " AND NOT EXISTS (SELECT 1 FROM duplicates d WHERE d.article_id = a.id AND d.twin_id = b.id)"
)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`about`: the check it belongs to; `kind`: its name; `what`: what such rows are, in words.

    `wrong`: the SELECT; `mend`: statements, `:now` in them is the present moment, empty where nothing can be rebuilt;
    `remedy`: what the statements do, or what else can be done.
    """

    about: str
    kind: str
    what: str
    wrong: str
    remedy: str
    mend: tuple[str, ...] = ()


CONTRADICTIONS: tuple[Contradiction, ...] = (
    Contradiction(
        "ledger",
        "ledger-state",
        "addresses in a state that there is not",
        f"SELECT url || ' is ' || quote(state) FROM urls WHERE coalesce(state, '') NOT IN ({_STATES})",
        "have them fetched again",
        (
            f"UPDATE urls SET state = 'pending', reason = 'its state was lost: to be fetched again', {_DUE_AGAIN}"
            f" WHERE coalesce(state, '') NOT IN ({_STATES})",
        ),
    ),
    Contradiction(
        "ledger",
        "ledger-forgotten",
        "addresses that wait, but that no run would fetch",
        "SELECT url FROM urls WHERE state = 'pending' AND due = 0",
        "have them fetched",
        ("UPDATE urls SET due = 1, next_check = NULL WHERE state = 'pending' AND due = 0",),
    ),
    Contradiction(
        "ledger",
        "ledger-no-article",
        "addresses that are said to be archived, without an article",
        "SELECT url FROM urls WHERE state = 'archived' AND article_id IS NULL",
        "have them fetched again",
        (
            "UPDATE urls SET state = 'pending', reason = 'its article was lost: to be fetched again',"
            f" {_DUE_AGAIN} WHERE state = 'archived' AND article_id IS NULL",
        ),
    ),
    Contradiction(
        "ledger",
        "article-no-address",
        "articles whose own address is not in the ledger",
        "SELECT url FROM articles a WHERE NOT EXISTS (SELECT 1 FROM urls u WHERE u.url_key = a.url_key)",
        "enter it, due for a visit",
        (
            "INSERT INTO urls (url, url_key, site, kind, state, reason, source, due, article_id, discovered_at)"
            " SELECT url, url_key, site, 'page', 'archived', 'its row was lost: made again from its article',"
            " 'canonical', 1, id, first_seen FROM articles a"
            " WHERE NOT EXISTS (SELECT 1 FROM urls u WHERE u.url_key = a.url_key OR u.url = a.url)",
            # Where the address itself stands in another row, that one is the article's from now on.
            "UPDATE urls SET due = 1, url_key = (SELECT a.url_key FROM articles a WHERE a.url = urls.url) WHERE id IN"
            " (SELECT u.id FROM urls u JOIN articles a ON a.url = u.url"
            " WHERE NOT EXISTS (SELECT 1 FROM urls o WHERE o.url_key = a.url_key))",
        ),
    ),
    Contradiction(
        "versions",
        "version-missing",
        "articles whose current version has no row",
        "SELECT url || ', version ' || version FROM articles a WHERE NOT EXISTS"
        " (SELECT 1 FROM article_versions v WHERE v.article_id = a.id AND v.number = a.version)",
        "make the row from the article",
        (
            "INSERT INTO article_versions (article_id, number, first_seen, content_hash, capture_id, extractor)"
            " SELECT id, version, changed_at, content_hash, capture_id, extractor FROM articles a WHERE NOT EXISTS"
            " (SELECT 1 FROM article_versions v WHERE v.article_id = a.id AND v.number = a.version)",
        ),
    ),
    Contradiction(
        "versions",
        "version-gap",
        "articles with a version missing among the others",
        "SELECT a.url || ', ' || count(*) || ' of ' || max(v.number) || ' versions' FROM article_versions v"
        " JOIN articles a ON a.id = v.article_id GROUP BY v.article_id"
        " HAVING min(v.number) <> 1 OR max(v.number) <> count(*)",
        "restore a backup, or: miacrawl rebuild; the others keep their numbers",
    ),
    Contradiction(
        "versions",
        "version-two-current",
        "earlier versions without their text or their end",
        "SELECT a.url || ', version ' || v.number FROM article_versions v JOIN articles a ON a.id = v.article_id"
        " WHERE v.number <> a.version AND (v.last_seen IS NULL OR v.body IS NULL)",
        "restore a backup, or: miacrawl rebuild",
    ),
    Contradiction(
        "captures",
        "revisit-unlinked",
        "revisits that point to no capture with their body, though there is one",
        "SELECT url FROM captures c WHERE kind = 'revisit' AND NOT EXISTS (SELECT 1 FROM captures b"
        " WHERE b.id = c.refers_to AND b.kind = 'response' AND (b.digest = c.digest OR c.digest NOT LIKE 'sha256:%'))"
        " AND EXISTS (SELECT 1 FROM captures b WHERE b.digest = c.digest AND b.kind = 'response')",
        "link them to it, by the digest",
        (
            "UPDATE captures SET refers_to = (SELECT b.id FROM captures b WHERE b.digest = captures.digest"
            " AND b.kind = 'response' ORDER BY b.id LIMIT 1) WHERE kind = 'revisit' AND NOT EXISTS"
            " (SELECT 1 FROM captures b WHERE b.id = captures.refers_to AND b.kind = 'response'"
            " AND (b.digest = captures.digest OR captures.digest NOT LIKE 'sha256:%')) AND EXISTS"
            " (SELECT 1 FROM captures b WHERE b.digest = captures.digest AND b.kind = 'response')",
        ),
    ),
    Contradiction(
        "captures",
        "revisit-wrong",
        "revisits that point to a capture that is not in full, or has another body",
        "SELECT url FROM captures c WHERE kind = 'revisit' AND refers_to IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM captures b WHERE b.id = c.refers_to AND b.kind = 'response'"
        " AND (b.digest = c.digest OR c.digest NOT LIKE 'sha256:%' OR b.digest NOT LIKE 'sha256:%'))",
        "take the link away, and have them fetched again",
        (
            f"UPDATE urls SET {_DUE_AGAIN} WHERE url_key IN (SELECT url_key FROM captures c WHERE kind = 'revisit'"
            " AND refers_to IS NOT NULL AND NOT EXISTS (SELECT 1 FROM captures b WHERE b.id = c.refers_to"
            " AND b.kind = 'response' AND (b.digest = c.digest OR c.digest NOT LIKE 'sha256:%'"
            " OR b.digest NOT LIKE 'sha256:%')))",
            "UPDATE captures SET refers_to = NULL WHERE kind = 'revisit' AND refers_to IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM captures b WHERE b.id = captures.refers_to AND b.kind = 'response'"
            " AND (b.digest = captures.digest OR captures.digest NOT LIKE 'sha256:%'"
            " OR b.digest NOT LIKE 'sha256:%'))",
        ),
    ),
    Contradiction(
        "related links",
        "related-unlinked",
        "related links without their target, though it is archived",
        "SELECT r.url FROM related_links r JOIN articles a ON a.url_key = r.url_key WHERE r.target_id IS NULL",
        "link them to it",
        (
            "UPDATE related_links SET target_id = (SELECT a.id FROM articles a WHERE a.url_key = related_links.url_key)"
            " WHERE target_id IS NULL",
        ),
    ),
    Contradiction(
        "duplicates",
        "duplicate-untold",
        "articles with the same text under two addresses, of which nothing says so",
        f"SELECT a.url || ' = ' || b.url {_TWINS}",
        "tell so in duplicates; both stay",
        (
            "INSERT INTO duplicates (article_id, twin_id, kind, similarity, found_at)"
            f" SELECT a.id, b.id, 'exact', 1.0, :now {_TWINS}",
        ),
    ),
    Contradiction(
        "runs",
        "run-discovered",
        "runs that say to have discovered more or fewer addresses than the ledger has of them",
        "SELECT 'run ' || r.id || ': ' || r.discovered || ' told, ' || (SELECT count(*) FROM urls u"
        " WHERE u.discovered_run_id = r.id) || ' in the ledger' FROM runs r WHERE r.exit_code IS NOT NULL"
        " AND r.id >= (SELECT min(discovered_run_id) FROM urls)"
        " AND r.discovered <> (SELECT count(*) FROM urls u WHERE u.discovered_run_id = r.id)",
        "count again",
        (
            "UPDATE runs SET discovered = (SELECT count(*) FROM urls u WHERE u.discovered_run_id = runs.id)"
            " WHERE exit_code IS NOT NULL AND id >= (SELECT min(discovered_run_id) FROM urls)",
        ),
    ),
    Contradiction(
        "runs",
        "run-new",
        "runs that say to have archived more or fewer new articles than their visits did",
        "SELECT 'run ' || r.id || ': ' || r.new || ' told, ' || sum(t.outcome = 'new') || ' visits' FROM runs r"
        " JOIN attempts t ON t.run_id = r.id WHERE r.exit_code IS NOT NULL GROUP BY r.id"
        " HAVING r.new <> sum(t.outcome = 'new')",
        "count again",
        (
            "UPDATE runs SET new = (SELECT count(*) FROM attempts t WHERE t.run_id = runs.id AND t.outcome = 'new')"
            " WHERE exit_code IS NOT NULL AND EXISTS (SELECT 1 FROM attempts t WHERE t.run_id = runs.id)",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Found:
    """How many rows contradict others in one way, and some of them."""

    contradiction: Contradiction
    count: int
    examples: tuple[str, ...]


def found(db: Database, examples: int) -> Iterator[Found]:
    """The contradictions that are there. Raises sqlite3.Error."""
    for one in CONTRADICTIONS:
        some = db.execute(f"{one.wrong} LIMIT ?", [examples + 1]).fetchall()
        count = len(some)
        if count > examples:
            count = db.execute(f"SELECT count(*) FROM ({one.wrong})").fetchone()[0]
        if count:
            yield Found(one, count, tuple(str(row[0]) for row in some[:examples]))


def mend(db: Database, one: Contradiction) -> None:
    """Run what mends a contradiction, in one transaction."""
    with db.atomic():
        for statement in one.mend:
            db.execute(statement, {"now": now()} if ":now" in statement else {})


def ledger_in_words(db: Database) -> str:
    """The ledger's sum: "1,204 discovered = 300 archived + 900 skipped + 4 pending"."""
    states = db.execute("SELECT state, count(*) AS n FROM urls GROUP BY state ORDER BY n DESC, state").fetchall()
    total = sum(count for _, count in states)
    parts = " + ".join(f"{count:,} {state}" for state, count in states)
    return f"{total:,} discovered = {parts}" if parts else "nothing discovered yet"
