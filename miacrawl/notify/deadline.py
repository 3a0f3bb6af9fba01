"""A time limit for work that has none of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable


def within(limit_seconds: float, work: Callable[[], None]) -> None:
    """Do `work` in a thread of its own and wait for it no longer than `limit_seconds`, whatever it waits for.

    Name look-ups have no limit in Python, and a socket's holds for each piece that arrives, not for all of them.
    Raises what `work` raises, and TimeoutError where it has not ended (it then ends with the process).
    """
    raised: list[BaseException] = []

    def carry_out() -> None:
        try:
            work()
        except Exception as error:
            raised.append(error)

    thread = threading.Thread(target=carry_out, daemon=True)
    thread.start()
    thread.join(limit_seconds)
    if thread.is_alive():
        raise TimeoutError(f"it took longer than {limit_seconds:g} seconds")
    if raised:
        raise raised[0]
