"""What of procrastinate is fitted to a database that restarts: it waits, where the library would end its worker.

Only for who has the extra installed: the base classes are procrastinate's.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import procrastinate
import psycopg
from procrastinate.exceptions import ConnectorException

from miacrawl.cluster.queue import AgainError, at

if TYPE_CHECKING:
    from miacrawl.cluster.database import Database

_log = logging.getLogger(__name__)
_FIRST_SECONDS, _MOST_SECONDS = 0.5, 2.0
_CONNECT_SECONDS = 3.0


class PatientConnector(procrastinate.PsycopgConnector):  # type: ignore[misc,unused-ignore]
    """Asks again while the database can't be reached, for `patience` seconds; `hurry` ends that when a worker stops."""

    patience = 600.0

    def __init__(self, answer_seconds: float, **given: Any) -> None:
        super().__init__(**given)
        self.answer_seconds = answer_seconds

    def hurry(self, seconds: float) -> None:
        """Wait no longer than this from now on."""
        self.patience = seconds

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        """As the library's."""
        await self._patiently(lambda: super(PatientConnector, self).execute_query_async(query, **arguments))

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> Any:
        """As the library's."""
        return await self._patiently(lambda: super(PatientConnector, self).execute_query_one_async(query, **arguments))

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> Any:
        """As the library's."""
        return await self._patiently(lambda: super(PatientConnector, self).execute_query_all_async(query, **arguments))

    async def _patiently(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        began, pause, told = time.monotonic(), _FIRST_SECONDS, False
        while True:
            try:
                # A connection that nobody answers on any more can look alive for long.
                return await asyncio.wait_for(ask(), self.answer_seconds)
            except (ConnectorException, TimeoutError) as error:
                if not _unreachable(error) or time.monotonic() - began > self.patience:
                    raise
                if not told:
                    told = True
                    _log.warning("The database can't be reached; trying again: %s", _cause(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, _MOST_SECONDS)


def _cause(error: BaseException) -> BaseException:
    return error.__cause__ or error


def _unreachable(error: BaseException) -> bool:
    return isinstance(error, TimeoutError) or isinstance(_cause(error), psycopg.OperationalError)


class _Retrying(procrastinate.BaseRetryStrategy):  # type: ignore[misc,unused-ignore]
    """A job is tried again when it says so; of other errors the register takes care: the site is due still."""

    def get_retry_decision(self, *, exception: BaseException, job: Any) -> Any:
        if isinstance(exception, AgainError):
            return procrastinate.RetryDecision(retry_at=at(exception.seconds))
        return None


def retrying() -> Any:
    """When jobs are tried again."""
    return _Retrying()


def connector(database: Database) -> PatientConnector:
    """The library's way to the database."""
    answer = database.patience * 3.0
    return PatientConnector(
        answer,
        conninfo="",
        kwargs=dict(database.parameters()),
        min_size=1,
        max_size=4,
        # Asked anew it connects at once; left to itself it would wait longer and longer between its tries.
        timeout=_CONNECT_SECONDS,
        reconnect_timeout=1.0,
    )
