"""Worker processes: how a pool of them is begun, and what each does first."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor


def workers(jobs: int, prepare: Callable[..., object] | None = None, *given: object) -> ProcessPoolExecutor:
    """A pool of `jobs` processes, each of which first calls `prepare(*given)`.

    Ctrl-C is for the one that waits for them; when that one ends, however it ends, so do they. They are not forked:
    they would have this process's connections.
    """
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (prepare, given))


def _begin(prepare: Callable[..., object] | None, given: tuple[object, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if prepare is not None:
        prepare(*given)


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for work for ever: each holds the pipe open for the others."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
