"""The coverage of runs: what each saw of each site, measure by measure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, cast

from sqlite_utils import Database

from miacrawl.drift.finding import Reading
from miacrawl.drift.observations import BODY_WORDS, PAGE, RELATED_COUNT, RULE_OF, Cohort, Observations
from miacrawl.drift.sources import WATCHED, BrokenFile, Find
from miacrawl.drift.tally import Tally, median
from miacrawl.drift.traits import FIELDS, Traits
from miacrawl.store.clock import later
from miacrawl.store.connection import rows
from miacrawl.store.queue import marks

_RUNS_OF_FINDS = 2_000
_FILES = 5
_LATELY_SECONDS = 60 * 86_400


def first_visited(db: Database, sites: Collection[str]) -> frozenset[str]:
    """Those of `sites` that no run ever visited to its end."""
    return frozenset(site for site in sites if _first_whole_run(db, site) is None)


def _first_whole_run(db: Database, site: str) -> int | None:
    found = db.execute("SELECT min(run_id) FROM coverage WHERE site = ? AND partial = 0", [site]).fetchone()
    return cast("int | None", found[0])


def traits_before(db: Database, url_id: int) -> Traits | None:
    """The traits of the article of a ledger row as it is archived, or None where it has none."""
    found = db.execute(
        "SELECT blurb, published, authors, read_minutes, section, image, word_count, (SELECT count(*) FROM"
        " related_links r WHERE r.article_id = a.id) FROM articles a"
        " WHERE id = (SELECT article_id FROM urls WHERE id = ?)",
        [url_id],
    ).fetchone()
    if found is None:
        return None
    blurb, published, authors, read_minutes, section, image, words, related = found
    there = {
        "blurb": blurb,
        "published": published,
        "authors": authors != "[]",
        "read_minutes": read_minutes is not None,
        "section": section,
        "image": image,
        "related": related,
    }
    return Traits(frozenset(name for name in FIELDS if there[name]), {}, words, related)


def write_coverage(db: Database, run_id: int, seen: Observations, partial: Collection[str]) -> None:
    """Keep what a run has seen; `partial`: the sites that it left work undone of. The caller holds the transaction."""
    for (site, cohort, measure), tally in seen.tallies.items():
        db.execute(
            "INSERT OR REPLACE INTO coverage (run_id, site, cohort, measure, partial, observed, positive, median,"
            " counts, samples) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                run_id,
                site,
                cohort,
                measure,
                int(site in partial),
                tally.counts.total(),
                _positive(measure, tally),
                None if "yes" in tally.counts or "no" in tally.counts else _median(measure, tally),
                json.dumps(tally.counts, ensure_ascii=False, sort_keys=True),
                # What has the field needs no looking at.
                json.dumps({label: urls for label, urls in tally.samples.items() if label != "yes"}),
            ],
        )


def _positive(measure: str, tally: Tally) -> int | None:
    if measure == PAGE:
        return tally.counts["article"]
    has_it = measure in FIELDS or "yes" in tally.counts or "no" in tally.counts
    return tally.counts["yes"] if has_it and not measure.startswith(RULE_OF) else None


def _median(measure: str, tally: Tally) -> int | None:
    return median(tally.counts) if measure in (BODY_WORDS, RELATED_COUNT) else None


def readings(
    db: Database, site: str, series: tuple[Cohort, str], run_id: int, *, since: int | None, limit: int
) -> list[Reading]:
    """The readings of whole runs up to `run_id`, oldest first: the last `limit`, and as many from before `since`."""
    found = _readings(db, site, series, run_id, limit)
    if since is not None:
        older = _readings(db, site, series, since - 1, limit)
        found += [one for one in older if all(one.run_id != other.run_id for other in found)]
    return sorted(found, key=lambda one: one.run_id)


def _readings(db: Database, site: str, series: tuple[Cohort, str], run_id: int, limit: int) -> list[Reading]:
    cohort, measure = series
    found = rows(
        db,
        "SELECT c.run_id, r.version, c.counts, c.samples FROM coverage c JOIN runs r ON r.id = c.run_id"
        " WHERE c.site = ? AND c.cohort = ? AND c.measure = ? AND c.partial = 0 AND c.run_id <= ?"
        " ORDER BY c.run_id DESC LIMIT ?",
        [site, cohort, measure, run_id, limit],
    )
    return [_reading(row, cohort, measure) for row in found]


def _reading(row: dict[str, Any], cohort: Cohort, measure: str) -> Reading:
    samples = {label: tuple(urls) for label, urls in json.loads(row["samples"]).items()}
    return Reading(row["run_id"], row["version"], cohort, measure, json.loads(row["counts"]), samples)


def finds(db: Database, site: str) -> dict[str, list[Find]]:
    """What each watched way of discovery has found of `site` in each run after the first whole one, oldest first.

    From the ledger itself: what a killed run found counts too.
    """
    first = _first_whole_run(db, site)
    if first is None:
        return {}
    last = db.execute("SELECT max(id) FROM runs").fetchone()[0]
    found = db.execute(
        "SELECT u.source, r.id, r.started, count(*) FROM runs r JOIN urls u ON u.discovered_run_id = r.id"
        f" WHERE r.id > ? AND u.site = ? AND u.source IN ({marks(WATCHED)}) GROUP BY r.id, u.source ORDER BY r.id",
        [max(first, last - _RUNS_OF_FINDS), site, *WATCHED],
    )
    by_source: dict[str, list[Find]] = {}
    for source, run_id, started, count in found.fetchall():
        by_source.setdefault(source, []).append(Find(run_id, datetime.fromisoformat(started), count))
    return by_source


def places_of(db: Database, site: str, source: str) -> tuple[str, ...]:
    """The feeds, sitemaps or listing pages of `site` that found most lately."""
    found = db.execute(
        "SELECT url FROM urls WHERE site = ? AND kind = ? AND found > 0 ORDER BY last_found_at DESC LIMIT 3",
        [site, source],
    )
    return tuple(url for (url,) in found.fetchall())


def broken_files(db: Database, site: str, tries: int) -> list[BrokenFile]:
    """Feeds and sitemaps that found something in the last sixty days and can't be read any more.

    Those that are gone or no longer what they were; those that fail, once they failed more than `tries` times in a row.
    """
    found = db.execute(
        "SELECT url, kind, reason, found, last_found_at FROM urls WHERE site = ? AND kind IN ('feed', 'sitemap')"
        " AND found > 0 AND last_found_at >= ? AND (state = 'gone' OR state = 'skipped' AND attempts > 0"
        " OR state = 'failed' AND tries > ?) ORDER BY last_found_at DESC LIMIT ?",
        [site, later(-_LATELY_SECONDS), tries, _FILES],
    )
    return [BrokenFile(url, kind, reason or "it is gone", count, last) for url, kind, reason, count, last in found]


def readable(db: Database, urls: Iterable[str]) -> set[str]:
    """Those of `urls` that are read as a feed or sitemap again."""
    wanted = list(urls)
    found = db.execute(f"SELECT url FROM urls WHERE url IN ({marks(wanted)}) AND state = 'followed'", wanted)
    return {url for (url,) in found.fetchall()}
