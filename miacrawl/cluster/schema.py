"""The register's tables, beside those of the queue, in one schema of PostgreSQL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miacrawl.cluster.database import SCHEMA
from miacrawl.cluster.errors import OutdatedError
from miacrawl.cluster.extra import module
from miacrawl.errors import ConfigError

if TYPE_CHECKING:
    from miacrawl.cluster.database import Connection

STEPS: tuple[str, ...] = (
    """
    CREATE TABLE sites (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL UNIQUE,
        starts jsonb NOT NULL,              -- addresses, or the key of a profile
        hosts text[] NOT NULL,              -- what they are on: no host is in two rows
        settings jsonb NOT NULL DEFAULT '{}',
        every_seconds double precision NOT NULL,
        due timestamptz DEFAULT now(),      -- null: never by itself
        token bigint NOT NULL DEFAULT 0,    -- of the last worker that took it: only that one may publish
        holder text,                        -- that worker, while it holds the site
        lease_until timestamptz,            -- nobody else takes it before
        rest_until timestamptz,             -- nobody asks its hosts before
        generation bigint NOT NULL DEFAULT 0, -- the shard that holds: the token of who published it; 0: none yet
        failures integer NOT NULL DEFAULT 0, -- visits in a row that failed
        exit_code integer,                  -- of the last visit
        told text,                          -- what it said
        ended timestamptz,
        added timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX sites_due ON sites (due);
    CREATE INDEX sites_hosts ON sites USING gin (hosts);
    CREATE TABLE generations (
        site_id integer NOT NULL REFERENCES sites,
        number bigint NOT NULL,
        files jsonb NOT NULL,               -- what the shard is made of: name, key in the store, size, SHA-256
        steps jsonb NOT NULL,               -- migrations that made its database
        articles bigint NOT NULL,
        bytes bigint NOT NULL,
        worker text NOT NULL,
        published timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (site_id, number)
    );
    CREATE INDEX generations_published ON generations (published);
    CREATE TABLE visits (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        site_id integer NOT NULL REFERENCES sites,
        token bigint NOT NULL,
        worker text NOT NULL,
        base bigint NOT NULL,               -- generation that it went on from
        began timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended timestamptz,                  -- empty while it goes on
        exit_code integer,                  -- of the update; empty where it never ended
        told text,
        counts jsonb,                       -- what the update says of itself
        generation bigint                   -- that it published
    );
    CREATE INDEX visits_site ON visits (site_id, id);
    CREATE INDEX visits_began ON visits (began);
    CREATE INDEX visits_open ON visits (site_id) WHERE ended IS NULL;
    CREATE TABLE notes (key text PRIMARY KEY, value jsonb NOT NULL);
    """,
)
"""Each brings the register from one form to the next; what was once released is never changed."""


def set_up(connection: Connection) -> str:
    """Make what is missing, one at a time. Returns the cluster's own name. Raises OutdatedError, psycopg.Error."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('miacrawl cluster init'))")
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        _set_up_queue(connection)
        made = _steps_made(connection)
        _refuse_newer(made)
        for step in STEPS[made:]:
            connection.execute(step)
        note(connection, "steps", len(STEPS))
        note(connection, "queue", _queue_steps())
        connection.execute(
            "INSERT INTO notes VALUES ('cluster', to_jsonb(gen_random_uuid()::text)) ON CONFLICT DO NOTHING"
        )
        return str(noted(connection, "cluster"))


def check(connection: Connection) -> str:
    """The cluster's own name. Raises ConfigError where it is not set up, OutdatedError where by a newer miacrawl."""
    made = _steps_made(connection)
    _refuse_newer(made)
    if made < len(STEPS) or set(_queue_steps()) - set(noted(connection, "queue") or ()):
        raise ConfigError("the cluster's database is not set up for this miacrawl: run miacrawl cluster init")
    return str(noted(connection, "cluster"))


def note(connection: Connection, key: str, value: Any) -> None:
    """Keep something of the whole cluster."""
    connection.execute(
        "INSERT INTO notes VALUES (%s, %s::jsonb) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [key, json.dumps(value)],
    )


def noted(connection: Connection, key: str) -> Any:
    """What was noted; None where nothing was."""
    row = connection.execute("SELECT value FROM notes WHERE key = %s", [key]).fetchone()
    return row["value"] if row else None


def _refuse_newer(made: int) -> None:
    if made > len(STEPS):
        raise OutdatedError(
            f"the cluster's database was set up by a newer miacrawl (step {made}, this one knows {len(STEPS)}): "
            "install that one; nothing was changed"
        )


def _there(connection: Connection, table: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL AS there", [f"{SCHEMA}.{table}"]).fetchone()
    return bool(row and row["there"])


def _steps_made(connection: Connection) -> int:
    return int(noted(connection, "steps") or 0) if _there(connection, "notes") else 0


def _queue_steps() -> list[str]:
    """Names of the steps by which the queue's tables came to be what its library wants."""
    folder = Path(module("procrastinate.schema").SchemaManager.get_migrations_path())
    return sorted(path.name for path in folder.glob("*.sql"))


def _set_up_queue(connection: Connection) -> None:
    """The queue's own tables: all at once the first time, then by the library's steps that are not made yet."""
    manager, steps = module("procrastinate.schema").SchemaManager, _queue_steps()
    if not _there(connection, "procrastinate_jobs"):
        connection.execute(manager.get_schema())
    else:
        made = set(noted(connection, "queue") or ()) if _there(connection, "notes") else set(steps)
        for name in steps:
            if name not in made:
                connection.execute((Path(manager.get_migrations_path()) / name).read_text("utf-8"))
