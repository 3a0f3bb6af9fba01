"""How the cluster stands: sites, workers, queue, as the register has them at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from miacrawl.cluster.database import Connection

_HELD_SHOWN = 50
_FAILING_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """`sites`: counts by name (all, due, held, resting, paused, failing, published); `jobs`: of the queue, by state.

    `workers`: those heard of in the last minute; `held`: sites with worker, token and seconds since they were taken;
    `failing`: sites whose last visits failed, the most often first; `articles`, `bytes`: of all published shards.
    """

    sites: Mapping[str, int]
    jobs: Mapping[str, int]
    workers: int
    articles: int
    bytes: int
    held: tuple[Mapping[str, Any], ...]
    failing: tuple[Mapping[str, Any], ...]


def standing(connection: Connection) -> Standing:
    """Read it all. Raises psycopg.Error."""
    sites = connection.execute(
        "SELECT count(*) AS all, count(*) FILTER (WHERE due <= now()) AS due,"
        " count(*) FILTER (WHERE lease_until > now()) AS held, count(*) FILTER (WHERE rest_until > now()"
        " AND (lease_until IS NULL OR lease_until < now())) AS resting, count(*) FILTER (WHERE due IS NULL) AS paused,"
        " count(*) FILTER (WHERE failures > 0) AS failing, count(*) FILTER (WHERE generation > 0) AS published"
        " FROM sites"
    ).fetchone()
    jobs = connection.execute(
        "SELECT status::text AS state, count(*) AS n FROM procrastinate_jobs GROUP BY 1 ORDER BY 1"
    ).fetchall()
    workers = connection.execute(
        "SELECT count(*) AS n FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'"
    ).fetchone()
    held = connection.execute(
        "SELECT s.name AS site, s.holder AS worker, s.token, extract(epoch FROM now() - v.began)::int AS seconds"
        " FROM sites s JOIN visits v ON v.site_id = s.id AND v.token = s.token WHERE s.lease_until > now()"
        " ORDER BY v.began LIMIT %s",
        [_HELD_SHOWN],
    ).fetchall()
    failing = connection.execute(
        "SELECT name AS site, failures, exit_code, told, to_char(ended AT TIME ZONE 'UTC',"
        ' \'YYYY-MM-DD"T"HH24:MI:SS"Z"\') AS ended FROM sites WHERE failures > 0 ORDER BY failures DESC, name LIMIT %s',
        [_FAILING_SHOWN],
    ).fetchall()
    size = connection.execute(
        "SELECT coalesce(sum(g.articles), 0)::bigint AS articles, coalesce(sum(g.bytes), 0)::bigint AS bytes"
        " FROM sites s JOIN generations g ON g.site_id = s.id AND g.number = s.generation"
    ).fetchone()
    return Standing(
        {name: int(count) for name, count in (sites or {}).items()},
        {row["state"]: int(row["n"]) for row in jobs},
        int(workers["n"]) if workers else 0,
        int(size["articles"]) if size else 0,
        int(size["bytes"]) if size else 0,
        tuple(held),
        tuple(failing),
    )
