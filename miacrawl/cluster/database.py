"""The cluster's database: connections that notice within seconds that nobody answers any more, and errors in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from miacrawl.cluster.errors import DatabaseError
from miacrawl.cluster.extra import module
from miacrawl.errors import ConfigError

if TYPE_CHECKING:
    import psycopg

    Connection: TypeAlias = psycopg.Connection[dict[str, Any]]

T = TypeVar("T")
SCHEMA = "miacrawl"
"""Of PostgreSQL: all that is ours is in it, the queue's tables too."""
PATIENCE_SECONDS = 30.0
OLDEST_SERVER = 14
MOST_SKEW_SECONDS = 60.0
"""Clocks that differ by more would give captures wrong times, and make hosts' holds too long or too short."""


@dataclass(frozen=True, slots=True)
class Database:
    """Where it is, and how many seconds an answer may take before a connection is given up."""

    dsn: str
    patience: int = 5

    def parameters(self) -> Mapping[str, Any]:
        """What libpq is told. Raises ConfigError where the DSN can't be read."""
        psycopg, told = module("psycopg"), module("psycopg.conninfo")
        try:
            given: dict[str, Any] = told.conninfo_to_dict(self.dsn)
        except psycopg.Error as error:
            # Its message would show the DSN, and a password with it.
            raise ConfigError(
                "MIACRAWL_CLUSTER_DSN can't be read: write it as postgresql://user@host/name or host=… dbname=…"
            ) from error
        beat = max(1, self.patience // 2)
        # Both sides look whether the other is there: a worker in time to stop, the server to let go of its locks.
        server = {
            "search_path": SCHEMA,
            "tcp_keepalives_idle": beat,
            "tcp_keepalives_interval": beat,
            "tcp_keepalives_count": 2,
            "tcp_user_timeout": self.patience * 1000,
            "idle_in_transaction_session_timeout": "60s",
        }
        options = " ".join(f"-c {name}={value}" for name, value in server.items())
        ours = {
            "connect_timeout": max(2, self.patience),
            "keepalives": 1,
            "keepalives_idle": beat,
            "keepalives_interval": beat,
            "keepalives_count": 2,
            "tcp_user_timeout": self.patience * 1000,
            "application_name": "miacrawl",
        }
        return {**ours, **given, "options": f"{given.get('options') or ''} {options}".strip()}

    def connect(self) -> Connection:
        """A connection on which every statement stands for itself. Raises psycopg.Error."""
        psycopg, rows = module("psycopg"), module("psycopg.rows")
        made: Connection = psycopg.connect(**self.parameters(), autocommit=True, row_factory=rows.dict_row)
        # Behind a pool that hands out connections by statement, nothing that is prepared can be relied on.
        made.prepare_threshold = None
        return made

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A connection for the length of a `with`. Raises DatabaseError."""
        psycopg = module("psycopg")
        try:
            with self.connect() as connection:
                yield connection
        except psycopg.Error as error:
            raise DatabaseError(explained(error)) from error

    def run(self, work: Callable[[Connection], T], seconds: float = PATIENCE_SECONDS) -> T:
        """What `work` gives; again for so many seconds while the database can't be reached, as in a restart.

        `work` has to be of a kind that may be done twice. Raises DatabaseError.
        """
        psycopg, until = module("psycopg"), time.monotonic() + seconds
        while True:
            try:
                with self.connect() as connection:
                    return work(connection)
            except psycopg.OperationalError as error:
                if time.monotonic() > until:
                    raise DatabaseError(explained(error)) from error
                time.sleep(0.5)
            except psycopg.Error as error:
                raise DatabaseError(explained(error)) from error


def explained(error: BaseException) -> str:
    """One line on what went wrong with the database, and what to do."""
    told = (str(error).strip().splitlines() or [type(error).__name__])[0]
    if isinstance(error, DatabaseError):
        return told
    if "does not exist" in told and ("relation" in told or "schema" in told or "type" in told):
        return f"the cluster's database is not set up ({told}): run miacrawl cluster init"
    if "permission denied" in told:
        return f"the cluster's database refuses ({told}): give its user the rights to schema {SCHEMA}"
    if isinstance(error, module("psycopg").OperationalError):
        return f"the cluster's database can't be reached ({told}): see that it runs and lets this machine in"
    return f"the cluster's database: {told}"


def check_server(connection: Connection) -> None:
    """Raises ConfigError where the server is too old, or this machine's clock is not the server's."""
    check_version(connection.info.server_version)
    asked = time.time()
    row = connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8 AS now").fetchone()
    answered = time.time()
    check_skew((asked + answered) / 2 - float(row["now"] if row else 0), (answered - asked) / 2)


def check_version(version: int) -> None:
    """Raises ConfigError for a PostgreSQL (150018: 15.18) that lacks what is needed."""
    if version < OLDEST_SERVER * 10_000:
        told = f"{version // 10_000}.{version % 10_000}"
        raise ConfigError(f"PostgreSQL is {told}; the cluster needs {OLDEST_SERVER} or newer")


def check_skew(ahead: float, doubt: float) -> None:
    """Raises ConfigError where a clock is too many seconds ahead of the server's, or behind it."""
    if abs(ahead) - doubt > MOST_SKEW_SECONDS:
        side = "ahead of" if ahead > 0 else "behind"
        raise ConfigError(
            f"this machine's clock is {abs(ahead):.0f} s {side} that of PostgreSQL: captures would bear wrong times; "
            "set both clocks (NTP)"
        )
