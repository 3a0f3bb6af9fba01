"""Marks of a worker that is cut off from the database, and of one that sleeps: the next one finds nobody there."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.postgres import postgres
from tests.stress.cluster_names import HANDOVER_SECONDS, archive_of
from tests.stress.fleet import DELAY, Cluster, Fleet
from tests.stress.judge import losses, told
from tests.stress.mark import Mark
from tests.stress.sites import Sites
from tests.stress.watched import asked, impolite, overlaps, visits, who

_SPACE = f"miacrawl-{os.getpid()}"
_DATABASE, _WEB = "10.213.1", "10.213.2"


def measure_cut(folder: Path, articles: int = 400, lease: float = 16.0) -> Iterator[Mark]:
    """A worker in a network namespace loses its way to the database, and keeps the one to the site."""
    if os.geteuid() != 0:
        yield Mark("a worker cut off from PostgreSQL does not overlap the next", "", "skipped", "needs root")
        return
    with _space(), postgres(f"{_DATABASE}.1") as server, Sites(
        folder / "sites", 1, articles, (0.1,), f"{_WEB}.1"
    ) as served:  # fmt: skip
        site, cluster = served.all[0], Cluster(folder / "cluster", server.dsn, lease)
        cluster.begin([site.url])
        with Fleet(cluster, 1, before=["ip", "netns", "exec", _SPACE]) as cut:
            _wait_for(lambda: len(site.asked()) > 30)
            with Fleet(cluster, 0) as others:
                others.serial = 1
                others.members.append(others.start(1))
                time.sleep(3)
                moment = time.time()
                _ip("link", "set", "mia-db", "down")
                _wait_for(lambda: any(who(one) == "w2" for one in site.asked()), 60)
                later = visits(server.dsn)
                _wait_for(lambda: not _unfinished(server.dsn), 120)
                _ip("link", "set", "mia-db", "up")
                time.sleep(2)
                said = cut.said()
        seen, log = visits(server.dsn), site.asked()
        offset = time.time() - time.monotonic()
        last = max(one.t + offset for one in log if who(one) == "w1")
        first = min(one.t + offset for one in log if who(one) == "w2")
        both = [*overlaps(site, seen), *impolite(site, max(DELAY, 0.1))]
        took = later[-1].began - moment
        yield Mark("a worker cut off from PostgreSQL does not overlap the next",
                   f"stopped after {last - moment:.1f} s, the next began after {first - moment:.1f} s", not both
                   and last < first, told(both) + said)  # fmt: skip
        yield Mark(f"hand-over within {HANDOVER_SECONDS:.0f} s", f"{took:.1f} s", 0 < took <= HANDOVER_SECONDS)
        cluster.run("pull", str(folder / "pulled"))
        lost = losses(archive_of(folder / "pulled", site.name), site.truth())
        yield Mark("nothing is lost, nothing twice", f"{len(lost)} findings", not lost, told(lost))


def measure_asleep(folder: Path, articles: int = 400, lease: float = 16.0) -> Iterator[Mark]:
    """A worker is stopped (SIGSTOP), first without its crawl, then with it; it wakes when another has its site."""
    yield from _asleep(folder / "worker", articles, lease, crawl_too=False)
    yield from _asleep(folder / "both", articles, lease, crawl_too=True)


def _asleep(folder: Path, articles: int, lease: float, *, crawl_too: bool) -> Iterator[Mark]:
    with postgres() as server, Sites(folder / "sites", 1, articles, (0.1,)) as served:
        site, cluster = served.all[0], Cluster(folder / "cluster", server.dsn, lease)
        cluster.begin([site.url])
        with Fleet(cluster, 1) as fleet:
            _wait_for(lambda: len(site.asked()) > 30)
            fleet.members.append(fleet.start(1))
            time.sleep(3)
            moment = time.time()
            sleeper = fleet.members[0].process.pid
            asleep = [sleeper, *(_children(sleeper) if crawl_too else [])]
            for pid in asleep:
                os.kill(pid, signal.SIGSTOP)
            _wait_for(lambda: any(who(one) == "w2" for one in site.asked()))
            time.sleep(2)
            for pid in asleep:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
            _wait_for(lambda: not _unfinished(server.dsn), 120)
            time.sleep(2)
            said = fleet.said()
        seen = visits(server.dsn)
        both = [*overlaps(site, seen), *impolite(site, max(DELAY, 0.1))]
        took = next((visit.began for visit in seen if visit.worker == "w2"), moment - 1) - moment
        what = "a worker and its crawl that slept" if crawl_too else "a worker that slept beside its crawl"
        yield Mark(f"{what}: no overlap", f"the next began after {took:.1f} s", not both, told(both) + said)
        cluster.run("pull", str(folder / "pulled"))
        lost = losses(archive_of(folder / "pulled", site.name), site.truth())
        by = [visit.worker for visit in seen if visit.generation]
        yield Mark(f"{what}: publishes over nobody", f"published by {', '.join(by)}; {len(lost)} findings",
                   not lost and 0 < took <= HANDOVER_SECONDS, told(lost))  # fmt: skip


def _unfinished(dsn: str) -> bool:
    return bool(asked(dsn, "SELECT count(*) AS n FROM sites WHERE due <= now() OR lease_until > now()")[0]["n"])


def _wait_for(done: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if done():
            return
        time.sleep(0.2)


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@contextlib.contextmanager
def _space() -> Iterator[None]:
    """A network namespace with one way to the database and one to the sites."""
    try:
        _ip("netns", "add", _SPACE)
        for link, net in (("mia-db", _DATABASE), ("mia-web", _WEB)):
            _ip("link", "add", link, "type", "veth", "peer", "name", f"{link}-in", "netns", _SPACE)
            _ip("addr", "add", f"{net}.1/24", "dev", link)
            _ip("link", "set", link, "up")
            _ip("-n", _SPACE, "addr", "add", f"{net}.2/24", "dev", f"{link}-in")
            _ip("-n", _SPACE, "link", "set", f"{link}-in", "up")
        _ip("-n", _SPACE, "link", "set", "lo", "up")
        yield
    finally:
        for link in ("mia-db", "mia-web"):
            subprocess.run(["ip", "link", "del", link], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "del", _SPACE], check=False, capture_output=True)
