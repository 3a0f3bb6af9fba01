"""What can be rebuilt is rebuilt: kind by kind, each in one transaction. No byte of a WARC file is lost by it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from miacrawl.errors import StorageError
from miacrawl.store import contradictions, losses, references
from miacrawl.store.archive import database_path, explain, open_archive, writing
from miacrawl.store.capture import FOLDER
from miacrawl.store.clock import now
from miacrawl.store.inventory import newest_run
from miacrawl.store.recovery import Recovery
from miacrawl.store.search_index import index_trouble, rebuild_index
from miacrawl.store.soundness import reindex, structure
from miacrawl.store.tallies import recount, wrong_counts
from miacrawl.verify.database import INDEX_DAMAGED, is_of_search
from miacrawl.verify.examination import Asked, Result, examine
from miacrawl.verify.finding import Check
from miacrawl.verify.piece import CAPTURED, Hurt
from miacrawl.warc.block import block_of
from miacrawl.warc.damage import Damage, remember
from miacrawl.warc.scanning import Stretch, stretches
from miacrawl.warc.writer import Place

STRAY = "stray"
_ROUNDS = 3
"""What is mended may lead to more that is: an address entered again, to a link that has a target again."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A line on something that was done, or that could not be done."""

    told: str
    done: bool = True


def intended(result: Result) -> list[Fix]:
    """What a repair would do of what was found, in words."""
    tallies = [tally for check in result.checks for tally in check.tallies.values() if tally.mends]
    return [Fix(f"{tally.count:,} {tally.what}: {_own_part(tally.remedy)}") for tally in tallies]


def _own_part(remedy: str) -> str:
    """Of what can be done, what --repair does."""
    return remedy.partition("--repair ")[2] or remedy.removesuffix(", or --repair")


def repair(
    folder: Path,
    asked: Asked,
    seen: Callable[[Check], None] = lambda check: None,
    told: Callable[[Fix], None] = lambda fix: None,
) -> tuple[Result, list[Fix]]:
    """Look at the archive in `folder` and mend what can be.

    `seen` and `told` are called with each check and each fix when it is made. Raises ArchiveLockedError, StorageError.
    """
    if not database_path(folder).is_file():
        return examine(folder, asked), []  # which says that there is none
    with writing(folder):
        result = examine(folder, asked, holding=True, seen=seen)
        if not result.is_readable:
            return result, []
        db, fixes = open_archive(folder), list[Fix]()
        try:
            for fix in _mended(db, folder, result):
                fixes.append(fix)
                told(fix)
            return result, fixes
        except (OSError, sqlite3.Error) as error:
            raise StorageError(explain(error, database_path(folder))) from error
        finally:
            db.conn.close()


def remaining(result: Result, fixes: list[Fix]) -> int:
    """How many things are still wrong after a repair."""
    left = [tally for check in result.checks for tally in check.tallies.values() if not tally.mends]
    failed = sum(not fix.done for fix in fixes)
    return failed + sum(tally.count for tally in left if tally.weight == "problem")


def _mended(db: Database, folder: Path, result: Result) -> Iterator[Fix]:
    yield from _indexes(db, result)
    yield from _references(db)
    yield from _strangers(folder, result)
    yield from _left_open(db, folder, result)
    yield from _missing(db, result)
    yield from _rows(db, folder, result)
    yield from _lost(db, result)
    yield from _untold(db, folder, result)
    yield from _sizes(db, result)
    yield from _damage(folder, result.seen.hurt)
    yield from _contradictions(db)
    yield from _search(db)
    yield from _counts(db)


def _indexes(db: Database, result: Result) -> Iterator[Fix]:
    if INDEX_DAMAGED in result.kinds():
        reindex(db)
        left = [line for line in structure(db, quick=False) if not is_of_search(line)]
        yield Fix(f"indexes can't be mended: {left[0]}", False) if left else Fix("made the indexes anew")


def _references(db: Database) -> Iterator[Fix]:
    found = references.dangling_references(db)
    with db.atomic():
        for one in found:
            references.mend(db, one.reference)
    for one in found:
        yield Fix(f"{one.example}: {_past(one.remedy)}")


def _past(remedy: str) -> str:
    """A remedy, done."""
    verb, _, rest = remedy.partition(" ")
    done = {"leave": "left", "put": "put", "take": "took", "make": "made", "have": "had", "enter": "entered"}
    return f"{done.get(verb, verb + ('d' if verb.endswith('e') else 'ed'))} {rest}".strip()


def _left_open(db: Database, folder: Path, result: Result) -> Iterator[Fix]:
    if not result.files.left_open:
        return
    try:
        torn = Recovery(db, folder, newest_run(db)).recover()
    except StorageError as error:
        yield Fix(f"a file that was left open can't be finished: {error}", False)
        return
    told = f"; {torn:,} bytes of a torn record were cut off" if torn else ""
    yield Fix(f"finished {len(result.files.left_open):,} files that were left open{told}")


def _missing(db: Database, result: Result) -> Iterator[Fix]:
    with db.atomic():
        for row in result.files.missing:
            losses.drop_file(db, row.id)
    for row in result.files.missing:
        yield Fix(f"took out {row.captures:,} captures of {FOLDER}/{row.name}, which is not there; they are due again")


def _rows(db: Database, folder: Path, result: Result) -> Iterator[Fix]:
    wrong = [lost for lost in result.seen.lost if lost.sound]
    try:
        with db.atomic():
            for lost in wrong:
                losses.correct(db, folder, lost.capture_id, lost.place)
    except StorageError as error:
        yield Fix(f"rows of captures stay as they are: {error}", False)
        return
    if wrong:
        yield Fix(f"had {len(wrong):,} rows of captures say what their records say")


def _lost(db: Database, result: Result) -> Iterator[Fix]:
    lost = [one.capture_id for one in result.seen.lost if not one.sound]
    with db.atomic():
        losses.take_out(db, lost)
    if lost:
        yield Fix(f"took out {len(lost):,} captures whose records are lost; their addresses are due again")


def _untold(db: Database, folder: Path, result: Result) -> Iterator[Fix]:
    """Records that no row names, in files that are known and in those that are not."""
    by_file: dict[str, list[Place]] = {name: [] for name in result.files.unknown}
    for place in sorted(result.seen.unnamed, key=lambda place: (place.file, place.offset)):
        by_file.setdefault(place.file, []).append(place)
    sizes = dict(result.files.sizes)
    for name in result.files.unknown:
        sizes[name] = (folder / FOLDER / name).stat().st_size
        by_file[name], hurt = _records_of(folder / FOLDER, name, sizes[name])
        result.seen.hurt += hurt
    try:
        with db.atomic():
            for name, places in sorted(by_file.items()):
                losses.adopt(db, folder, name, sizes[name], places)
    except StorageError as error:
        yield Fix(f"records that no row names stay untold: {error}", False)
        return
    for name, places in sorted(by_file.items()):
        yield Fix(f"told of {len(places):,} captures in {FOLDER}/{name} that no row named")


def _records_of(warcs: Path, name: str, size: int) -> tuple[list[Place], list[Hurt]]:
    """The answers in a file of which nothing is known, and what of it is damaged."""
    places, hurt = [], []
    with (warcs / name).open("rb") as file:
        for stretch in stretches(file, 0, size, ()):
            place = Place(name, stretch.offset, stretch.length)
            kind, why = _kind(stretch)
            if why:
                hurt.append(Hurt(place, why))
            elif kind in CAPTURED:
                places.append(place)
    return places, hurt


def _kind(stretch: Stretch) -> tuple[str, str]:
    """Of the record in a stretch, and what is wrong with it."""
    if stretch.data is None:
        return "", stretch.trouble
    try:
        block = block_of(stretch.data)
    except StorageError as error:
        return "", str(error)
    return block.kind, block.trouble() or ""


def _strangers(folder: Path, result: Result) -> Iterator[Fix]:
    for name in result.files.strangers:
        aside = folder / STRAY
        aside.mkdir(exist_ok=True)
        if (aside / name).exists():
            yield Fix(f"{FOLDER}/{name} stays: there is a {STRAY}/{name} already; move one of them away", False)
            continue
        (folder / FOLDER / name).rename(aside / name)
        yield Fix(f"put {FOLDER}/{name} aside as {STRAY}/{name}")


def _sizes(db: Database, result: Result) -> Iterator[Fix]:
    with db.atomic():
        for name in result.files.resized:
            losses.note_size(db, name, result.files.sizes[name])
    for name in result.files.resized:
        yield Fix(f"noted that {FOLDER}/{name} has {result.files.sizes[name]:,} bytes")


def _damage(folder: Path, hurt: list[Hurt]) -> Iterator[Fix]:
    if hurt:
        remember(
            folder / FOLDER,
            (Damage(one.place.file, one.place.offset, one.place.length, one.why, now()) for one in hurt),
        )
        yield Fix(f"noted {len(hurt):,} damaged stretches in {FOLDER}/damage.json; their bytes are kept")


def _contradictions(db: Database) -> Iterator[Fix]:
    for _ in range(_ROUNDS):
        found = [one for one in contradictions.found(db, 1) if one.contradiction.mend]
        for one in found:
            contradictions.mend(db, one.contradiction)
            yield Fix(f"{one.count:,} {one.contradiction.what}: {_past(one.contradiction.remedy)}")
        if not found:
            return
    for one in contradictions.found(db, 1):
        if one.contradiction.mend:
            yield Fix(f"{one.count:,} {one.contradiction.what}: still so", False)


def _search(db: Database) -> Iterator[Fix]:
    if not index_trouble(db):
        return
    try:
        rebuild_index(db)
        trouble = index_trouble(db)
    except sqlite3.DatabaseError as error:
        trouble = str(error)
    if trouble:
        yield Fix(f"the full-text index can't be mended ({trouble}): restore a backup, or: miacrawl rebuild", False)
    else:
        yield Fix("made the full-text index anew")


def _counts(db: Database) -> Iterator[Fix]:
    if wrong := wrong_counts(db):
        with db.atomic():
            recount(db)
        yield Fix(f"counted articles and addresses anew: {wrong:,} counts or bylines were wrong")
