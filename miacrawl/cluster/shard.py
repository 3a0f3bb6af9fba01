"""A site's shard at hand: an archive of its own in the worker's folder, and which generation it goes on from.

What a worker leaves there, also one that was killed, is gone on with as long as the generation that it went on from is
the one that holds. Else it is brought anew; WARC files that are there already are not fetched again.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from filelock import FileLock, Timeout
from sqlite_utils import Database

from miacrawl.backup.warcs import linked
from miacrawl.cluster.errors import OutdatedError
from miacrawl.cluster.manifest import PACKED, Manifest
from miacrawl.cluster.site import folder_of
from miacrawl.cluster.store import Store
from miacrawl.errors import StorageError
from miacrawl.store.archive import DATABASE_NAME, explain, holder_of
from miacrawl.store.capture import FOLDER
from miacrawl.store.schema import migrations

_STATE = "shard.json"
_KEPT_SECONDS = 7 * 86_400


@dataclass(frozen=True, slots=True)
class State:
    """Of which cluster the shard is, which generation it goes on from, which one is being made of it.

    `changed`: it may hold what is not published yet, done under the token `token` on the machine `machine`.
    """

    cluster: str
    base: int
    publishing: int = 0
    changed: bool = False
    token: int = 0
    machine: str = ""


@dataclass(frozen=True, slots=True)
class Shard:
    """The shard of the site `name` in the folder `home`."""

    home: Path
    name: str
    cluster: str

    @classmethod
    def of(cls, work: Path, name: str, cluster: str) -> Shard:
        """The shard of a site in a worker's folder."""
        return cls(work / "shards" / folder_of(name), name, cluster)

    @property
    def archive(self) -> Path:
        """Folder of the archive."""
        return self.home / "archive"

    @property
    def outbox(self) -> Path:
        """Where the copy is made that is published."""
        return self.home / "outbox"

    @property
    def log(self) -> Path:
        """What the last update said."""
        return self.home / "update.log"

    @contextmanager
    def used(self) -> Iterator[bool]:
        """Have the shard for oneself on this machine; False where another process has it."""
        self.home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.home / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def state(self) -> State | None:
        """What is known of the shard that is there; None where there is none, or it is another cluster's."""
        try:
            found = State(**json.loads((self.home / _STATE).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return found if found.cluster == self.cluster else None

    def note(self, base: int, publishing: int = 0, *, changed: bool = False, token: int = 0) -> None:
        """Write down what the shard goes on from."""
        path = self.home / _STATE
        new = path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            file.write(json.dumps(asdict(State(self.cluster, base, publishing, changed, token, this_machine()))))
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)

    def orphaned(self) -> int:
        """The token of a visit that went on here and whose processes are gone, all of them; 0 where there is none.

        Only for who has the shard to himself. Whoever crawls holds the archive, so there is nobody left to wait for.
        """
        state = self.state()
        if state is None or not state.changed or not state.machine or state.machine != this_machine():
            return 0
        return state.token if holder_of(self.archive) is None else 0

    def bring(self, store: Store, base: int, manifest: Manifest | None) -> str:
        """Have the generation `base` at hand; how it came, in words: new, gone on with, at hand or fetched.

        Raises OutdatedError where a newer miacrawl made it, StoreError, StorageError; the register is not touched.
        """
        try:
            shutil.rmtree(self.outbox, ignore_errors=True)
            state = self.state()
            if state is not None and self.archive.exists() and base in (state.base, state.publishing or state.base):
                if state.publishing == base:
                    self.note(base)  # it was published, and its process died before it wrote that down
                return "gone on with" if state.changed and state.base == base else "at hand"
            if manifest is not None:
                refuse_newer(self.name, manifest)
            self._fetch(store, manifest)
            self.note(base)
            return "fetched" if manifest is not None else "new"
        except OSError as error:
            raise StorageError(explain(error, self.home)) from error

    def _fetch(self, store: Store, manifest: Manifest | None) -> None:
        coming = self.home / "coming"
        shutil.rmtree(coming, ignore_errors=True)
        (coming / FOLDER).mkdir(parents=True)
        for file in manifest.files.values() if manifest else ():
            if file.name == PACKED:
                store.get(file, coming / DATABASE_NAME, unpack=True)
            elif not linked(self.archive / file.name, coming / file.name, file.size):
                store.get(file, coming / file.name)
        # From here on until the state is written there is no shard, and one that is found is not trusted.
        (self.home / _STATE).unlink(missing_ok=True)
        if self.archive.exists():
            shutil.rmtree(self.archive)
        coming.rename(self.archive)

    def forget(self) -> None:
        """Remove the shard from this machine; what was published is in the store."""
        (self.home / _STATE).unlink(missing_ok=True)
        shutil.rmtree(self.home, ignore_errors=True)


@cache
def this_machine() -> str:
    """This machine since it was started; empty where that can't be said."""
    with suppress(OSError):
        return f"{socket.gethostname()} {Path('/proc/sys/kernel/random/boot_id').read_text('ascii').strip()}"
    return ""


def orphans(work: Path, cluster: str) -> list[str]:
    """Sites whose visits were left behind in a worker's folder by processes that are gone."""
    found = []
    for home in sorted((work / "shards").glob("*")):
        shard = Shard(home, unquote(home.name), cluster)
        state = shard.state()
        if state is not None and state.changed and state.token and state.machine == this_machine():
            with shard.used() as ours:
                if ours and shard.orphaned():
                    found.append(shard.name)
    return found


def refuse_newer(name: str, manifest: Manifest) -> None:
    """Raises OutdatedError where this miacrawl does not know all that made a shard."""
    known = {step.name for step in migrations.pending(Database(memory=True))}
    unknown = [step for step in manifest.steps if step not in known]
    if unknown:
        raise OutdatedError(
            f"the shard of {name} was made by a newer miacrawl ({unknown[-1]}): install that one here; "
            "nothing was changed, and its job is left to workers that know it"
        )


def make_room(work: Path, keep_bytes: int) -> int:
    """Remove the shards at hand that were used longest ago until all take less than `keep_bytes`; how many.

    What is not published yet stays, for a week.
    """
    homes = sorted((path for path in (work / "shards").glob("*") if path.is_dir()), key=_last_used)
    sizes = {home: sum(_size(path) for path in home.rglob("*")) for home in homes}
    total, removed = sum(sizes.values()), 0
    for home in homes:
        if total <= keep_bytes:
            break
        shard = Shard(home, home.name, "")
        with suppress(OSError), shard.used() as ours:
            if ours and not _worth_keeping(home):
                shard.forget()
                total -= sizes[home]
                removed += 1
    return removed


def _worth_keeping(home: Path) -> bool:
    try:
        changed = bool(json.loads((home / _STATE).read_text("utf-8")).get("changed"))
    except (OSError, ValueError, AttributeError):
        return False
    return changed and time.time() - _last_used(home) < _KEPT_SECONDS


def _last_used(home: Path) -> float:
    with suppress(OSError):
        return (home / _STATE).stat().st_mtime
    return 0.0


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size if path.is_file() else 0
    return 0
