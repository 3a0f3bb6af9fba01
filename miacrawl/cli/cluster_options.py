"""What the commands of `miacrawl cluster` share: where the cluster is, and how it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from miacrawl.cluster.database import Database
    from miacrawl.cluster.place import Place
    from miacrawl.cluster.store import Store

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Opened:
    """A cluster that can be used. `name`: its own, by which its store is known."""

    place: Place
    database: Database
    store: Store
    name: str


def folder_option(function: F) -> F:
    """`--archive DIR`: the folder whose miacrawl.yaml says where the cluster is."""
    return click.option(
        "--archive",
        "-a",
        "folder",
        envvar="MIACRAWL_ARCHIVE",
        default="archive",
        show_default=True,
        show_envvar=True,
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder whose miacrawl.yaml and sites/ hold for the cluster, if it is there.",
    )(function)


def opened(folder: Path) -> Opened:
    """The cluster that the settings name. Raises ConfigError, DatabaseError, StoreError."""
    from miacrawl.cluster import extra, schema
    from miacrawl.cluster.database import Database, check_server
    from miacrawl.cluster.place import place_of
    from miacrawl.cluster.store import store_at

    extra.needed()
    place = place_of(folder)
    database = Database(place.dsn, place.lease.patience)
    with database.session() as connection:
        check_server(connection)
        name = schema.check(connection)
    store = store_at(place.store)
    store.check(name)
    return Opened(place, database, store, name)
