"""Workers of a cluster, each as if on a machine of its own: started, killed, replaced, and what they cost."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.stress.running import HURRIED

DELAY = 0.05
SETTINGS: Mapping[str, str] = {**HURRIED, "DOWNLOAD_DELAY": str(DELAY)}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a cluster of the tests is: folder, database, seconds of a lease; `extra`: more of the environment."""

    folder: Path
    dsn: str
    lease: float = 16.0
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "MIACRAWL_CLUSTER_DSN": self.dsn,
            "MIACRAWL_CLUSTER_STORE": str(self.folder / "store"),
            "MIACRAWL_CLUSTER_LEASE_SECONDS": str(self.lease),
            "MIACRAWL_ARCHIVE": str(self.folder / "rules"),
            "MIACRAWL_JOBS": "1",  # workers enough
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return {**os.environ, **own, **self.extra}

    def run(self, *arguments: str, code: int = 0) -> str:
        """A command of `miacrawl cluster`; what it printed."""
        line = [sys.executable, "-m", "miacrawl", "cluster", *arguments]
        done = subprocess.run(line, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, f"{arguments}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout if code == 0 else done.stderr

    def begin(self, urls: Sequence[str]) -> None:
        """Set it up, with these sites."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.run("init")
        settings = [part for name, value in SETTINGS.items() for part in ("-s", f"{name}={value}")]
        self.run("enqueue", *urls, *settings)


@dataclass(slots=True)
class Member:
    """A worker: its process, what it is called (its user agent says so to the sites), when it was killed."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    killed: float = 0.0
    cpu: float = 0.0


class Fleet:
    """`count` workers of a cluster, for the length of a `with`. At its end they are told to stop."""

    def __init__(self, cluster: Cluster, count: int, *, before: Sequence[str] = ()) -> None:
        self.cluster = cluster
        self.before = before
        self.serial = 0
        self.gone: list[Member] = []
        self.members = [self.start(place) for place in range(count)]

    def start(self, place: int, *, new: bool = False) -> Member:
        """A worker on the machine `place`, with the shards that the one before left there, unless it is `new`."""
        self.serial += 1
        name = f"w{self.serial}"
        machine = f"machine-{place}-{name}" if new else f"machine-{place}"
        work, log = self.cluster.folder / machine, self.cluster.folder / f"{name}.log"
        line = [*self.before, sys.executable, "-m", "miacrawl", "cluster", "worker", "--allow-private"]
        environment = {**self.cluster.environment, "MIACRAWL_CONTACT": f"mailto:{name}@example.org"}
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*line, "--work", str(work), "--name", name], env=environment, stdout=out, stderr=out
            )
        return Member(name, process, log)

    def kill(self, place: int) -> Member:
        """kill -9 of a worker, and another one in its place."""
        gone = self.members[place]
        gone.killed = time.time()
        gone.process.kill()
        gone.process.wait()
        self.gone.append(gone)
        return gone

    def __enter__(self) -> Fleet:
        return self

    def __exit__(self, *_: object) -> None:
        for member in self.members:
            with contextlib.suppress(ProcessLookupError):
                member.process.send_signal(signal.SIGTERM)
        for member in self.members:
            self._end(member)

    def _end(self, member: Member) -> None:
        if member.process.returncode is not None:
            return
        until = time.monotonic() + 60
        while time.monotonic() < until:
            pid, status, used = os.wait4(member.process.pid, os.WNOHANG)
            if pid:
                member.process.returncode = os.waitstatus_to_exitcode(status)
                member.cpu = used.ru_utime + used.ru_stime
                return
            time.sleep(0.1)
        member.process.kill()
        member.process.wait()

    def said(self) -> str:
        """The last lines of all workers, for findings."""
        logs = (member.log for member in (*self.gone, *self.members))
        return "\n".join(line for log in logs for line in log.read_text("utf-8").splitlines()[-3:])
