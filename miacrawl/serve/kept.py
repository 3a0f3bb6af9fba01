"""Answers that are kept for some seconds, because asking again costs more than it tells."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """At most `size` answers, each for `seconds`; those who ask for the same thing at once wait for one answer.

    What is answered with an exception is not kept.
    """

    def __init__(self, seconds: float, size: int) -> None:
        self.seconds, self.size = seconds, size
        self._answers: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        self._asked: dict[Hashable, asyncio.Future[T]] = {}

    async def get(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer to `key`; what `ask` gives where there is none that is young enough."""
        found = self._answers.get(key)
        if found and time.monotonic() < found[0]:
            return found[1]
        loop = asyncio.get_running_loop()
        asked = self._asked.get(key)
        if asked is not None and asked.get_loop() is loop:
            try:
                return await asyncio.shield(asked)
            except asyncio.CancelledError:
                if not asked.cancelled():  # it is this one that nobody waits for any more
                    raise
                return await self.get(key, ask)
        return await self._ask(key, ask, loop.create_future())

    async def _ask(self, key: Hashable, ask: Callable[[], Awaitable[T]], future: asyncio.Future[T]) -> T:
        self._asked[key] = future
        try:
            answer = await ask()
        except BaseException as error:
            # Those who wait are told the same; where only the one who asked has gone away they ask for themselves.
            if isinstance(error, Exception):
                future.set_exception(error)
                future.exception()
            else:
                future.cancel()
            raise
        finally:
            if self._asked.get(key) is future:
                del self._asked[key]
        future.set_result(answer)
        self._answers[key] = (time.monotonic() + self.seconds, answer)
        self._answers.move_to_end(key)
        while len(self._answers) > self.size:
            self._answers.popitem(last=False)
        return answer
