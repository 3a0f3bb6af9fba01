"""A PostgreSQL of the tests' own: in a temporary folder, on loopback, as a user that is not root (initdb refuses)."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port

_SECONDS = 120.0


def programs() -> Path | None:
    """The folder of initdb and postgres; None where PostgreSQL is not installed."""
    found = shutil.which("postgres")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


def needs_postgres() -> Path:
    """Where it is. Skips the test where it is not, but in CI, which has to have it."""
    found, missing = programs(), _missing()
    if found is not None and not missing:
        return found
    told = missing or "PostgreSQL is not installed (apt-get install postgresql)"
    if os.environ.get("MIACRAWL_REQUIRE_POSTGRES"):
        pytest.fail(f"{told}, and MIACRAWL_REQUIRE_POSTGRES says it must be")
    pytest.skip(told)


def _missing() -> str:
    """What of the extra is not installed, in words."""
    missing = [name for name in ("psycopg", "procrastinate", "fsspec") if importlib.util.find_spec(name) is None]
    return f"{', '.join(missing)}: not installed (pip install 'miacrawl[cluster]')" if missing else ""


class Postgres:
    """A server that can be stopped hard and started again. Listens on `host` besides loopback's own address."""

    def __init__(self, binaries: Path, host: str = "127.0.0.1", settings: dict[str, str] | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="miacrawl-pg-"))
        self.binaries, self.host, self.settings = binaries, host, settings or {}
        self._as = _as_user()
        if self._as:
            shutil.chown(self.folder, "postgres", "postgres")
        self.port = free_port()
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "miacrawl", "-A", "trust", "--no-sync", "-E", "UTF8")
        with (self.folder / "data" / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.0.0.0/8 trust\n")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def dsn(self) -> str:
        """Where its database is."""
        return f"postgresql://miacrawl@{self.host}:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = {"fsync": "off", "listen_addresses": self.host, "port": str(self.port), "max_connections": "200",
                    "unix_socket_directories": str(self.folder), "log_destination": "stderr",
                    **self.settings}  # fmt: skip
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._as, str(self.binaries / "postgres"), "-D", str(self.folder / "data"), *options],
                stdout=log, stderr=log, cwd="/",
            )  # fmt: skip
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), 1):
                done = subprocess.run(
                    [str(self.binaries / "pg_isready"), "-h", self.host, "-p", str(self.port)],
                    capture_output=True, check=False,
                )  # fmt: skip
                if done.returncode == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError((self.folder / "log").read_text("utf-8")[-2000:])

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stop it: SIGQUIT at once, as by a crash; SIGINT in order."""
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.wait(_SECONDS)
        self._process = None

    def restart(self) -> None:
        """As a crash and a start."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop it and take its folder away."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as, str(self.binaries / program), *arguments], capture_output=True, check=False, cwd="/"
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode("utf-8", "replace")[-2000:])


def _as_user() -> list[str]:
    """What runs a program as the user that Debian's package makes, where we are root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]


@contextlib.contextmanager
def postgres(host: str = "127.0.0.1", settings: dict[str, str] | None = None) -> Iterator[Postgres]:
    """A running server for the length of a `with`."""
    server = Postgres(needs_postgres(), host, settings)
    try:
        server.start()
        yield server
    finally:
        server.remove()
