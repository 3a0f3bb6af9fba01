"""Worker processes: how a pool of them is begun, and what each does first."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import resource_tracker


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


@contextmanager
def deaf() -> Iterator[None]:
    """Processes that are begun in here never hear Ctrl-C, which is for the one that waits for them.

    It is held back meanwhile, not ignored: that one hears it afterwards.
    """
    resource_tracker.ensure_running()  # lets the signal through again while it begins
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def spare_collector() -> None:
    """Have the garbage collector look seldom, and not at what is there by now.

    Extraction makes many objects and next to no cycles; looking for some takes a seventh of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


def end(pool: ProcessPoolExecutor) -> None:
    """End a pool's processes at once, also in the middle of their work; what is under way is cancelled or fails."""
    # Taken before the shutdown, which forgets them: the pool has no public word for its processes.
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
