"""What stored captures are the text of: versions of articles, and pages that were taken for none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlite_utils import Database

from miacrawl.warc.writer import Place

_NO_ARTICLE = ("not-article", "no-article", "empty-body", "empty-shell", "soft-404", "consent-wall")
_ROWS = """
SELECT t.capture_id, t.article_id, t.number, t.is_current, t.extractor, t.url_key, c.fetched_at, c.url,
    w.name AS file, c.offset, c.length, bw.name AS body_file, b.offset AS body_offset, b.length AS body_length
FROM (
    SELECT a.capture_id, a.id AS article_id, a.version AS number, 1 AS is_current, a.extractor, a.url_key, a.site
    FROM articles a WHERE a.capture_id IS NOT NULL
    UNION ALL
    SELECT v.capture_id, v.article_id, v.number, 0, v.extractor, a.url_key, a.site
    FROM article_versions v JOIN articles a ON a.id = v.article_id
    WHERE v.capture_id IS NOT NULL AND v.number <> a.version
    UNION ALL
    SELECT max(c.id), NULL, NULL, 0, NULL, u.url_key, u.site
    FROM urls u JOIN captures c ON c.url_key = u.url_key
    WHERE u.article_id IS NULL AND u.state IN ('skipped', 'failed') AND c.status BETWEEN 200 AND 299
        AND c.outcome IN ({no_article})
    GROUP BY u.id
) t
JOIN captures c ON c.id = t.capture_id
JOIN warcs w ON w.id = c.warc_id
JOIN captures b ON b.id = CASE WHEN c.kind = 'revisit' THEN coalesce(c.refers_to, c.id) ELSE c.id END
JOIN warcs bw ON bw.id = b.warc_id
WHERE (:sites IS NULL OR t.site IN (SELECT value FROM json_each(:sites))) AND (:since IS NULL OR c.fetched_at >= :since)
ORDER BY t.capture_id
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which captures. `sites`: as in articles, () for all; `since`: a moment of fetching as the archive writes it."""

    sites: tuple[str, ...] = ()
    since: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """What is limited, by name."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class Target:
    """A version of an article (or, without `article_id`, a page that was taken for none), and its capture.

    `extractor`: the rules that it was last read by.
    """

    capture_id: int
    article_id: int | None
    number: int | None
    is_current: bool
    extractor: str | None
    url_key: str
    url: str
    fetched_at: str
    place: Place
    body: Place


def targets(db: Database, scope: Scope) -> Iterator[Target]:
    """What is in `scope`, by capture. Memory does not grow with the archive."""
    told = ", ".join(f"'{name}'" for name in _NO_ARTICLE)
    cursor = db.execute(
        _ROWS.format(no_article=told), {"sites": json.dumps(scope.sites) if scope.sites else None, "since": scope.since}
    )
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield _target(dict(zip(names, row, strict=True)))


def _target(row: Mapping[str, Any]) -> Target:
    return Target(
        row["capture_id"],
        row["article_id"],
        row["number"],
        bool(row["is_current"]),
        row["extractor"],
        row["url_key"],
        row["url"],
        row["fetched_at"],
        Place(row["file"], row["offset"], row["length"]),
        Place(row["body_file"], row["body_offset"], row["body_length"]),
    )
