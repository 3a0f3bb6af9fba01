"""Shards brought to where they are merged and served: of each site the one that holds, only what is new of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from miacrawl.cluster import register
from miacrawl.cluster.database import Database
from miacrawl.cluster.errors import StoreError
from miacrawl.cluster.shard import Shard
from miacrawl.cluster.store import Store

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Pulled:
    """A site's shard that is at hand now: its archive, its generation, and whether it is another one than before."""

    site: str
    archive: Path
    generation: int
    changed: bool


def pull(
    database: Database,
    store: Store,
    cluster: str,
    folder: Path,
    names: list[str] | None = None,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Iterator[Pulled]:
    """Bring the shards of all sites, or of some, into `folder`; `told(done, of)` is called for each.

    Raises OutdatedError where a newer miacrawl made one, StoreError, StorageError, DatabaseError. A shard is replaced
    as a whole, so what was brought before is whole at any moment but that of the exchange.
    """
    sites = database.run(lambda asked: register.published(asked, names))
    for number, site in enumerate(sites):
        yield _pulled(database, store, Shard.of(folder, site["name"], cluster), site["id"])
        told(number + 1, len(sites))


def _pulled(database: Database, store: Store, shard: Shard, site_id: int) -> Pulled:
    for left in reversed(range(_TRIES)):
        generation, manifest = database.run(lambda asked: register.newest(asked, site_id))
        state = shard.state()
        try:
            with shard.used() as ours:
                if not ours:
                    raise StoreError(f"another process brings {shard.name} to {shard.home} just now")
                shard.bring(store, generation, manifest)
        except StoreError:
            if not left or database.run(lambda asked: register.newest(asked, site_id))[0] == generation:
                raise
            continue  # it was published again meanwhile, and what was to be fetched is gone
        return Pulled(shard.name, shard.archive, generation, state is None or state.base != generation)
    raise AssertionError("unreachable: the last try raises")
