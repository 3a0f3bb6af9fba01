"""Answers that are dear to find and hardly change: kept for some minutes, so that many readers cost what one does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

SECONDS = 300.0
MOST = 500
"""Answers kept of one database; with more, all are found anew."""

T = TypeVar("T")
_answers: WeakKeyDictionary[Any, dict[object, tuple[float, Any]]] = WeakKeyDictionary()


async def kept(database: Any, key: object, find: Callable[[], Awaitable[T]]) -> T:
    """What `find` found under `key` in the last SECONDS, else what it finds now; what it raises is not kept."""
    answers = _answers.setdefault(database, {})
    since, answer = answers.get(key, (float("-inf"), None))
    if monotonic() - since < SECONDS:
        return answer  # type: ignore[no-any-return]
    found = await find()
    if len(answers) >= MOST:
        answers.clear()
    answers[key] = (monotonic(), found)
    return found
