"""A crawl of a site: the ordinary `miacrawl update` on its shard, in a process on a leash."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miacrawl.cluster.lease import steady
from miacrawl.errors import RUN_ENDED, ExitCode

if TYPE_CHECKING:
    from miacrawl.cluster.hold import Hold
    from miacrawl.cluster.shard import Shard

_LOOK_SECONDS = 0.2
_STOP_SECONDS = 120.0
"""A run that was told to stop ends by itself (MIACRAWL_STOP_SECONDS); what is beyond this hangs."""
_COUNTS = ("discovered", "fetched", "new", "changed", "unchanged", "skipped", "gone", "failed", "pending", "bytes")
_NOT_FOR_CRAWLS = ("MIACRAWL_CLUSTER_DSN", "MIACRAWL_CLUSTER_STORE", "MIACRAWL_ARCHIVE")
_SAID = 2_000


@dataclass(frozen=True, slots=True)
class Crawled:
    """How an update ended: its exit code (negative: the signal), what it said in one line, its counts, CPU seconds."""

    exit_code: int
    told: str
    counts: Mapping[str, Any]


def crawl(
    hold: Hold,
    shard: Shard,
    options: Sequence[str],
    stop: threading.Event,
    longest: float,
    rest: Callable[[], float],
) -> Crawled:
    """Update a shard for as long as its site is held. Blocks until the process has ended.

    `stop`: set when the worker is to end; the update then ends as by Ctrl-C, as it does after `longest` seconds.
    `rest()`: for how many seconds from now on nobody else should ask the site's hosts.
    """
    log, known = shard.log, hold.known
    said = log.with_suffix(".json")
    settings = [part for name, value in known.settings.items() for part in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "miacrawl.cluster.leash", str(hold.lease.stop), str(hold.lease.kill), "update"]
    command += [*known.starts, "--archive", str(shard.archive), "--json", "-L", "WARNING", *settings, *options]
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_CRAWLS}
    with log.open("wb") as errors, said.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603  our own interpreter, arguments as a list
            command, stdin=subprocess.PIPE, stdout=out, stderr=errors, env=environment, process_group=0
        )
        try:
            hold.tell(rest, lambda confirmed: _pull(process, confirmed))
            _wait(process, hold, stop, longest)
        finally:
            hold.tell(rest, lambda confirmed: None)
            _kill(process)
            process.wait()
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
    return Crawled(process.returncode, _told(process.returncode, log, hold), _counts(said))


def _pull(process: subprocess.Popen[bytes], confirmed: float) -> None:
    """Tell the process when the lease was renewed."""
    if process.stdin is not None:
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(f"{confirmed!r}\n".encode())
            process.stdin.flush()


def _wait(process: subprocess.Popen[bytes], hold: Hold, stop: threading.Event, longest: float) -> None:
    began, told = steady(), 0.0
    while process.poll() is None:
        _pause(process)
        if hold.lost.is_set() or steady() - hold.confirmed > hold.lease.kill:
            return  # the leash would end it, too
        if not told and (stop.is_set() or steady() - began > longest):
            told = steady()
            process.send_signal(signal.SIGTERM)
        if told and steady() - told > _STOP_SECONDS:
            return


def _pause(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_LOOK_SECONDS)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End what is left of the process and of what it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _counts(said: Path) -> dict[str, Any]:
    """The counts of the run, as the update printed them; none where it printed nothing."""
    try:
        found = json.loads(said.read_text("utf-8"))
        return {name: found[name] for name in (*_COUNTS, "articles", "reason") if name in found}
    except (OSError, ValueError, TypeError):
        return {}


def _told(code: int, log: Path, hold: Hold) -> str:
    """What an update's end means, with its own last word where it has one."""
    if hold.lost.is_set():
        return "another worker has taken the site"
    if code < 0:
        cut = steady() - hold.confirmed > hold.lease.stop or -code == signal.SIGALRM
        return "the database was not heard of" if cut else f"its process was ended by {signal.Signals(-code).name}"
    known = RUN_ENDED.get(code, "it ended with an error")
    if code in (ExitCode.OK, ExitCode.NOTHING, ExitCode.PARTIAL, ExitCode.DRIFT, ExitCode.INTERRUPTED):
        return known
    with contextlib.suppress(OSError, IndexError):
        lines = log.read_bytes()[-_SAID:].decode("utf-8", "replace").strip().splitlines()
        return f"{known}: {lines[-1].removeprefix('miacrawl: ')[:500]}"
    return known
