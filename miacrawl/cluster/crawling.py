"""A site's shard worked on: the ordinary `miacrawl update`, or another command, in a process on a leash."""

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
    from miacrawl.cluster.register import Known
    from miacrawl.cluster.shard import Shard

_LOOK_SECONDS = 0.2
_STOP_SECONDS = 120.0
"""A run that was told to stop ends by itself (MIACRAWL_STOP_SECONDS); what is beyond this hangs."""
_COUNTS = ("discovered", "fetched", "new", "changed", "unchanged", "skipped", "gone", "failed", "pending", "bytes")
_NOT_FOR_CRAWLS = ("MIACRAWL_CLUSTER_DSN", "MIACRAWL_CLUSTER_STORE", "MIACRAWL_ARCHIVE")
_SAID = 2_000


@dataclass(frozen=True, slots=True)
class Crawled:
    """How a command ended: its exit code (negative: the signal), what it said in one line, the counts of an update.

    `unheard`: it was ended because the lease was not renewed.
    """

    exit_code: int
    told: str
    counts: Mapping[str, Any]
    unheard: bool = False


def update_of(known: Known, options: Sequence[str]) -> list[str]:
    """The arguments of a site's update."""
    settings = [part for name, value in known.settings.items() for part in ("-s", f"{name}={value}")]
    return ["update", *known.starts, "--json", "-L", "WARNING", *settings, *options]


def leashed(
    hold: Hold,
    shard: Shard,
    arguments: Sequence[str],
    stop: threading.Event,
    longest: float,
    rest: Callable[[], float],
    *,
    shown: bool = False,
) -> Crawled:
    """Run `miacrawl ARGUMENTS` on a shard for as long as its site is held. Blocks until the process has ended.

    `stop`: set when the worker is to end; the command then ends as by Ctrl-C, as it does after `longest` seconds.
    `rest()`: for how many seconds from now on nobody else should ask the site's hosts. `shown`: what the command says
    goes where ours goes, else into files beside the shard.
    """
    log = shard.log
    said = log.with_suffix(".json")
    times = (hold.lease.stop, hold.lease.kill, hold.confirmed)
    command = [sys.executable, "-m", "miacrawl.cluster.leash", *map(repr, times)]
    command += [*arguments, "--archive", str(shard.archive)]
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_CRAWLS}
    with log.open("wb") as errors, said.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603  our own interpreter, arguments as a list
            command,
            stdin=subprocess.PIPE,
            stdout=None if shown else out,
            stderr=None if shown else errors,
            env=environment,
            process_group=0,
        )
        try:
            hold.tell(rest, lambda confirmed: _pull(process, confirmed))
            unheard = _wait(process, hold, stop, longest)
        finally:
            hold.tell(rest, lambda confirmed: None)
            _kill(process)
            process.wait()
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
    code = process.returncode
    unheard = unheard or code == -signal.SIGALRM
    return Crawled(code, _told(code, log, hold, unheard=unheard), _counts(said), unheard)


def _pull(process: subprocess.Popen[bytes], confirmed: float) -> None:
    """Tell the process when the lease was renewed."""
    if process.stdin is not None:
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(f"{confirmed!r}\n".encode())
            process.stdin.flush()


def _wait(process: subprocess.Popen[bytes], hold: Hold, stop: threading.Event, longest: float) -> bool:
    """Wait for the end, tell the process to end where it is time; whether it is to be killed for want of word."""
    began, told = steady(), 0.0
    while process.poll() is None:
        _pause(process)
        if hold.lost.is_set() or steady() - hold.confirmed > hold.lease.kill:
            return True  # the leash would end it, too
        if not told and (stop.is_set() or steady() - began > longest):
            told = steady()
            process.send_signal(signal.SIGTERM)
        if told and steady() - told > _STOP_SECONDS:
            return False
    return False


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


def _told(code: int, log: Path, hold: Hold, *, unheard: bool) -> str:
    """What a command's end means, with its own last word where it has one."""
    if hold.lost.is_set():
        return "another worker has taken the site"
    if unheard:
        return "it was ended because the database was not heard of"
    if code < 0:
        return f"its process was ended by {signal.Signals(-code).name}"
    known = RUN_ENDED.get(code, "it ended with an error")
    if code in (ExitCode.OK, ExitCode.NOTHING, ExitCode.PARTIAL, ExitCode.DRIFT, ExitCode.INTERRUPTED):
        return known
    with contextlib.suppress(OSError, IndexError):
        lines = log.read_bytes()[-_SAID:].decode("utf-8", "replace").strip().splitlines()
        return f"{known}: {lines[-1].removeprefix('miacrawl: ')[:500]}"
    return known
