"""The marks of a cluster: `python -m tests.stress.cluster [--sites 40] [--articles 250] [--kills 12] [--restarts 3]`.

Real PostgreSQL, real workers, real sites on this machine: every job queued twice, workers killed at random, the
database restarted; a worker cut off from it in a network namespace (as root), one that sleeps; CPU by workers.
Ends with 1 where a mark does not hold. `--only kills,cut,asleep,cpu` measures some.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from miacrawl.cluster.store import Store, store_at
from miacrawl.errors import ExitCode
from tests.postgres import Postgres, postgres
from tests.stress import cluster_cut
from tests.stress.cluster_names import HANDOVER_SECONDS, archive_of
from tests.stress.fleet import DELAY, Cluster, Fleet
from tests.stress.judge import Finding, ask, losses, told
from tests.stress.mark import Mark, table
from tests.stress.sites import One, Sites
from tests.stress.watched import asked, handovers, impolite, overlaps, visits

SCALING = 1.15
_CRAWL_DELAYS = (0.25, 0.15)
_JOB_TWICE = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args)"
    " SELECT 'visits', 'miacrawl.visit', name, jsonb_build_object('site', name) FROM sites RETURNING id"
)


def measure_kills(
    folder: Path, sites: int, articles: int, workers: int, kills: int, restarts: int, *, lease: float = 16.0,
    limit: float = 3600.0, seed: int = 1, pace: float = 1.0, store: str = "",
) -> Iterator[Mark]:  # fmt: skip
    """Sites crawled by workers that are killed, over a database that crashes: every 4 to 9 seconds times `pace`.

    `store`: where shards are published, by default in a folder beside.
    """
    chance, delays = random.Random(seed), _CRAWL_DELAYS[: sites // 8]
    with postgres() as server, Sites(folder / "sites", sites, articles, delays) as served:
        cluster = Cluster(folder / "cluster", server.dsn, lease, {"MIACRAWL_CLUSTER_STORE": store} if store else {})
        cluster.begin([one.url for one in served.all])
        twice = len(asked(server.dsn, _JOB_TWICE))
        began = time.monotonic()
        with Fleet(cluster, workers) as fleet:
            ended = _disturb(cluster, server, fleet, kills, restarts, chance, limit, pace)
        seconds = time.monotonic() - began
        seen = visits(server.dsn)
        jobs = asked(server.dsn, "SELECT status::text, count(*) AS n FROM procrastinate_jobs GROUP BY 1")
        left = sum(row["n"] for row in jobs if row["status"] in ("todo", "doing"))
        pulled = cluster.run("pull", str(folder / "pulled")).split()
        requests = sum(len(one.asked()) for one in served.all)
        yield Mark(
            f"{sites} sites × {articles} pages, {workers} workers, {twice} jobs twice: done",
            f"{seconds:.0f} s, {len(seen)} visits, {requests} requests, {left} jobs left",
            ended and not left and len(pulled) == sites, fleet.said(),
        )  # fmt: skip
        lost = [finding for one in served.all for finding in _losses(archive_of(folder / "pulled", one.name), one)]
        most = sum(ask(Path(path), "SELECT count(*) AS n FROM articles")[0]["n"] for path in pulled)
        yield Mark("every page archived, 0 duplicates", f"{most} articles, {len(lost)} findings", not lost, told(lost))
        both = [finding for one in served.all for finding in overlaps(one, seen)]
        yield Mark("never two workers on a site, by the sites' logs", f"{len(both)} findings", not both, told(both))
        rude: list[Finding] = []
        for one in served.all:
            rude += impolite(one, max((DELAY, *delays[one.number : one.number + 1])))
        yield Mark("delays obeyed, over hand-overs too", f"{len(rude)} findings", not rude, told(rude))
        took = handovers(seen, {gone.name: gone.killed for gone in fleet.gone if gone.killed})
        worst = max((seconds for _, seconds in took), default=0.0)
        dead = [gone for gone in fleet.gone if gone.killed]
        measured = f"{len(dead)} killed, {len(took)} at a site; {worst:.1f} s at most, {restarts} restarts"
        yield Mark(f"hand-over after kill -9 within {HANDOVER_SECONDS:.0f} s", measured,
                   worst <= HANDOVER_SECONDS and len(dead) == kills, str(took))  # fmt: skip
        yield _alone(server.dsn, store_at(cluster.environment["MIACRAWL_CLUSTER_STORE"]))


def _losses(archive: Path, site: One) -> list[Finding]:
    if not archive.is_dir():
        return [Finding("lost", f"{site.name} as a whole")]
    return losses(archive, site.truth())


def _alone(dsn: str, store: Store) -> Mark:
    """Nothing is in the store that nobody needs, and nothing is missing."""
    needed = {
        row["key"] for row in asked(dsn, "SELECT f->>'key' AS key FROM generations, jsonb_array_elements(files) f")
    }
    store.files.invalidate_cache()
    there = {str(path).removeprefix(store.root).lstrip("/") for path in store.files.find(f"{store.root}/shards")}
    return Mark("the store holds what the register names", f"{len(needed)} files, {len(there - needed)} left over",
                bool(needed) and needed <= there, str(sorted(needed - there)[:5]))  # fmt: skip


def _disturb(
    cluster: Cluster, server: Postgres, fleet: Fleet, kills: int, restarts: int, chance: random.Random, limit: float,
    pace: float,
) -> bool:  # fmt: skip
    """Kill and restart until all is done; whether it was, in time."""
    until = time.monotonic() + limit
    events = ["kill"] * kills + ["restart"] * restarts
    chance.shuffle(events)
    following, places = time.monotonic() + 5.0 * pace, list(range(len(fleet.members)))
    replaced: list[tuple[float, int]] = []
    while time.monotonic() < until:
        time.sleep(0.5)
        for moment, place in list(replaced):
            if time.monotonic() >= moment:
                replaced.remove((moment, place))
                # Every second time it is the machine that is gone, with all that was on it.
                fleet.members[place] = fleet.start(place, new=fleet.serial % 2 == 1)
        if events and time.monotonic() >= following:
            following = time.monotonic() + chance.uniform(4.0, 9.0) * pace
            if events[-1] == "restart":
                events.pop()
                server.stop(chance.choice([signal.SIGQUIT, signal.SIGINT]))
                time.sleep(chance.uniform(0.2, 2.0))
                server.start()
            elif not replaced and (busy := _busy(server, fleet, places)):
                events.pop()
                place = chance.choice(busy)
                fleet.kill(place)
                replaced.append((time.monotonic() + chance.uniform(0.5, 3.0), place))
        elif not events and not replaced and not _unfinished(server):
            return True
        for place, member in enumerate(fleet.members):
            if place in {one for _, one in replaced} or (code := member.process.poll()) is None:
                continue
            if code != ExitCode.STORAGE:  # it may come to find no database, and ends; what runs it starts it again
                return False
            fleet.gone.append(member)
            replaced.append((time.monotonic() + 1.0, place))
    return False


def _busy(server: Postgres, fleet: Fleet, places: list[int]) -> list[int]:
    """Which workers are in the midst of a visit: kills are to hurt. Where nothing is left to hurt, any."""
    sql = (
        "SELECT holder, v.began < now() - interval '4 seconds' AS amid FROM sites s"
        " JOIN visits v ON v.site_id = s.id AND v.token = s.token WHERE holder IS NOT NULL"
    )
    rows = asked(server.dsn, sql)
    if any(row["holder"] in {gone.name for gone in fleet.gone} for row in rows):
        return []  # the last one's sites are to be taken over first: else nobody could say what took how long
    held = {row["holder"] for row in rows if row["amid"]}
    busy = [place for place in places if fleet.members[place].name in held]
    return busy or ([] if _unfinished(server) else places)


def _unfinished(server: Postgres) -> int:
    sql = (
        "SELECT (SELECT count(*) FROM sites WHERE due <= now() OR lease_until > now())"
        " + (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND queue_name = 'visits') AS n"
    )
    return int(asked(server.dsn, sql)[0]["n"])


def measure_cpu(folder: Path, sites: int, articles: int, workers: int) -> Iterator[Mark]:
    """CPU of a page with one worker and with several, the same sites, one after the other."""
    costs: dict[int, float] = {}
    for count in (1, workers):
        with postgres() as server, Sites(folder / f"sites-{count}", sites, articles) as served:
            cluster = Cluster(folder / f"cluster-{count}", server.dsn)
            cluster.begin([one.url for one in served.all])
            began = time.monotonic()
            with Fleet(cluster, count) as fleet:
                while _unfinished(server):
                    time.sleep(0.5)
            pages = sum(len(one.asked()) for one in served.all)
            costs[count] = sum(member.cpu for member in fleet.members) / pages * 1000
            seconds = time.monotonic() - began
        print(
            f"        ({count} workers: {pages} pages, {costs[count]:.2f} ms CPU a page, {seconds:.0f} s)", flush=True
        )
    share = costs[workers] / costs[1]
    yield Mark(f"CPU of a page with {workers} workers ≤ {SCALING} × that with one",
               f"{costs[workers]:.2f} ms / {costs[1]:.2f} ms = {share:.2f}", share <= SCALING)  # fmt: skip


def main() -> None:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress.cluster", description=__doc__)
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--articles", type=int, default=250)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--restarts", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", default="", help="of kills: where shards are published, such as s3://bucket/folder")
    parser.add_argument("--only", default="", help="some of: kills, cut, asleep, cpu")
    parser.add_argument("--folder", type=Path, help="where sites and shards are kept; by default they are not")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="miacrawl-cluster-") as passing:
        folder = given.folder or Path(passing)
        measures: Mapping[str, Callable[[], Iterator[Mark]]] = {
            "kills": lambda: measure_kills(
                folder / "kills",
                given.sites,
                given.articles,
                given.workers,
                given.kills,
                given.restarts,
                seed=given.seed,
                store=given.store,
            ),
            "cut": lambda: cluster_cut.measure_cut(folder / "cut"),
            "asleep": lambda: cluster_cut.measure_asleep(folder / "asleep"),
            "cpu": lambda: measure_cpu(folder / "cpu", given.workers * 2, given.articles, given.workers),
        }
        held = []
        for name, measure in measures.items():
            if not given.only or name in given.only.split(","):
                for mark in measure():
                    print(table([mark]), flush=True)
                    held.append(mark.held)
    sys.exit(0 if all(held) else 1)


if __name__ == "__main__":
    main()
