"""Where the cluster is: its database and its store, as the settings name them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from miacrawl.cluster.lease import Lease, lease_of
from miacrawl.config.effective import effective
from miacrawl.errors import ConfigError

_NAMED = "set it in the environment, or in {}/miacrawl.yaml under settings"


@dataclass(frozen=True, slots=True)
class Place:
    """`dsn`: of the database, as libpq takes it; `store`: folder or URL.

    `every`, `longest`: seconds between two visits of a site, and that one may take; `keep_bytes`: of shards at hand.
    """

    dsn: str
    store: str
    lease: Lease
    every: float
    longest: float
    keep_bytes: int


def place_of(folder: Path) -> Place:
    """What miacrawl.yaml in `folder` and the environment say. Raises ConfigError where something is missing."""
    settings = effective(folder).settings
    dsn, store = (str(settings.get(f"MIACRAWL_CLUSTER_{name}") or "") for name in ("DSN", "STORE"))
    how = _NAMED.format(folder)
    if not dsn:
        raise ConfigError(f"MIACRAWL_CLUSTER_DSN does not say where PostgreSQL is (postgresql://host/name): {how}")
    if not store:
        raise ConfigError(f"MIACRAWL_CLUSTER_STORE does not say where shards are kept (folder or URL): {how}")
    return Place(
        dsn,
        store,
        lease_of(settings.getfloat("MIACRAWL_CLUSTER_LEASE_SECONDS")),
        settings.getfloat("MIACRAWL_CLUSTER_EVERY_HOURS") * 3600,
        settings.getfloat("MIACRAWL_CLUSTER_VISIT_SECONDS"),
        int(settings.getfloat("MIACRAWL_CLUSTER_KEEP_GB") * 1e9),
    )
