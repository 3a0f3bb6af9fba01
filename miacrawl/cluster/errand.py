"""An errand: any other command of miacrawl's on a site's shard, under the same lease, published in the same way."""

from __future__ import annotations

from collections.abc import Sequence

from miacrawl.cluster.crawling import leashed
from miacrawl.cluster.errors import LostError
from miacrawl.cluster.hold import take
from miacrawl.cluster.publishing import publish
from miacrawl.cluster.register import Busy
from miacrawl.cluster.shard import Shard
from miacrawl.cluster.visit import Worker, brought
from miacrawl.errors import ArchiveLockedError, ConfigError, ExitCode
from miacrawl.store.archive import database_path

COMMANDS = ("alarms", "verify", "reextract", "duplicates", "import")
"""What writes to an archive without asking its site. For what only reads there is `miacrawl cluster pull`."""


def run(worker: Worker, name: str, arguments: Sequence[str]) -> int:
    """Run `miacrawl ARGUMENTS` on the shard of the site `name`, publish what came of it; the command's exit code.

    Raises ConfigError for another command, ArchiveLockedError where somebody holds the site; LostError, StoreError,
    StorageError, DatabaseError where it could not be published: the shard that holds is as it was then.
    """
    if not arguments or arguments[0] not in COMMANDS:
        raise ConfigError(f"give one of these commands: {', '.join(COMMANDS)}; for others: miacrawl cluster pull")
    shard = Shard.of(worker.work, name, worker.cluster)
    with shard.used() as ours:
        if not ours:
            raise ArchiveLockedError(f"another process of this machine has the shard of {name}; try again later")
        hold = take(worker.database, name, worker.name, worker.place.lease, worker.stop, errand=True)
        if isinstance(hold, Busy):
            if hold.seconds is None:
                raise ConfigError(f"{name}: {hold.why}")
            raise ArchiveLockedError(f"{name} can't be taken now: {hold.why}; try again when that has ended")
        code: int | None = None
        told = f"{arguments[0]} failed"
        try:
            _, before = brought(worker, hold, shard)
            if before is None:
                raise ConfigError(f"{name} has no shard yet: it was never visited")
            done = leashed(hold, shard, arguments, worker.stop, float("inf"), lambda: 0.0, shown=True)
            code, told = done.exit_code, f"{arguments[0]}: exit {done.exit_code}"
            if hold.lost.is_set() or done.unheard:
                raise LostError(f"{name} is not held any more: the database was not heard of; nothing was published")
            if database_path(shard.archive).exists():
                publish(worker.database, worker.store, hold, shard, before)
        finally:
            hold.leave(code, told)
    return code if code is not None and code >= 0 else ExitCode.INTERRUPTED
