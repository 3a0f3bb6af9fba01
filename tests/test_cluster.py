"""A cluster over a real PostgreSQL: who holds a site, what is published, what comes back to the queue."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from miacrawl.cli import group
from miacrawl.cluster import queue, register, schema
from miacrawl.cluster.database import Database
from miacrawl.cluster.errand import run
from miacrawl.cluster.errors import LostError, OutdatedError, StoreError
from miacrawl.cluster.hold import Hold, take
from miacrawl.cluster.lease import Lease
from miacrawl.cluster.place import Place
from miacrawl.cluster.publishing import publish
from miacrawl.cluster.pulling import pull
from miacrawl.cluster.register import Busy, Ending
from miacrawl.cluster.shard import Shard, make_room, orphans
from miacrawl.cluster.site import Site
from miacrawl.cluster.store import Store, store_at
from miacrawl.cluster.visit import Worker, visit
from miacrawl.errors import ArchiveLockedError, ConfigError, ExitCode, MiacrawlError
from miacrawl.store.archive import open_archive, writing
from tests.postgres import Postgres, postgres
from tests.stress.cluster import measure_kills
from tests.stress.fleet import Cluster as Fleets
from tests.stress.fleet import Fleet
from tests.stress.mark import table
from tests.stress.sites import Sites
from tests.stress.watched import asked

LEASE = Lease(4.0)
NEVER = threading.Event()


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@dataclass(frozen=True, slots=True)
class Set:
    """A cluster with the site a.org, as the tests use it."""

    database: Database
    store: Store
    name: str
    folder: Path

    def shard(self, machine: str, site: str = "a.org") -> Shard:
        return Shard.of(self.folder / machine, site, self.name)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with self.database.session() as connection:
            return list(connection.execute(sql).fetchall())

    def do(self, sql: str) -> None:
        with self.database.session() as connection:
            connection.execute(sql)

    def taken(self, worker: str, site: str = "a.org") -> Hold:
        hold = take(self.database, site, worker, LEASE, NEVER)
        assert isinstance(hold, Hold), hold
        return hold


@pytest.fixture
def cluster(server: Postgres, tmp_path: Path) -> Set:
    database = Database(server.dsn, LEASE.patience)
    with database.session() as connection:
        connection.execute("DROP SCHEMA IF EXISTS miacrawl CASCADE")
        name = schema.set_up(connection)
        assert schema.set_up(connection) == name == schema.check(connection)
        register.add(connection, Site("a.org", ("https://a.org/",), ("a.org",)), None, 3600)
    store = store_at(f"memory://{tmp_path}")
    store.mark(name)
    return Set(database, store, name, tmp_path)


def written(shard: Shard, warcs: int) -> None:
    """As a crawl leaves a shard: a database, and so many WARC files."""
    db = open_archive(shard.archive)
    db.execute(
        "INSERT INTO runs (spider, start_urls, started, version, kind)"
        " VALUES ('a', '[]', '2026-01-01T00:00:00Z', '1', 'crawl')"
    )
    (shard.archive / "warc").mkdir(exist_ok=True)
    for number in range(warcs):
        name = f"miacrawl-{number:05}-x.warc.gz"
        if not (shard.archive / "warc" / name).exists():
            (shard.archive / "warc" / name).write_bytes(b"r" * (number + 1))
            db.execute("INSERT INTO warcs (name, started, finished, size) VALUES (?, 'x', 'x', ?)", [name, number + 1])
    db.conn.commit()
    db.conn.close()


def published(cluster: Set, hold: Hold, machine: str, warcs: int) -> None:
    shard, known = cluster.shard(machine), hold.known
    before = cluster.database.run(lambda asked: register.manifest(asked, known.id, known.base))
    shard.bring(cluster.store, known.base, before)
    written(shard, warcs)
    publish(cluster.database, cluster.store, hold, shard, before)


# --- who holds a site ---


def test_one_worker_at_a_time_holds_a_site_and_each_has_a_token_of_its_own(cluster: Set) -> None:
    first = cluster.taken("one")
    busy = take(cluster.database, "a.org", "two", LEASE, NEVER)
    assert isinstance(busy, Busy)
    assert busy.seconds is not None
    assert busy.seconds <= LEASE.ends
    assert first.let_go(Ending(0, "well", due=0.0))
    second = cluster.taken("two")
    assert second.known.token == first.known.token + 1
    assert second.let_go(Ending(0, "well"))
    assert take(cluster.database, "a.org", "three", LEASE, NEVER) == Busy("it is not due")
    assert take(cluster.database, "b.org", "three", LEASE, NEVER) == Busy("it is not in the register")


def test_lease_is_renewed_and_outlives_a_crash_of_the_database(cluster: Set, server: Postgres) -> None:
    hold = cluster.taken("one")
    server.restart()
    time.sleep(LEASE.ends + 1)
    assert hold.alive
    assert isinstance(take(cluster.database, "a.org", "two", LEASE, NEVER), Busy)
    locks = cluster.rows("SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory'")
    assert locks[0]["n"] == 1
    assert hold.let_go(Ending(0, "well"))


def test_worker_that_sleeps_loses_its_site_and_its_lock(cluster: Set) -> None:
    sleeper = cluster.taken("one")
    sleeper._ending.set()  # no beat any more, while its connection, and so its lock, stay
    sleeper._keeper.join()
    time.sleep(LEASE.ends)
    after = cluster.taken("two")
    assert not sleeper.let_go(Ending(0, "well"))
    assert after.alive
    told = cluster.rows("SELECT worker, told FROM visits ORDER BY token")
    assert [row["worker"] for row in told] == ["one", "two"]
    assert "not heard of" in told[0]["told"]
    after.let_go(Ending(0, "well"))


def test_hosts_are_left_alone_after_a_visit_for_their_delay(cluster: Set) -> None:
    cluster.taken("one").let_go(Ending(0, "well", due=0.0, rest=5.0))
    busy = take(cluster.database, "a.org", "two", LEASE, NEVER)
    assert isinstance(busy, Busy)
    assert 0 < (busy.seconds or 0) <= 5.0
    time.sleep(5.0)
    cluster.taken("two").let_go(Ending(0, "well"))


def test_site_that_shares_a_host_is_refused(cluster: Set) -> None:
    with cluster.database.session() as connection, pytest.raises(ConfigError, match=r"share a\.org"):
        register.add(connection, Site("profile", ("profile",), ("a.org", "b.org")), None, 3600)


# --- what is published ---


def test_shard_goes_from_machine_to_machine_and_only_what_is_new_is_put(cluster: Set) -> None:
    hold = cluster.taken("one")
    published(cluster, hold, "one", warcs=2)
    hold.let_go(Ending(0, "well", due=0.0))
    hold = cluster.taken("two")
    published(cluster, hold, "two", warcs=3)
    hold.let_go(Ending(0, "well"))
    put = sorted(str(path).rpartition("a.org/")[2] for path in cluster.store.files.find(f"{cluster.store.root}/shards"))
    assert put == [
        "1/archive.db.gz", "1/warc/miacrawl-00000-x.warc.gz", "1/warc/miacrawl-00001-x.warc.gz",
        "2/archive.db.gz", "2/warc/miacrawl-00002-x.warc.gz",
    ]  # fmt: skip
    found = list(pull(cluster.database, cluster.store, cluster.name, cluster.folder / "pulled"))
    assert [(shard.site, shard.generation, shard.changed) for shard in found] == [("a.org", 2, True)]
    assert len(list((found[0].archive / "warc").iterdir())) == 3
    assert [one.changed for one in pull(cluster.database, cluster.store, cluster.name, cluster.folder / "pulled")] == [
        False
    ]


def test_worker_that_lost_its_site_publishes_over_nobody(cluster: Set) -> None:
    paused = cluster.taken("one")
    shard = cluster.shard("one")
    shard.bring(cluster.store, 0, None)
    written(shard, 1)
    cluster.do("UPDATE sites SET lease_until = now() - interval '1 second'")
    paused._ending.set()
    paused._keeper.join()
    paused._close()
    after = cluster.taken("two")
    with pytest.raises(LostError):
        publish(cluster.database, cluster.store, paused, shard, None)
    assert cluster.rows("SELECT generation FROM sites")[0]["generation"] == 0
    published(cluster, after, "two", warcs=1)
    with pytest.raises(LostError):
        publish(cluster.database, cluster.store, paused, shard, None)
    assert cluster.rows("SELECT generation FROM sites")[0]["generation"] == after.known.token
    after.let_go(Ending(0, "well", due=0.0))
    # What the first one did on its own is thrown away when it gets the site again.
    again = cluster.taken("one")
    before = cluster.database.run(lambda asked: register.manifest(asked, again.known.id, again.known.base))
    assert cluster.shard("one").bring(cluster.store, again.known.base, before) == "fetched"
    again.let_go(Ending(0, "well"))


def test_publishing_twice_is_publishing_once(cluster: Set) -> None:
    hold = cluster.taken("one")
    published(cluster, hold, "one", warcs=1)
    made = cluster.database.run(lambda asked: register.manifest(asked, hold.known.id, hold.known.token))
    assert made is not None
    assert cluster.database.run(lambda asked: register.publish(asked, hold.known, "one", made))
    assert cluster.rows("SELECT count(*) AS n FROM generations")[0]["n"] == 1
    hold.let_go(Ending(0, "well"))


def test_work_of_a_killed_worker_is_gone_on_with_where_it_lies_if_nobody_published_since(cluster: Set) -> None:
    hold = cluster.taken("one")
    published(cluster, hold, "one", warcs=1)
    hold.let_go(Ending(0, "well", due=0.0))
    shard = cluster.shard("one")
    shard.note(1, changed=True)
    written(shard, 2)
    assert shard.bring(cluster.store, 1, None) == "gone on with"
    assert len(list((shard.archive / "warc").iterdir())) == 2
    shard.note(0, publishing=1, changed=True)  # killed between the register and its own note
    assert shard.bring(cluster.store, 1, None) == "at hand"


def test_visit_whose_processes_are_gone_from_this_machine_is_taken_up_at_once(cluster: Set) -> None:
    hold, shard = cluster.taken("one"), cluster.shard("one")
    shard.bring(cluster.store, 0, None)
    written(shard, 1)
    shard.note(0, changed=True, token=hold.known.token)
    hold._ending.set()  # as killed: nobody renews, nobody lets go
    hold._keeper.join()
    hold._close()
    assert isinstance(take(cluster.database, "a.org", "two", LEASE, NEVER), Busy)
    with writing(shard.archive):  # its crawl lives still
        assert shard.orphaned() == 0
    assert orphans(cluster.folder / "one", cluster.name) == ["a.org"]
    after = take(cluster.database, "a.org", "three", LEASE, NEVER, orphan=shard.orphaned())
    assert isinstance(after, Hold)
    assert isinstance(take(cluster.database, "a.org", "two", LEASE, NEVER, orphan=hold.known.token), Busy)
    after.let_go(Ending(0, "well"))


def test_shard_of_a_newer_miacrawl_is_left_to_others(cluster: Set) -> None:
    hold = cluster.taken("one")
    published(cluster, hold, "one", warcs=1)
    hold.let_go(Ending(0, "well", due=0.0))
    cluster.do("""UPDATE generations SET steps = steps || '["m999_new"]'""")
    visited = visit(_worker(cluster, "two"), "a.org")
    assert "m999_new" in visited.told
    assert visited.again
    assert cluster.rows("SELECT generation, failures FROM sites") == [{"generation": 1, "failures": 0}]
    assert not cluster.shard("two").archive.exists()
    with pytest.raises(OutdatedError):
        list(pull(cluster.database, cluster.store, cluster.name, cluster.folder / "pulled"))


def test_store_that_fails_leaves_the_shard_that_holds_and_the_work_that_was_done(
    cluster: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = cluster.taken("one")
    shard = cluster.shard("one")
    shard.bring(cluster.store, 0, None)
    shard.note(0, changed=True)
    written(shard, 1)
    monkeypatch.setattr("miacrawl.cluster.publishing._TRIES", 1)
    full = replace(cluster.store, files=_Full(cluster.store.files))
    with pytest.raises(StoreError, match="No space left"):
        publish(cluster.database, full, hold, shard, None)
    assert cluster.rows("SELECT generation FROM sites")[0]["generation"] == 0
    assert shard.bring(cluster.store, 0, None) == "gone on with"
    hold.let_go(Ending(None, "store", due=0.0))


class _Full:
    """A file system on which nothing can be written."""

    def __init__(self, files: Any) -> None:
        self._files = files

    def __getattr__(self, name: str) -> Any:
        if name in ("open", "makedirs"):
            raise OSError(28, "No space left on device")
        return getattr(self._files, name)


def test_room_is_made_from_shards_that_are_published(cluster: Set) -> None:
    for name, changed in (("a.org", False), ("b.org", True)):
        shard = cluster.shard("one", name)
        shard.archive.mkdir(parents=True)
        (shard.archive / "x").write_bytes(b"x" * 1000)
        shard.note(1, changed=changed)
    assert make_room(cluster.folder / "one", 10) == 1
    assert not cluster.shard("one", "a.org").archive.exists()
    assert cluster.shard("one", "b.org").archive.exists()


# --- the queue ---


def test_site_is_queued_once_however_often_it_is_put_in(cluster: Set) -> None:
    assert queue.enqueue_due(cluster.database) == 1
    assert queue.enqueue_due(cluster.database) == 0
    with cluster.database.session() as connection:
        assert queue.enqueue(connection, ["a.org"]) == 0


def test_jobs_of_a_worker_that_is_gone_come_back_when_its_lease_has_ended(cluster: Set) -> None:
    queue.enqueue_due(cluster.database)
    cluster.do("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")
    cluster.do("UPDATE sites SET lease_until = now() + interval '1 minute'")
    assert queue.rescue(cluster.database) == []
    cluster.do("UPDATE sites SET lease_until = now() - interval '1 second'")
    with cluster.database.session() as connection:
        assert queue.enqueue(connection, ["a.org"]) == 1  # one waits already: the one that comes back is not needed
    assert queue.rescue(cluster.database) == ["a.org"]
    assert cluster.rows("SELECT status::text FROM procrastinate_jobs") == [{"status": "todo"}]
    cluster.do("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")
    assert queue.rescue(cluster.database) == ["a.org"]
    assert cluster.rows("SELECT status::text FROM procrastinate_jobs") == [{"status": "todo"}]


def test_address_that_can_not_be_used_is_a_failure_with_its_reason(cluster: Set) -> None:
    cluster.do("""UPDATE sites SET starts = '["http://127.0.0.1:1/"]'""")
    visited = visit(_worker(cluster, "one"), "a.org")
    assert "--allow-private" in visited.told
    found = cluster.rows("SELECT exit_code, failures, due > now() AS later, generation FROM sites")
    assert found == [{"exit_code": 3, "failures": 1, "later": True, "generation": 0}]


def _worker(cluster: Set, name: str) -> Worker:
    place = Place("", "", LEASE, 3600, 3600, 10**9)
    return Worker(place, cluster.database, cluster.store, cluster.name, name, cluster.folder / name, (), NEVER)


def test_errand_changes_a_shard_under_the_lease_and_is_published(cluster: Set) -> None:
    worker = _worker(cluster, "one")
    hold = cluster.taken("one")
    published(cluster, hold, "one", warcs=0)
    with pytest.raises(ArchiveLockedError, match="holds it"):
        run(worker, "a.org", ["duplicates"])
    hold.let_go(Ending(0, "well"))
    before = cluster.rows("SELECT due, exit_code, told FROM sites")
    assert run(worker, "a.org", ["duplicates", "--again"]) == 0
    assert cluster.rows("SELECT due, exit_code, told FROM sites") == before
    assert cluster.rows("SELECT generation, lease_until FROM sites") == [{"generation": 2, "lease_until": None}]
    with pytest.raises(ConfigError, match="one of these commands"):
        run(worker, "a.org", ["serve"])


# --- commands ---


def _run(monkeypatch: pytest.MonkeyPatch, dsn: str, store: Path, *arguments: str) -> Any:
    monkeypatch.setenv("MIACRAWL_CLUSTER_DSN", dsn)
    monkeypatch.setenv("MIACRAWL_CLUSTER_STORE", str(store))
    monkeypatch.setenv("MIACRAWL_ARCHIVE", str(store.parent / "rules"))
    return CliRunner().invoke(group, ["cluster", *arguments])


def _error(result: Any) -> tuple[int, str]:
    assert isinstance(result.exception, MiacrawlError), result.exception
    return int(result.exception.exit_code), str(result.exception)


def test_no_database_and_one_that_is_not_set_up_are_told(
    server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIACRAWL_CLUSTER_LEASE_SECONDS", "4")
    for name in ("init", "status", "worker"):
        code, told = _error(_run(monkeypatch, "postgresql://u:hunter2@127.0.0.1:1/x", tmp_path / "store", name))
        assert code == ExitCode.STORAGE
        assert "can't be reached" in told
        assert "hunter2" not in told
    with Database(server.dsn).session() as connection:
        connection.execute("DROP SCHEMA IF EXISTS miacrawl CASCADE")
    code, told = _error(_run(monkeypatch, server.dsn, tmp_path / "store", "worker"))
    assert (code, "miacrawl cluster init" in told) == (ExitCode.CONFIG, True)


def test_commands_set_up_enter_and_show(server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Database(server.dsn).session() as connection:
        connection.execute("DROP SCHEMA IF EXISTS miacrawl CASCADE")
    store = tmp_path / "store"
    assert _run(monkeypatch, server.dsn, store, "init").exit_code == 0
    listed = tmp_path / "sites.txt"
    listed.write_text("# ours\nhttps://a.org/\nb.org\n")
    done = _run(monkeypatch, server.dsn, store, "enqueue", "--file", str(listed), "--every", "2")
    assert "2 sites, 2 of them new; 2 put in the queue" in done.output
    (tmp_path / "more.yaml").write_text("sites: [{url: https://c.org/, settings: {DOWNLOAD_DELAY: 9}}]")
    assert _run(monkeypatch, server.dsn, store, "enqueue", "--file", str(tmp_path / "more.yaml")).exit_code == 0
    assert _run(monkeypatch, server.dsn, store, "enqueue", "b.org", "--pause").exit_code == 0
    found = json.loads(_run(monkeypatch, server.dsn, store, "status", "--json").output)
    assert (found["sites"]["all"], found["sites"]["due"], found["sites"]["paused"]) == (3, 2, 1)
    assert "3 sites" in _run(monkeypatch, server.dsn, store, "status").output
    with Database(server.dsn).session() as connection:
        rows = connection.execute("SELECT settings, every_seconds FROM sites ORDER BY name").fetchall()
    assert rows[0]["every_seconds"] == 7200
    assert rows[2]["settings"] == {"DOWNLOAD_DELAY": "9.0"}
    (store / "miacrawl-cluster.json").unlink()
    code, told = _error(_run(monkeypatch, server.dsn, store, "worker"))
    assert (code, "is it mounted" in told) == (ExitCode.STORAGE, True)


def test_register_of_a_newer_miacrawl_is_refused(
    cluster: Set, server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.do("UPDATE notes SET value = '99' WHERE key = 'steps'")
    for name in ("init", "worker"):
        code, told = _error(_run(monkeypatch, server.dsn, cluster.folder / "store", name))
        assert (code, "newer miacrawl" in told) == (ExitCode.STORAGE, True)


# --- all together ---


def test_worker_that_is_told_to_stop_publishes_what_it_has_and_gives_its_job_back(
    server: Postgres, tmp_path: Path
) -> None:
    with Database(server.dsn).session() as connection:
        connection.execute("DROP SCHEMA IF EXISTS miacrawl CASCADE")
    with Sites(tmp_path / "sites", 1, 60) as served:
        place = Fleets(tmp_path / "cluster", server.dsn)
        place.begin([served.all[0].url])
        with Fleet(place, 1) as fleet:
            until = time.monotonic() + 120
            while len(served.all[0].asked()) < 20 and time.monotonic() < until:
                time.sleep(0.2)
        assert fleet.members[0].process.returncode == ExitCode.INTERRUPTED, fleet.said()
    site = asked(server.dsn, "SELECT generation, exit_code, due <= now() AS due, lease_until FROM sites")
    assert site == [{"generation": 1, "exit_code": 130, "due": True, "lease_until": None}]
    jobs = asked(server.dsn, "SELECT status::text FROM procrastinate_jobs WHERE queue_name = 'visits'")
    assert jobs == [{"status": "todo"}]
    assert 0 < asked(server.dsn, "SELECT articles FROM generations")[0]["articles"] < 60


def test_killed_workers_and_a_crashed_database_lose_nothing_and_never_two_are_on_a_site(tmp_path: Path) -> None:
    marks = list(
        measure_kills(tmp_path, sites=2, articles=15, workers=2, kills=1, restarts=1, lease=8.0, limit=120.0, pace=0.3)
    )
    assert all(mark.held for mark in marks), "\n" + table(marks)
