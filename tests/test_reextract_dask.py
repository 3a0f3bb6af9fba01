"""`miacrawl reextract --dask`: a cluster on loopback reads what processes read otherwise, and nothing is lost by it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from miacrawl.errors import ConfigError, ExitCode
from miacrawl.reextract import spread
from miacrawl.reextract.reading import Reading, Task, read_task
from miacrawl.reextract.spread import read_spread
from miacrawl.warc.writer import Place
from tests.conftest import Run
from tests.site import FakeSite, article, listing

pytest.importorskip("distributed", reason="the extra dask is not installed")
Patch = pytest.MonkeyPatch
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler and two workers, as a user begins them."""
    folder = tmp_path_factory.mktemp("dask")
    told = folder / "scheduler.json"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    common = {"cwd": folder, "env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    asked = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    begun = [subprocess.Popen([*asked, "--no-dashboard", "--scheduler-file", str(told)], **common)]
    try:
        for _ in range(1200):
            if told.exists() and told.read_text():
                break
            time.sleep(0.1)
        address = json.loads(told.read_text())["address"]
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-dashboard", "--nthreads", "1"]
        begun.append(subprocess.Popen([*worker, "--nworkers", "2"], **common))
        yield address
    finally:
        for process in reversed(begun):
            process.terminate()
        for process in begun:
            process.wait(timeout=120)


@pytest.fixture
def archive(site: FakeSite, crawl: Run, tmp_path: Path) -> Path:
    """Three articles that were read without their site's profile, which is there now."""
    paths = [f"/story-about-walking-{number}" for number in (1, 2, 3)]
    site.pages["/"] = listing(*paths)
    for number, path in enumerate(paths, start=1):
        kicker = f"<p class=kicker>Kicker number {number}</p>"
        site.pages[path] = article(f"Walking is good {number}", topic=f"walking {number}", links=kicker)
    assert crawl(site.url).returncode == ExitCode.OK
    folder = tmp_path / "archive"
    (folder / "sites").mkdir()
    host = site.url.split("/")[2]
    profile = f'key: walkers\nname: Walkers\nhosts: ["{host}"]\nfields:\n  title: p.kicker\n'
    (folder / "sites" / "walkers.yaml").write_text(profile)
    return folder


def falls(warcs: Path, task: Task) -> Reading:
    """Reads a page, but for the second, which ends the process."""
    if task.capture_id == 2:
        os._exit(1)
    return Reading(task.capture_id, None, trouble="read")


def tasks(count: int, file: str) -> list[Task]:
    place = Place(file, 0, 1)
    return [Task(number, place, place) for number in range(1, count + 1)]


def test_a_cluster_reads_what_processes_read(miacrawl: Run, archive: Path, scheduler: str) -> None:
    alone = json.loads(miacrawl("reextract", "--dry-run", "--again", "--json", "--jobs", "1").stdout)
    (archive / "reextract.staging").unlink()
    done = miacrawl("reextract", "--dask", scheduler, "--again", "--json", "--yes")
    assert done.returncode == ExitCode.OK, done.stderr
    told = json.loads(done.stdout)
    assert told["counts"]["title"] == {"changed": 3} and told == alone
    assert "Nothing is wrong" in miacrawl("verify").stdout


def test_a_page_that_ends_workers_costs_no_other_its_reading(tmp_path: Path, scheduler: str) -> None:
    (tmp_path / "archive.db").touch()
    (tmp_path / "a.warc.gz").touch()
    found = list(read_spread(tasks(5, "a.warc.gz"), tmp_path, tmp_path, scheduler, falls))
    assert [reading.capture_id for reading in found] == [1, 2, 3, 4, 5]
    assert [reading.trouble for reading in found] == ["read", "reading it brought the process down", *["read"] * 3]


def test_a_file_that_no_worker_finds_is_told_page_by_page(tmp_path: Path, scheduler: str) -> None:
    (tmp_path / "archive.db").touch()
    found = list(read_spread(tasks(2, "gone.warc.gz"), tmp_path, tmp_path, scheduler, read_task))
    assert [reading.trouble for reading in found] == ["no worker finds gone.warc.gz"] * 2


def test_workers_that_do_not_see_the_archive_are_told_before_anything_is_read(tmp_path: Path, scheduler: str) -> None:
    with pytest.raises(ConfigError, match="does not see"):
        list(read_spread(tasks(1, "a.warc.gz"), tmp_path / "elsewhere", tmp_path, scheduler, read_task))


def test_what_is_no_scheduler_is_a_line(miacrawl: Run, archive: Path, tmp_path: Path, monkeypatch: Patch) -> None:
    done = miacrawl("reextract", "--dask", "here", "--dry-run")
    assert done.returncode == ExitCode.CONFIG and "write it as tcp://host:8786" in done.stderr
    assert "Traceback" not in done.stderr
    monkeypatch.setattr(spread, "_PATIENCE_SECONDS", 0.5)
    with pytest.raises(ConfigError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        list(read_spread(tasks(1, "a.warc.gz"), tmp_path, tmp_path, "tcp://127.0.0.1:9", read_task))
