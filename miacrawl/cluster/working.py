"""A worker at work: it runs the queue's jobs until it is told to stop, and puts back those of others that are gone."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from miacrawl.cluster import schema
from miacrawl.cluster.database import check_server
from miacrawl.cluster.errors import DatabaseError
from miacrawl.cluster.queue import BEAT_SECONDS, RESCUED, ROUNDS, VISITS, app_of, enqueue_due, rescue, unfinished
from miacrawl.cluster.shard import make_room, orphans
from miacrawl.cluster.visit import visit
from miacrawl.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from miacrawl.cluster.visit import Worker

_log = logging.getLogger(__name__)
_ALL = [RESCUED, VISITS, ROUNDS]
_RESCUE_SECONDS = 3.0
_ROOM_SECONDS = 600.0
_POLL_SECONDS = 1.5
_PAUSE_SECONDS = 2.0
_HURRY_SECONDS = 10.0
_SPARE_THREADS = 8


def work(worker: Worker, *, until_done: bool) -> ExitCode:
    """Run visits until SIGTERM or Ctrl-C, or until nothing is due where `until_done`.

    Told to stop, it interrupts its crawls, publishes what they have, gives their jobs back: INTERRUPTED.
    Raises ConfigError, DatabaseError, StoreError where the cluster can't be used.
    """
    with worker.database.session() as connection:
        check_server(connection)
        if schema.check(connection) != worker.cluster:
            raise ConfigError("the database was set up anew meanwhile: start this worker again")
    worker.store.check(worker.cluster)
    worker.work.mkdir(parents=True, exist_ok=True)
    asyncio.run(_work(worker, until_done=until_done))
    return ExitCode.INTERRUPTED if worker.stop.is_set() else ExitCode.OK


async def _work(worker: Worker, *, until_done: bool) -> None:
    app = app_of(worker.database, worker)
    running: list[asyncio.Task[None]] = []
    stopping = asyncio.Event()

    def stop() -> None:
        if not worker.stop.is_set():
            _log.info("Stopping: crawls are interrupted and published, their jobs given back")
        worker.stop.set()
        stopping.set()
        app.connector.hurry(_HURRY_SECONDS)
        for task in running:
            task.cancel()

    loop = asyncio.get_running_loop()
    # A visit has a thread to itself; what looks after the others must not wait for one.
    loop.set_default_executor(ThreadPoolExecutor(worker.jobs + _SPARE_THREADS))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    async with app.open_async():
        left = asyncio.create_task(_take_up(worker))
        watch = asyncio.create_task(_look_after(worker))
        watch.add_done_callback(lambda task: None if task.cancelled() else stop())
        try:
            if until_done:
                await _until_done(app, worker, stopping, running)
            else:
                lanes = ((worker.jobs, _ALL), (1, [RESCUED]))
                running += [asyncio.create_task(_lane(app, worker, jobs, names, stopping)) for jobs, names in lanes]
                await asyncio.wait(running)
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch
            await left


async def _until_done(app: object, worker: Worker, stopping: asyncio.Event, running: list[asyncio.Task[None]]) -> None:
    """Run jobs until no site is due or held by anybody."""
    while not stopping.is_set():
        await asyncio.to_thread(enqueue_due, worker.database)
        running[:] = [asyncio.create_task(_run(app, worker, worker.jobs, _ALL, wait=False))]
        await asyncio.wait(running)
        if not await asyncio.to_thread(unfinished, worker.database):
            return
        await _pause(stopping)


async def _lane(app: object, worker: Worker, jobs: int, queues: list[str], stopping: asyncio.Event) -> None:
    """Run jobs of some queues until told to stop, whatever comes between."""
    while not stopping.is_set():
        await _run(app, worker, jobs, queues, wait=True)
        await _pause(stopping)


async def _pause(stopping: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), _PAUSE_SECONDS)


async def _run(app: object, worker: Worker, jobs: int, queues: list[str], *, wait: bool) -> None:
    """The library's worker, until it ends: because it was told to, or because the database was gone for too long."""
    try:
        await app.run_worker_async(  # type: ignore[attr-defined]
            queues=queues,
            name=worker.name,
            concurrency=jobs,
            wait=wait,
            fetch_job_polling_interval=_POLL_SECONDS,
            abort_job_polling_interval=3600.0,
            listen_notify=False,
            delete_jobs="always",
            install_signal_handlers=False,
            update_heartbeat_interval=BEAT_SECONDS,
            stalled_worker_timeout=60.0,
        )
    except asyncio.CancelledError:
        pass
    except Exception as error:  # whatever it was, the next round begins anew
        _log.warning("The queue's worker ended and is started again: %s", error)


async def _take_up(worker: Worker) -> None:
    """Go on with visits that processes left behind in this folder which are gone: at once, nothing is waited for."""
    for site in await asyncio.to_thread(orphans, worker.work, worker.cluster):
        if not worker.stop.is_set():
            visited = await asyncio.to_thread(visit, worker, site)
            _log.info("%s: taken up where it was left; %s", site, visited.told)


async def _look_after(worker: Worker) -> None:
    """Put back jobs whose workers are gone; now and then see to the shards at hand, and to the clock.

    Ends with ConfigError where the clock has gone wrong.
    """
    loop = asyncio.get_running_loop()
    last_room = loop.time()
    while True:
        await asyncio.sleep(_RESCUE_SECONDS)
        try:
            for site in await asyncio.to_thread(rescue, worker.database):
                _log.info("%s: its worker is gone, its job is put back", site or "a round")
            if loop.time() - last_room > _ROOM_SECONDS:
                last_room = loop.time()
                await asyncio.to_thread(make_room, worker.work, worker.place.keep_bytes)
                await asyncio.to_thread(worker.database.run, check_server)
        except DatabaseError as error:
            _log.warning("%s", error)
