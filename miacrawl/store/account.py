"""What an archive's tables hold of one address: the rows behind `miacrawl why`. Every list is bounded."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from sqlite_utils import Database

from miacrawl.host import Hold
from miacrawl.store.connection import rows
from miacrawl.store.nearby import counted
from miacrawl.urls import key_of

_FIRST, _LAST = 3, 5
"""Of many visits (and versions) so many of the first and of the last are told one by one."""
_ADDRESSES = 3
_HOPS = 10
_FIELDS = (
    "title blurb body authors published modified section read_minutes image language summary site_name canonical_url"
).split()
_READ = {"read_minutes": "read_time"}
"""Columns whose rule stands in provenance under another name."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """The address in the ledger: the columns of `urls`, and the kind of the run that discovered it."""

    id: int
    url: str
    site: str
    kind: str
    state: str
    reason: str | None
    source: str
    referrer: str | None
    depth: int
    due: bool
    next_check: str | None
    lastmod: str | None
    status: int | None
    attempts: int
    tries: int
    checks_unchanged: int
    found: int
    last_found_at: str | None
    article_id: int | None
    discovered_at: str
    discovered_run_id: int | None
    discovered_run_kind: str | None
    fetched_at: str | None
    run_id: int | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A visit of the address."""

    at: str
    run_id: int | None
    outcome: str
    status: int | None
    reason: str | None
    final_url: str | None
    capture_id: int | None


@dataclass(frozen=True, slots=True)
class Attempts:
    """The visits that are kept one by one: how many, the first of them, and the last, in their order."""

    count: int
    first: tuple[Attempt, ...]
    last: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """A capture, and the file and place of its record."""

    id: int
    url: str
    kind: str
    fetched_at: str
    status: int | None
    content_type: str | None
    digest: str
    size: int
    file: str
    offset: int
    length: int
    refers_to: int | None
    outcome: str | None
    run_id: int | None


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect as it was captured last."""

    url: str
    status: int
    target: str
    fetched_at: str
    capture_id: int


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """The article that the address leads to. `rules`: the rule behind each field; `empty`: fields without a value."""

    id: int
    url: str
    url_key: str
    canonical_url: str | None
    fetched_url: str | None
    title: str | None
    word_count: int | None
    published: str | None
    flags: tuple[str, ...]
    rules: dict[str, str]
    empty: tuple[str, ...]
    version: int
    capture_id: int | None
    extractor: str | None
    gone_since: str | None
    first_seen: str
    last_seen: str
    changed_at: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of the article. `changed`: fields that differ from the one before."""

    number: int
    first_seen: str
    last_seen: str | None
    changed: tuple[str, ...]
    capture_id: int | None


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions: how many, the first of them, and the last, in their order."""

    count: int
    first: tuple[VersionRow, ...]
    last: tuple[VersionRow, ...]


@dataclass(frozen=True, slots=True)
class OtherAddresses:
    """The other addresses in the ledger that lead to the article: how many, and some of them with the reason."""

    count: int
    some: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Twin:
    """An article whose text is the same, or nearly."""

    article_id: int
    kind: str
    similarity: float


@dataclass(frozen=True, slots=True)
class TrapRow:
    """A family of endless addresses that the address belongs to."""

    pattern: str
    visits: int
    found_at: str
    run_id: int


def ledger_row(db: Database, key: str) -> LedgerRow | None:
    """The address of the normal form `key` in the ledger, or None."""
    found = rows(
        db,
        "SELECT u.id, u.url, u.site, u.kind, u.state, u.reason, u.source, u.referrer, u.depth, u.due, u.next_check,"
        " u.lastmod, u.status, u.attempts, u.tries, u.checks_unchanged, u.found, u.last_found_at, u.article_id,"
        " u.discovered_at, u.discovered_run_id, r.kind AS discovered_run_kind, u.fetched_at, u.run_id"
        " FROM urls u LEFT JOIN runs r ON r.id = u.discovered_run_id WHERE u.url_key = ?",
        [key],
    )
    return LedgerRow(**{**found[0], "due": bool(found[0]["due"])}) if found else None


def attempts_of(db: Database, url_id: int) -> Attempts:
    """The visits of a row of the ledger."""
    count = _count(db, "attempts WHERE url_id = ?", url_id)
    first, last = _ends(count)
    select = "SELECT at, run_id, outcome, status, reason, final_url, capture_id FROM attempts WHERE url_id = ?"
    return Attempts(
        count,
        tuple(Attempt(**row) for row in rows(db, f"{select} ORDER BY id LIMIT ?", [url_id, first])),
        tuple(Attempt(**row) for row in reversed(rows(db, f"{select} ORDER BY id DESC LIMIT ?", [url_id, last]))),
    )


_CAPTURE = (
    "SELECT c.id, c.url, c.kind, c.fetched_at, c.status, c.content_type, c.digest, c.size, w.name AS file, c.offset,"
    " c.length, c.refers_to, c.outcome, c.run_id FROM captures c JOIN warcs w ON w.id = c.warc_id"
)


def capture_row(db: Database, capture_id: int | None) -> CaptureRow | None:
    """The capture of this number, or None."""
    found = rows(db, f"{_CAPTURE} WHERE c.id = ?", [capture_id]) if capture_id is not None else []
    return CaptureRow(**found[0]) if found else None


def latest_capture(db: Database, key: str) -> CaptureRow | None:
    """What was fetched from the address last, or None."""
    found = rows(db, f"{_CAPTURE} WHERE c.url_key = ? ORDER BY c.fetched_at DESC, c.id DESC LIMIT 1", [key])
    return CaptureRow(**found[0]) if found else None


def captures_count(db: Database, key: str) -> int:
    """How often something was fetched from the address."""
    return _count(db, "captures WHERE url_key = ?", key)


def hops_from(db: Database, key: str) -> tuple[Hop, ...]:
    """The redirects that begin at the address, as they were captured last; none where it answers itself."""
    hops: list[Hop] = []
    seen = {key}
    while len(hops) < _HOPS:
        row = db.execute(
            "SELECT id, url, status, headers, fetched_at FROM captures WHERE url_key = ? AND kind <> 'conversion'"
            " ORDER BY fetched_at DESC, id DESC LIMIT 1",
            [key],
        ).fetchone()
        target = _location(row[3]) if row and row[2] in (301, 302, 303, 307, 308) else None
        if target is None:
            break
        hops.append(Hop(row[1], row[2], _joined(row[1], target), row[4], row[0]))
        key = key_of(hops[-1].target)
        if key in seen:
            break
        seen.add(key)
    return tuple(hops)


def article_at(db: Database, key: str) -> int | None:
    """The article whose own address this is, or None."""
    # With a column that older archives do not have, so that theirs is the error that says what to do.
    found = db.execute("SELECT id, gone_since FROM articles WHERE url_key = ?", [key]).fetchone()
    return None if found is None else int(found[0])


def article_row(db: Database, article_id: int) -> ArticleRow | None:
    """The article of this number, or None."""
    values = ", ".join(f"{name} IS NULL OR {name} IN ('', '[]') AS no_{name}" for name in _FIELDS)
    found = rows(
        db,
        "SELECT id, url, url_key, canonical_url, fetched_url, title, word_count, published, flags, provenance,"
        f" version, capture_id, extractor, gone_since, first_seen, last_seen, changed_at, {values}"
        " FROM articles WHERE id = ?",
        [article_id],
    )
    if not found:
        return None
    row = found[0]
    empty = tuple(_READ.get(name, name) for name in _FIELDS if row.pop(f"no_{name}"))
    rules = _json(row.pop("provenance"), dict)
    return ArticleRow(
        **{**row, "flags": tuple(map(str, _json(row["flags"], list)))},
        rules={str(name): str(rule) for name, rule in rules.items()},
        empty=empty,
    )


def versions_of(db: Database, article_id: int) -> Versions:
    """The versions of an article."""
    count = _count(db, "article_versions WHERE article_id = ?", article_id)
    first, last = _ends(count)
    select = "SELECT number, first_seen, last_seen, changed, capture_id FROM versions WHERE article_id = ?"
    return Versions(
        count,
        tuple(map(_version, rows(db, f"{select} ORDER BY number LIMIT ?", [article_id, first]))),
        tuple(map(_version, reversed(rows(db, f"{select} ORDER BY number DESC LIMIT ?", [article_id, last])))),
    )


def _version(row: dict[str, Any]) -> VersionRow:
    return VersionRow(**{**row, "changed": tuple(map(str, _json(row["changed"], list)))})


def other_addresses(db: Database, article_id: int, key: str) -> OtherAddresses:
    """The addresses that lead to an article, but for `key`."""
    where = "urls WHERE article_id = ? AND url_key <> ?"
    some = db.execute(f"SELECT url, reason FROM {where} ORDER BY id LIMIT ?", [article_id, key, _ADDRESSES])
    return OtherAddresses(_count(db, where, article_id, key), tuple((url, reason) for url, reason in some))


def twins_of(db: Database, article_id: int) -> tuple[Twin, ...]:
    """Articles whose texts are like that of this one, the likest first."""
    found = db.execute(
        "SELECT twin_id, kind, similarity FROM duplicates WHERE article_id = ?1 UNION ALL"
        " SELECT article_id, kind, similarity FROM duplicates WHERE twin_id = ?1 ORDER BY 3 DESC, 1 LIMIT ?2",
        [article_id, _ADDRESSES],
    )
    return tuple(Twin(*row) for row in found)


def trap_of(db: Database, site: str, patterns: Iterable[str]) -> TrapRow | None:
    """The first of these patterns that was found to be a trap of the site."""
    for pattern in patterns:
        row = db.execute(
            "SELECT pattern, visits, found_at, run_id FROM traps WHERE site = ? AND pattern = ?", [site, pattern]
        ).fetchone()
        if row:
            return TrapRow(*row)
    return None


def hold_of(db: Database, origin: str, after: str) -> Hold | None:
    """That the host asked to be left alone until a time behind `after`."""
    row = db.execute(
        "SELECT origin, hold_until, hold_reason FROM hosts WHERE origin = ? AND hold_until > ?", [origin, after]
    ).fetchone()
    return Hold(*row) if row else None


def states_of(db: Database, site: str) -> dict[str, int]:
    """How many addresses of a site are in the ledger, by state."""
    found = db.execute(f"SELECT state, sum(n) FROM {counted(db)} WHERE site = ? AND n > 0 GROUP BY state", [site])
    return {str(row[0]): int(row[1]) for row in found}


def _ends(count: int) -> tuple[int, int]:
    """How many of the first and of the last are told: all of them where they are few."""
    return (0, count) if count <= _FIRST + _LAST else (_FIRST, _LAST)


def _count(db: Database, where: str, *parameters: Any) -> int:
    return int(db.execute(f"SELECT count(*) FROM {where}", [*parameters]).fetchone()[0])


def _location(headers: str) -> str | None:
    for pair in _json(headers, list):
        if isinstance(pair, list) and len(pair) == 2 and str(pair[0]).lower() == "location":
            return str(pair[1]).strip() or None
    return None


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:
        return target


def _json(text: Any, kind: type) -> Any:
    """What a JSON column holds, empty where that is nothing of this kind."""
    try:
        found = json.loads(text or "null")
    except (TypeError, ValueError, RecursionError):
        found = None
    return found if isinstance(found, kind) else kind()
