"""Which WARC files of a shard are to be brought: those that the archive has not, or not all of."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from miacrawl.errors import ConfigError
from miacrawl.store import shards


@dataclass(frozen=True, slots=True)
class Wanted:
    """A WARC file of a shard. `size`: bytes in it that captures are known of, all of them where it is finished."""

    id: int
    name: str
    size: int
    is_finished: bool


def wanted_files(db: Database, known: shards.Known | None) -> list[Wanted]:
    """Files of the shard that is attached. Raises ConfigError where one of them is another shard's here.

    What a run that was killed has left open is taken as far as captures speak of it; a file that the shard has less of
    than the archive stays as it is here.
    """
    run = "NULL" if known is None else shards.translated(db, known.id, "runs", "s.run_id")
    found = db.execute(
        "SELECT s.id, s.name, CASE WHEN s.finished IS NULL OR s.size IS NULL THEN (SELECT max(c.offset + c.length)"
        " FROM shard.captures c WHERE c.warc_id = s.id) ELSE s.size END, s.finished IS NOT NULL AND s.size IS NOT NULL,"
        f" w.id IS NOT NULL, w.size, w.run_id IS {run} FROM shard.warcs s LEFT JOIN warcs w ON w.name = s.name"
        " ORDER BY s.id"
    )
    wanted = []
    for number, name, size, finished, is_here, size_here, is_ours in found.fetchall():
        if is_here and (known is None or not is_ours):
            raise ConfigError(f"{name} is in the archive already, and came from elsewhere: nothing was merged")
        if size and (not is_here or size > (size_here or 0)):
            wanted.append(Wanted(number, name, int(size), bool(finished)))
    return wanted
