"""`python -m miacrawl.cluster.leash STOP KILL RENEWED update …`: miacrawl itself, on a leash that its worker holds.

RENEWED is when the worker's lease was last renewed, as a number of `steady()`; of each renewal since then it writes the
same to standard input. STOP seconds after the last one the run is told to stop, KILL seconds after it the process is
gone. It is gone at once where the worker is, for then the pipe has an end. Two watch over that: a thread, and a timer
of the kernel's for the case that Python can't run it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import sys
import threading

from miacrawl.cluster.lease import steady

_LOOK_SECONDS = 0.2
_DIE_WITH_PARENT = 1


class Leash:
    """Watches over this process by what comes in on the descriptor `source`."""

    def __init__(self, source: int, stop: float, kill: float, renewed: float) -> None:
        self.source = source
        self.stop = stop
        self.kill = kill
        self.renewed = renewed
        self._rest = b""
        self._told = False

    def begin(self) -> None:
        """Begin to watch; from the main thread."""
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        self._wind_up()
        threading.Thread(target=self._watch, name="leash", daemon=True).start()

    def _wind_up(self) -> None:
        """Have the kernel end this process when the time is over, whatever Python does."""
        signal.setitimer(signal.ITIMER_REAL, max(0.01, self.renewed + self.kill - steady()))

    def _watch(self) -> None:
        while True:
            ready, _, _ = select.select([self.source], [], [], _LOOK_SECONDS)
            if ready and not self._read():
                _kill()
            since = steady() - self.renewed
            if since > self.kill:
                _kill()
            if since > self.stop and not self._told:
                self._told = True
                os.kill(os.getpid(), signal.SIGTERM)

    def _read(self) -> bool:
        """Read what has come; whether the worker is still there."""
        data = os.read(self.source, 4096)
        if not data:
            return False
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            with contextlib.suppress(ValueError):
                self.renewed = max(self.renewed, float(line))
        self._wind_up()
        return True


def _kill() -> None:
    """End this process and what it started: the worker made it the first of a group of its own."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _die_with_parent() -> None:
    """Where the kernel can, it ends this process together with the worker."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def main() -> None:
    """Put this process on the leash, then be miacrawl."""
    stop, kill, renewed, *arguments = sys.argv[1:]
    _die_with_parent()
    source, nothing = os.dup(0), os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    Leash(source, float(stop), float(kill), float(renewed)).begin()
    sys.argv = ["miacrawl", *arguments]
    from miacrawl.cli import main as miacrawl

    miacrawl()


if __name__ == "__main__":
    main()
