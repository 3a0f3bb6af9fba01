"""A site that is held: the lease in the register, the advisory lock beside it, and the beats that renew both.

The lease alone says when another worker may take the site: it outlives a restart of the database, and a connection that
is cut. The advisory lock says that somebody is there who renews it, also where the database's clock jumps.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from miacrawl.cluster import register
from miacrawl.cluster.extra import module
from miacrawl.cluster.lease import Lease, steady
from miacrawl.cluster.register import Busy, Ending, Known

if TYPE_CHECKING:
    from miacrawl.cluster.database import Connection, Database

_log = logging.getLogger(__name__)


class Hold:
    """A site held by this worker. Made by `take`; ended by `let_go`, which has to be called.

    `confirmed`: when, by `steady()`, the last renewal was asked for that the database has confirmed. `lost`: set as
    soon as the site is known to be somebody else's, or may be.
    """

    def __init__(
        self, database: Database, known: Known, worker: str, lease: Lease, connection: Connection, confirmed: float
    ) -> None:
        self.database = database
        self.known = known
        self.worker = worker
        self.lease = lease
        self.confirmed = confirmed
        self.lost = threading.Event()
        self._connection: Connection | None = connection
        self._rest: Callable[[], float] = lambda: 0.0
        self._told: Callable[[float], None] = lambda confirmed: None
        self._ending = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name=f"hold {known.name}", daemon=True)
        self._keeper.start()

    def tell(self, rest: Callable[[], float], told: Callable[[float], None]) -> None:
        """Have `told(confirmed)` called after each renewal; `rest()`: seconds the hosts are to be left alone."""
        self._rest, self._told = rest, told
        told(self.confirmed)

    @property
    def alive(self) -> bool:
        """Whether the site is surely still ours."""
        return not self.lost.is_set() and steady() - self.confirmed < self.lease.ends

    def let_go(self, ending: Ending) -> bool:
        """Stop renewing, write down how the visit ended, free the site; whether it was still ours.

        Raises DatabaseError where the database does not answer; the lease runs out by itself then.
        """
        return self._ended(lambda asked: register.let_go(asked, self.known, ending))

    def leave(self, exit_code: int | None, told: str) -> bool:
        """The same after an errand."""
        return self._ended(lambda asked: register.leave(asked, self.known, exit_code, told))

    def _ended(self, work: Callable[[Connection], bool]) -> bool:
        self._ending.set()
        self._keeper.join(self.lease.ends)
        try:
            return self.database.run(work, self.lease.ends)
        finally:
            self._close()

    # --- beats ---

    def _keep(self) -> None:
        while not self._ending.wait(self.lease.beat):
            asked = steady()
            try:
                held = self._renewed()
            except module("psycopg").Error as error:
                _log.warning("%s: the lease was not renewed: %s", self.known.name, str(error).strip()[:200])
                self._close()
                held = None
            if held is False:
                self.lost.set()
                return
            if held:
                self.confirmed = asked
                self._told(asked)
            elif steady() - self.confirmed > self.lease.ends:
                _log.warning("%s: the database was not heard of for too long", self.known.name)

    def _renewed(self) -> bool | None:
        """Whether the site is still ours; None where that can't be said yet."""
        connection = self._connection
        if connection is None:
            connection = self._connection = self.database.connect()
            if not register.locked(connection, self.known.id):
                # What has the lock is our own last connection, if nobody has taken the site since.
                token, _ = register.lease(connection, self.known.id)
                if token == self.known.token:
                    register.cut_off(connection, self.known.id)
                    self._close()
                return None if token == self.known.token else False
        # What the crawl may still ask for until it is killed counts as asked for.
        rest = self.lease.kill + self._rest()
        return register.renew(connection, self.known, self.lease.ends, rest)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def take(
    database: Database,
    name: str,
    worker: str,
    lease: Lease,
    stop: threading.Event,
    *,
    errand: bool = False,
    orphan: int = 0,
) -> Hold | Busy:
    """Take a site that is due (or for an `errand`) and that nobody holds. Raises psycopg.Error.

    `orphan`: the token of a visit that is known to have nobody at it any more; its lease need not run out.

    Where the lease has run out and somebody has the lock still (a process that sleeps, a machine that went away), it
    is watched for a while; then the connection that has it is ended.
    """
    connection, kept = database.connect(), False
    try:
        number = register.site_id(connection, name)
        if number is None:
            return Busy("it is not in the register")
        if not register.locked(connection, number):
            busy = _overdue(connection, number, lease, stop, orphan)
            if busy is not None:
                return busy
        asked = steady()
        with connection.transaction():
            known = register.take(connection, number, worker, lease.ends, errand=errand, orphan=orphan)
        if isinstance(known, Busy):
            return known
        kept = True
        return Hold(database, known, worker, lease, connection, asked)
    finally:
        if not kept:
            connection.close()


def _overdue(connection: Connection, number: int, lease: Lease, stop: threading.Event, orphan: int) -> Busy | None:
    """Why a site can't be taken whose lock somebody has; None where the lock is ours now."""
    before, left = register.lease(connection, number)
    if (left or 0) > 0 and before != orphan:
        return Busy("another worker holds it", left)
    stop.wait(0.3)
    if register.locked(connection, number):
        return None  # its visit had just ended
    if before != orphan:
        # Whoever is alive renews in this time, also where the database's clock has jumped.
        stop.wait(lease.beat * 2)
        token, left = register.lease(connection, number)
        if token != before or (left or 0) > 0:
            return Busy("another worker holds it", lease.beat)
    if register.cut_off(connection, number):
        _log.warning("The lock of a worker that was not heard of any more was taken away")
    for _ in range(10):
        if register.locked(connection, number):
            return None
        stop.wait(0.2)
    return Busy("another worker's lock is on it", lease.beat)
