"""A run of miacrawl in a process of its own: its memory while it runs, its end, and being killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_SAMPLE_SECONDS = 0.1
HURRIED: Mapping[str, str] = {
    "DOWNLOAD_DELAY": "0.01",
    "AUTOTHROTTLE_ENABLED": "0",
    "MIACRAWL_RETRY_SECONDS": "0.5",
    "MIACRAWL_BACK_OFF_SECONDS": "0.2",
}
"""A site on loopback needs no more patience than this; how patient a run is otherwise is a mark of its own."""


@dataclass(slots=True)
class Run:
    """One process. `peak_mb`: the most memory it held (resident, VmHWM), in 10^6 bytes."""

    process: subprocess.Popen[str]
    began: float = field(default_factory=time.monotonic)
    peak_mb: float = 0.0
    seconds: float = 0.0
    out: str = ""
    err: str = ""
    _watch: threading.Thread | None = None

    def watch(self) -> None:
        """Look at its memory until it ends."""
        self._watch = threading.Thread(target=self._sample, daemon=True)
        self._watch.start()

    def _sample(self) -> None:
        while self.process.poll() is None:
            self.peak_mb = max(self.peak_mb, peak_of(self.process.pid))
            time.sleep(_SAMPLE_SECONDS)

    def end(self, timeout: float = 3600) -> int:
        """Wait for its end; its exit code (negative: the signal that ended it)."""
        try:
            self.out, self.err = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.out, self.err = self.process.communicate()
            self.err += f"\n(the bench killed it after {timeout:.0f} s)"
        self.seconds = time.monotonic() - self.began
        return self.process.returncode

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.end(30)

    def terminate(self) -> None:
        """SIGTERM."""
        self.process.send_signal(signal.SIGTERM)

    @property
    def last_lines(self) -> str:
        """What it said at its end, for findings."""
        return "\n".join((self.err + self.out).strip().splitlines()[-8:])


def peak_of(pid: int) -> float:
    """Peak of the resident memory of a process, in 10^6 bytes; 0 where it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0.0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0")
    return int(line.split()[1]) * 1024 / 1e6


def start(command: str, targets: Sequence[str], archive: Path, settings: Mapping[str, str], *more: str) -> Run:
    """Begin `miacrawl crawl` or `update` on a site on loopback."""
    chosen = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    line = [sys.executable, "-m", "miacrawl", command, *targets, "--archive", str(archive), "--allow-private", "-q"]
    archive.parent.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [*line, *chosen, *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    run = Run(process)
    run.watch()
    return run


def finish(command: str, targets: Sequence[str], archive: Path, settings: Mapping[str, str], *more: str) -> Run:
    """The same to its end."""
    run = start(command, targets, archive, settings, *more)
    run.end()
    return run
