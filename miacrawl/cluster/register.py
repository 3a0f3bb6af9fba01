"""The register of sites in PostgreSQL: which there are, which are due, who holds which, and which shard holds.

All times are those of the database: no worker's clock decides who may do what.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from miacrawl.cluster.errors import LostError
from miacrawl.cluster.manifest import Manifest
from miacrawl.errors import ConfigError

if TYPE_CHECKING:
    from miacrawl.cluster.database import Connection
    from miacrawl.cluster.site import Site

LOCKS = 0x6D6961
"""Our own kind of advisory lock: (LOCKS, number of the site)."""
KEPT_VISITS_DAYS = 90
KEPT_GENERATIONS = 2
"""The one that holds and the one before: who brings that one just now can finish."""


@dataclass(frozen=True, slots=True)
class Known:
    """A row of the register as a visit needs it. `base`: the generation that holds, 0 where there is none."""

    id: int
    name: str
    starts: tuple[str, ...]
    settings: Mapping[str, str]
    token: int
    base: int
    failures: int


@dataclass(frozen=True, slots=True)
class Busy:
    """Why a site can't be taken now, and in how many seconds to ask again; None: not at all, it is not due."""

    why: str
    seconds: float | None = None


def add(connection: Connection, site: Site, every: float | None, usual: float) -> bool:
    """Enter a site, or give one that is known new start addresses and settings; whether it is new.

    `every`: seconds between visits, None: as it is, or `usual` for a new one. Raises ConfigError where another site
    has one of its hosts: nobody could keep the delays then.
    """
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('miacrawl sites'))")
    other = connection.execute(
        "SELECT name, hosts FROM sites WHERE hosts && %s AND name <> %s LIMIT 1", [list(site.hosts), site.name]
    ).fetchone()
    if other:
        shared = ", ".join(sorted(set(other["hosts"]) & set(site.hosts)))
        raise ConfigError(f"{site.name} and the site {other['name']} of the cluster share {shared}: keep one of them")
    row = connection.execute(
        "INSERT INTO sites (name, starts, hosts, settings, every_seconds) VALUES (%(name)s, %(starts)s::jsonb,"
        " %(hosts)s, %(settings)s::jsonb, coalesce(%(every)s, %(usual)s)::float8) ON CONFLICT (name) DO UPDATE SET"
        " starts = (SELECT jsonb_agg(DISTINCT one) FROM jsonb_array_elements(sites.starts || excluded.starts) one),"
        " hosts = excluded.hosts, settings = sites.settings || excluded.settings,"
        " every_seconds = coalesce(%(every)s, sites.every_seconds) RETURNING xmax = 0 AS new",
        {
            "name": site.name,
            "starts": json.dumps(site.starts),
            "hosts": list(site.hosts),
            "settings": json.dumps(dict(site.settings)),
            "every": every,
            "usual": usual,
        },
    ).fetchone()
    return bool(row and row["new"])


def resume(connection: Connection, names: list[str]) -> None:
    """Have sites visited now, and by themselves from then on."""
    connection.execute("UPDATE sites SET due = least(due, now()) WHERE name = ANY(%s)", [names])


def pause(connection: Connection, names: list[str]) -> None:
    """Have sites visited no more by themselves."""
    connection.execute("UPDATE sites SET due = NULL WHERE name = ANY(%s)", [names])


def due(connection: Connection, most: int) -> list[str]:
    """Sites whose time has come, that no job of the queue is for, and that nobody holds."""
    rows = connection.execute(
        "SELECT name FROM sites s WHERE due <= now() AND (lease_until IS NULL OR lease_until < now()) AND NOT EXISTS"
        " (SELECT 1 FROM procrastinate_jobs j WHERE j.lock = s.name AND j.status IN ('todo', 'doing'))"
        " ORDER BY due LIMIT %s",
        [most],
    ).fetchall()
    return [row["name"] for row in rows]


def locked(connection: Connection, site_id: int) -> bool:
    """Take the site's advisory lock for this connection, if nobody has it."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s) AS got", [LOCKS, site_id]).fetchone()
    return bool(row and row["got"])


def cut_off(connection: Connection, site_id: int) -> int:
    """End the connections of others that have the site's advisory lock; how many there were."""
    rows = connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
        " AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND pid <> pg_backend_pid()",
        [LOCKS, site_id],
    ).fetchall()
    return len(rows)


def site_id(connection: Connection, name: str) -> int | None:
    """The number of a site; None where there is none of this name."""
    row = connection.execute("SELECT id FROM sites WHERE name = %s", [name]).fetchone()
    return int(row["id"]) if row else None


def lease(connection: Connection, number: int) -> tuple[int, float | None]:
    """The last token of a site, and in how many seconds its lease runs out; None where nobody holds it."""
    row = connection.execute(
        "SELECT token, extract(epoch FROM lease_until - clock_timestamp())::float8 AS left FROM sites WHERE id = %s",
        [number],
    ).fetchone()
    return (int(row["token"]), row["left"]) if row else (0, None)


def take(
    connection: Connection, number: int, worker: str, seconds: float, *, errand: bool = False, orphan: int = 0
) -> Known | Busy:
    """Take a site for so many seconds, with a token of its own; the caller has its advisory lock.

    It has to be due, and its hosts not to be left alone, unless it is for an `errand` that asks them for nothing.
    The lease of the token `orphan` does not count: the caller knows that nobody is there any more.
    """
    row = connection.execute(
        "UPDATE sites SET token = token + 1, holder = %(worker)s,"
        " lease_until = clock_timestamp() + %(seconds)s * interval '1 second' WHERE id = %(id)s"
        " AND (%(errand)s OR due <= clock_timestamp())"
        " AND (lease_until IS NULL OR lease_until < clock_timestamp() OR token = %(orphan)s)"
        " AND (%(errand)s OR rest_until IS NULL OR rest_until < clock_timestamp() OR token = %(orphan)s)"
        " RETURNING id, name, starts, settings, token, generation, failures",
        {"worker": worker, "seconds": seconds, "id": number, "errand": errand, "orphan": orphan or -1},
    ).fetchone()
    if row is None:
        return _why_not(connection, number)
    values = [number, row["token"], worker, row["generation"]]
    connection.execute(
        "UPDATE visits SET ended = clock_timestamp(), told = 'its worker was not heard of any more'"
        " WHERE site_id = %s AND ended IS NULL",
        [number],
    )
    connection.execute("INSERT INTO visits (site_id, token, worker, base) VALUES (%s, %s, %s, %s)", values)
    return Known(
        row["id"], row["name"], tuple(row["starts"]), row["settings"], row["token"], row["generation"], row["failures"]
    )


def _why_not(connection: Connection, number: int) -> Busy:
    row = connection.execute(
        "SELECT due <= clock_timestamp() AS due, holder,"
        " extract(epoch FROM lease_until - clock_timestamp())::float8 AS held,"
        " extract(epoch FROM rest_until - clock_timestamp())::float8 AS rest FROM sites WHERE id = %s",
        [number],
    ).fetchone()
    if row is None:
        return Busy("it is not in the register")
    if (row["held"] or 0) > 0:
        return Busy(f"{row['holder']} holds it", row["held"])
    if not row["due"]:
        return Busy("it is not due")
    return Busy("its hosts are to be left alone", max(0.0, row["rest"] or 0.0))


def renew(connection: Connection, known: Known, seconds: float, rest: float) -> bool:
    """Hold a site for so many seconds more, its hosts left alone for `rest` seconds; whether it is still ours."""
    row = connection.execute(
        "UPDATE sites SET lease_until = clock_timestamp() + %s * interval '1 second',"
        " rest_until = greatest(rest_until, clock_timestamp() + %s * interval '1 second')"
        " WHERE id = %s AND token = %s RETURNING id",
        [seconds, rest, known.id, known.token],
    ).fetchone()
    return row is not None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a visit ended. `exit_code`: None where the update never ran to an end; `failures`: so many in a row.

    `due`: seconds to the next visit, None: as ever; `rest`: seconds for which the hosts are to be left alone.
    """

    exit_code: int | None
    told: str
    due: float | None = None
    rest: float = 0.0
    failures: int = 0
    counts: Mapping[str, Any] | None = None


def let_go(connection: Connection, known: Known, ending: Ending) -> bool:
    """End a visit and let go of its site; whether it was still ours."""
    with connection.transaction():
        row = connection.execute(
            "UPDATE sites SET holder = NULL, lease_until = NULL, exit_code = %(code)s, told = %(told)s,"
            " ended = clock_timestamp(), failures = %(failures)s,"
            " rest_until = clock_timestamp() + %(rest)s * interval '1 second', due = CASE WHEN due IS NULL THEN NULL"
            " ELSE clock_timestamp() + least(%(due)s::float8, every_seconds) * interval '1 second' END"
            " WHERE id = %(id)s AND token = %(token)s RETURNING id",
            {
                "code": ending.exit_code,
                "told": ending.told,
                "failures": ending.failures,
                "rest": ending.rest,
                "due": ending.due,
                "id": known.id,
                "token": known.token,
            },
        ).fetchone()
        connection.execute(
            "UPDATE visits SET ended = clock_timestamp(), exit_code = %s, told = %s, counts = %s::jsonb"
            " WHERE site_id = %s AND token = %s AND ended IS NULL",
            [ending.exit_code, ending.told, json.dumps(dict(ending.counts or {})), known.id, known.token],
        )
        return row is not None


def forget_visits(connection: Connection) -> None:
    """Remove what is told of visits that ended long ago."""
    connection.execute(
        "DELETE FROM visits WHERE id IN (SELECT id FROM visits WHERE began < now() - %s * interval '1 day'"
        " AND ended IS NOT NULL ORDER BY id LIMIT 10000)",
        [KEPT_VISITS_DAYS],
    )


def leave(connection: Connection, known: Known, exit_code: int | None, told: str) -> bool:
    """End an errand: free the site, which is due when it was to be; whether it was still ours."""
    with connection.transaction():
        row = connection.execute(
            "UPDATE sites SET holder = NULL, lease_until = NULL, ended = clock_timestamp() WHERE id = %s AND token = %s"
            " RETURNING id",
            [known.id, known.token],
        ).fetchone()
        connection.execute(
            "UPDATE visits SET ended = clock_timestamp(), exit_code = %s, told = %s"
            " WHERE site_id = %s AND token = %s AND ended IS NULL",
            [exit_code, told, known.id, known.token],
        )
        return row is not None


def manifest(connection: Connection, number: int, generation: int) -> Manifest | None:
    """What a generation of a site's shard is made of; None where there is none."""
    row = connection.execute(
        "SELECT files, steps, articles, bytes FROM generations WHERE site_id = %s AND number = %s",
        [number, generation],
    ).fetchone()
    return Manifest.of(row["files"], row["steps"], row["articles"]) if row else None


def publish(connection: Connection, known: Known, worker: str, made: Manifest) -> set[str]:
    """Make a shard the one that holds. Returns the keys of all files that are still needed, older shards' included.

    Raises LostError where another worker has taken the site meanwhile, or another shard holds than the one that this
    one went on from: nothing is changed then.
    """
    with connection.transaction():
        row = connection.execute(
            "UPDATE sites SET generation = token WHERE id = %s AND token = %s AND generation = %s RETURNING id",
            [known.id, known.token, known.base],
        ).fetchone()
        if row is None and not _is_published(connection, known):
            raise LostError(f"{known.name} was taken by another worker meanwhile: what was done here is not published")
        connection.execute(
            "INSERT INTO generations (site_id, number, files, steps, articles, bytes, worker)"
            " VALUES (%s, %s, %s::jsonb, %s::jsonb, %s, %s, %s) ON CONFLICT DO NOTHING",
            [known.id, known.token, made.as_json(), json.dumps(made.steps), made.articles, made.size, worker],
        )
        connection.execute(
            "UPDATE visits SET generation = token WHERE site_id = %s AND token = %s", [known.id, known.token]
        )
        connection.execute(
            "DELETE FROM generations WHERE site_id = %(id)s AND number NOT IN"
            " (SELECT number FROM generations WHERE site_id = %(id)s ORDER BY number DESC LIMIT %(kept)s)",
            {"id": known.id, "kept": KEPT_GENERATIONS},
        )
        rows = connection.execute("SELECT files FROM generations WHERE site_id = %s", [known.id]).fetchall()
    return {file["key"] for row in rows for file in row["files"]}


def _is_published(connection: Connection, known: Known) -> bool:
    """Whether it was done already: the answer may not have come through."""
    row = connection.execute(
        "SELECT 1 AS done FROM sites WHERE id = %s AND token = %s AND generation = %s",
        [known.id, known.token, known.token],
    ).fetchone()
    return row is not None


def published(connection: Connection, names: list[str] | None = None) -> list[Mapping[str, Any]]:
    """id, name and generation of all sites that have a shard, or of those of some names."""
    return list(
        connection.execute(
            "SELECT id, name, generation FROM sites WHERE generation > 0 AND (%(names)s::text[] IS NULL"
            " OR name = ANY(%(names)s)) ORDER BY name",
            {"names": names},
        ).fetchall()
    )


def newest(connection: Connection, number: int) -> tuple[int, Manifest | None]:
    """The generation of a site that holds, and what it is made of."""
    row = connection.execute("SELECT generation FROM sites WHERE id = %s", [number]).fetchone()
    generation = int(row["generation"]) if row else 0
    return generation, manifest(connection, number, generation)
