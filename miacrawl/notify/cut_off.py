"""Telling ends when the process is told to stop: nothing that is archived depends on it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class CutOffError(Exception):
    """The process was told to stop while it told others."""


def _cut_off(number: int, frame: FrameType | None) -> NoReturn:
    raise CutOffError(f"cut off by {signal.Signals(number).name}")


@contextmanager
def cut_off_by_signals() -> Iterator[None]:
    """While this holds, SIGINT and SIGTERM raise CutOffError in the main thread.

    Scrapy's own handlers outlive its reactor and would swallow them; a job that is told to stop has thirty seconds.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _cut_off) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
