"""Duplicates: pairs of articles whose texts are the same, or nearly. They are linked; nothing is taken away.

Triggers of the schema note in `duplicates_due` which articles are new or changed. Settling one of them costs a
signature, some forty look-ups in indexes and the comparison of a few texts, however many articles there are: what is
looked at of a text that thousands share is bounded, and so are the links that it gets. A family of copies is held
together by its links, not linked each with each.
"""

from __future__ import annotations

import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from miacrawl.errors import StorageError
from miacrawl.store.archive import database_path, explain, open_archive, open_existing, writing
from miacrawl.store.clock import now
from miacrawl.store.queue import marks
from miacrawl.wording import NEAR, Kind, Signature, Wording, bands_of, estimate, likeness, method, pack, unpack

_BATCH_SECONDS = 0.5
_BATCH = 500
_BAND_READ = 100
"""Of the articles in a band so many are looked at: a band in which there are more is boilerplate."""
_ESTIMATED = 256
"""Candidates whose signatures are looked at: those that share most bands."""
_DOUBT = 0.12
"""Three standard deviations of an estimate."""
_COMPARED = 16
"""Candidates whose texts are read and compared; and the exact twins of an article that are linked to it."""
_KEPT = 48
"""Links of before that are looked at again when an article has changed."""
_TEXTS_HELD = 32
_EACH_BAND = "SELECT * FROM (SELECT article_id FROM signature_bands WHERE band = ? LIMIT ?)"


@dataclass(frozen=True, slots=True)
class Progress:
    """What was settled, what is left to be, and how many links the settled articles have."""

    settled: int
    left: int
    links: int


@dataclass(slots=True)
class _Texts:
    """The wordings of the articles that were read last."""

    db: Database
    held: OrderedDict[int, Wording] = field(default_factory=OrderedDict)

    def of(self, article_id: int) -> Wording | None:
        """The wording of an article, None where there is none of that number."""
        if (known := self.held.get(article_id)) is not None:
            self.held.move_to_end(article_id)
            return known
        row = self.db.execute("SELECT title, blurb, body FROM articles WHERE id = ?", [article_id]).fetchone()
        if row is None:
            return None
        self.held[article_id] = found = Wording.of(*row)
        if len(self.held) > _TEXTS_HELD:
            self.held.popitem(last=False)
        return found


def link(db: Database, article_ids: Iterable[int]) -> int:
    """Sign articles and link them with their duplicates; returns their links. The caller holds the transaction."""
    if not _made_alike(db):
        renew(db)
    texts = _Texts(db)
    return sum(_settle(texts, article_id) for article_id in article_ids)


def bring_up_to_date(
    db: Database, limit_seconds: float | None = None, told: Callable[[Progress], None] | None = None
) -> Progress:
    """Settle what is new or changed, the latest first, in transactions of half a second; hold no transaction.

    Ends after about `limit_seconds`: what is left is settled the next time. Where signatures are made otherwise now,
    all are made anew. `told` is called after each transaction. Raises sqlite3.Error.
    """
    ends = None if limit_seconds is None else time.monotonic() + limit_seconds
    if not _made_alike(db):
        renew(db)
    settled = links = 0
    left = _due(db)
    while left and (ends is None or time.monotonic() < ends):
        done, found = _batch(db, ends)
        settled, links, left = settled + done, links + found, max(0, left - done)
        if told:
            told(Progress(settled, left, links))
    return Progress(settled, left, links)


def renew(db: Database) -> None:
    """Forget all signatures and make every article due; links stay until their articles are settled."""
    with db.atomic():
        db.execute("DELETE FROM signature_bands")
        db.execute("DELETE FROM signatures")
        db.execute("DELETE FROM signing")
        db.execute("INSERT INTO signing (method, since) VALUES (?, ?)", [method(), now()])
        db.execute("INSERT OR IGNORE INTO duplicates_due SELECT id FROM articles")


def settle_archive(folder: Path, *, again: bool = False, told: Callable[[Progress], None] | None = None) -> Progress:
    """Bring the duplicates of the archive in `folder` up to date; `again`: with all signatures made anew.

    Raises ArchiveLockedError while another process writes there, StorageError where it can't be read or written.
    """
    open_existing(folder).conn.close()
    with writing(folder):
        db = open_archive(folder)
        try:
            if again:
                renew(db)
            return bring_up_to_date(db, told=told)
        except sqlite3.Error as error:
            raise StorageError(explain(error, database_path(folder))) from error
        finally:
            db.conn.close()


def _made_alike(db: Database) -> bool:
    """Whether the signatures of the archive were made as they are made here."""
    return db.execute("SELECT 1 FROM signing WHERE method = ?", [method()]).fetchone() is not None


def _due(db: Database) -> int:
    return int(str(db.execute("SELECT count(*) FROM duplicates_due").fetchone()[0]))


def _batch(db: Database, ends: float | None) -> tuple[int, int]:
    """Settle articles for half a second in one transaction: how many they were, and their links."""
    stop = time.monotonic() + _BATCH_SECONDS
    stop = stop if ends is None else min(stop, ends)
    done = links = 0
    with db.atomic():
        sql = "SELECT article_id FROM duplicates_due ORDER BY article_id DESC LIMIT ?"
        texts = _Texts(db)
        for (article_id,) in db.execute(sql, [_BATCH]).fetchall():
            links += _settle(texts, article_id)
            done += 1
            if time.monotonic() > stop:
                break
    return done, links


def _settle(texts: _Texts, article_id: int) -> int:
    """Sign an article, find its duplicates, write both down. Returns how many links it has."""
    db = texts.db
    wording = texts.of(article_id)
    db.execute("DELETE FROM duplicates_due WHERE article_id = ?", [article_id])
    if wording is None:
        return 0
    signature = wording.signature()
    bands = bands_of(signature) if signature else []
    _sign(db, article_id, wording.key, signature, bands)
    candidates = [*_linked(db, article_id), *_exact(db, article_id, wording.key)]
    if signature:
        candidates += _near(db, article_id, signature, bands)
    found = {}
    for twin_id in dict.fromkeys(candidates):
        twin = texts.of(twin_id)
        if twin is not None and (like := likeness(wording, twin)):
            found[twin_id] = like
    _write(db, article_id, found)
    return len(found)


def _sign(db: Database, article_id: int, key: bytes | None, signature: Signature | None, bands: Sequence[int]) -> None:
    """Keep what an article is found by, in place of what it was found by before."""
    before = db.execute("SELECT signature FROM signatures WHERE article_id = ?", [article_id]).fetchone()
    old = set(bands_of(unpack(before[0]))) if before and before[0] else set()
    db.conn.executemany(
        "DELETE FROM signature_bands WHERE band = ? AND article_id = ?",
        [(band, article_id) for band in old.difference(bands)],
    )
    db.conn.executemany(
        "INSERT OR IGNORE INTO signature_bands (band, article_id) VALUES (?, ?)",
        [(band, article_id) for band in sorted(set(bands) - old)],
    )
    db.execute(
        "INSERT OR REPLACE INTO signatures (article_id, text_key, signature) VALUES (?, ?, ?)",
        [article_id, key, pack(signature) if signature else None],
    )


def _linked(db: Database, article_id: int) -> list[int]:
    """Articles that were linked with this one before, the likest first."""
    found = db.execute(
        "SELECT id FROM (SELECT twin_id AS id, similarity FROM duplicates WHERE article_id = ?"
        " UNION ALL SELECT article_id, similarity FROM duplicates WHERE twin_id = ?)"
        " ORDER BY similarity DESC, id LIMIT ?",
        [article_id, article_id, _KEPT],
    )
    return [number for (number,) in found.fetchall()]


def _exact(db: Database, article_id: int, key: bytes | None) -> list[int]:
    """The oldest articles of the same text."""
    found = db.execute(
        "SELECT article_id FROM signatures WHERE text_key = ? AND article_id <> ? ORDER BY article_id LIMIT ?",
        [key, article_id, _COMPARED],
    )
    return [number for (number,) in found.fetchall()]


def _near(db: Database, article_id: int, signature: Signature, bands: Sequence[int]) -> list[int]:
    """Articles that are likely to be near, by their signatures: the likest first."""
    found = db.execute(
        "SELECT c.article_id, s.signature FROM (SELECT article_id, count(*) AS shared FROM"
        f" ({' UNION ALL '.join([_EACH_BAND] * len(bands))})"
        " WHERE article_id <> ? GROUP BY article_id ORDER BY shared DESC, article_id LIMIT ?) c"
        " JOIN signatures s ON s.article_id = c.article_id WHERE s.signature IS NOT NULL",
        [*(value for band in bands for value in (band, _BAND_READ)), article_id, _ESTIMATED],
    )
    likely = [(estimate(signature, unpack(packed)), -number) for number, packed in found.fetchall()]
    likely = sorted((one for one in likely if one[0] >= NEAR - _DOUBT), reverse=True)
    return [-number for _, number in likely[:_COMPARED]]


def _write(db: Database, article_id: int, found: dict[int, tuple[Kind, float]]) -> None:
    """Make `found` the links of an article. A link that was there already keeps the time at which it was found."""
    db.execute(f"DELETE FROM duplicates WHERE article_id = ? AND twin_id NOT IN ({marks(found)})", [article_id, *found])
    db.execute(f"DELETE FROM duplicates WHERE twin_id = ? AND article_id NOT IN ({marks(found)})", [article_id, *found])
    at = now()
    db.conn.executemany(
        "INSERT INTO duplicates (article_id, twin_id, kind, similarity, found_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (article_id, twin_id) DO UPDATE SET kind = excluded.kind, similarity = excluded.similarity",
        [(min(article_id, twin), max(article_id, twin), *like, at) for twin, like in found.items()],
    )
