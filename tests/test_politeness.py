"""What a host asks for is obeyed: seen in the log of a site on loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from miacrawl.errors import ExitCode
from tests.conftest import Run, hurried
from tests.pace import too_close
from tests.site import FakeSite, article, listing
from tests.test_crawl import ask, ledger, titles

HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def stories(site: FakeSite, count: int) -> list[str]:
    paths = [f"/story-of-the-day-{n}" for n in range(count)]
    site.pages["/"] = listing(*paths)
    site.pages |= {path: article(f"Story {path}") for path in paths}
    return paths


def once(site: FakeSite, path: str, *answers: Any) -> Callable[[], Any]:
    """What `path` answers first, before it answers as it did."""
    usual, left = site.pages[path], list(answers)
    return lambda: left.pop(0) if left else usual


def test_crawl_delay_is_kept_between_all_requests_one_at_a_time(site: FakeSite, crawl: Run, archive: Path) -> None:
    stories(site, 4)
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 0.7")
    site.pages["/story-of-the-day-1"] = (302, {"Location": "/story-of-the-day-0?moved=1"}, b"")
    site.pages["/story-of-the-day-0?moved=1"] = article("Moved")
    done = crawl(site.url)
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    assert len(site.asked) >= 8 and too_close(site.times[1:], 0.7) < 0.35
    assert ask(archive, "SELECT crawl_delay FROM hosts") == [{"crawl_delay": 0.7}]


def test_download_delay_is_never_shortened(site: FakeSite, crawl: Run) -> None:
    stories(site, 5)
    crawl(site.url, "-s", "DOWNLOAD_DELAY=0.7")
    assert len(site.asked) >= 7 and too_close(site.times, 0.7) < 0.35


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_holds_the_whole_host(site: FakeSite, crawl: Run, archive: Path, as_date: bool) -> None:
    paths = stories(site, 8)

    def later() -> str:
        # By the clock of the server, which is an hour wrong.
        return formatdate(time.time() + 3600 + 5, usegmt=True) if as_date else "4"

    told: list[float] = []

    def busy() -> Any:
        if told:
            return 200, HTML, article("Story after all")
        told.append(time.monotonic())
        return 429, {**HTML, "Retry-After": later(), "Date": formatdate(time.time() + 3600, usegmt=True)}, b""

    site.pages[paths[3]] = busy
    done = crawl(site.url)
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    # What was on its way then is forgiven; a date has no parts of a second.
    during = [asked for asked in site.times if told[0] + 1.0 < asked < told[0] + 3.9]
    assert not during, "nothing is asked while the host wants to be left alone"
    assert len(titles(archive)) == 8
    assert ledger(archive)[paths[3]]["tries"] == 0


def test_long_retry_after_leaves_the_host_for_the_next_run(site: FakeSite, crawl: Run, archive: Path) -> None:
    paths = stories(site, 6)
    site.pages[paths[2]] = once(site, paths[2], (503, {**HTML, "Retry-After": "7200"}, b""))
    done = crawl(site.url)  # which does not wait for two hours
    assert done.returncode == ExitCode.PARTIAL
    assert "left for the next run" in done.stdout and "asked to wait 7200 s" in done.stdout
    waiting = [row for row in ledger(archive).values() if row["due"]]
    assert waiting and all(row["state"] == "pending" for row in waiting)
    site.asked.clear()
    again = crawl(site.url)
    assert again.returncode == ExitCode.PARTIAL and not site.asked, "the next run keeps the promise"


def test_passing_failures_are_tried_again_later(site: FakeSite, crawl: Run, archive: Path) -> None:
    paths = stories(site, 4)
    for number, status in enumerate((500, 502, 503)):
        site.pages[paths[number]] = once(site, paths[number], (status, {}, b"oops"))
    done = crawl(site.url)
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    assert len(titles(archive)) == 4
    assert [row["attempts"] for path, row in sorted(ledger(archive).items()) if path in paths] == [2, 2, 2, 1]


def test_host_that_only_fails_is_left_for_the_next_run(site: FakeSite, crawl: Run, archive: Path) -> None:
    paths = stories(site, 40)
    site.pages |= dict.fromkeys(paths, (500, {}, b"oops"))
    done = crawl(site.url, "-s", "MIACRAWL_HOST_ERRORS=10", "-s", "MIACRAWL_BACK_OFF_SECONDS=0.01")
    assert done.returncode == ExitCode.NOTHING and "10 failures in a row" in done.stdout
    assert len(site.asked) < 20
    assert all("10 failures in a row" in row["reason"] for row in ledger(archive).values() if row["state"] == "pending")


def test_robots_txt_is_waited_for(site: FakeSite, crawl: Run, archive: Path) -> None:
    stories(site, 2)
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /story-of-the-day-1")
    site.pages["/robots.txt"] = once(site, "/robots.txt", (503, {}, b""))
    done = crawl(site.url)
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    assert site.asked[:2] == ["/robots.txt", "/robots.txt"] and "/story-of-the-day-1" not in site.asked


def test_known_robots_txt_is_obeyed_while_it_cant_be_had(site: FakeSite, crawl: Run, archive: Path) -> None:
    stories(site, 2)
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /story-of-the-day-1")
    crawl(site.url)
    import sqlite3

    with sqlite3.connect(archive / "archive.db") as db:
        db.execute("UPDATE hosts SET robots_fetched_at = '2024-01-01T00:00:00Z'")
    site.pages["/robots.txt"] = (500, {}, b"")
    done = crawl(site.url)
    assert done.returncode == ExitCode.OK and "/story-of-the-day-1" not in site.asked


def test_no_more_requests_at_a_time_than_allowed_redirects_included(site: FakeSite, crawl: Run) -> None:
    paths = stories(site, 12)
    running: list[int] = []
    most: list[int] = []

    def slow(body: Any) -> Callable[[], Any]:
        def answer() -> Any:
            running.append(1)
            most.append(len(running))
            time.sleep(0.1)
            running.pop()
            return body

        return answer

    for number, path in enumerate(paths):
        site.pages[f"/moved-story-number-{number}"] = slow((200, HTML, article(f"Moved {number}")))
        site.pages[path] = slow((301, {"Location": f"/moved-story-number-{number}"}, b""))
    crawl(site.url, "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=3")
    assert max(most) == 3


def start(site: FakeSite, folder: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "miacrawl", "crawl", site.url, "--allow-private", *hurried(), *more]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def test_sigterm_ends_a_crawl_of_a_slow_host_in_time(site: FakeSite, crawl: Run, archive: Path) -> None:
    paths = stories(site, 30)

    def hangs() -> Any:
        time.sleep(600)
        return 200, HTML, b""

    site.pages |= dict.fromkeys(paths[3:], hangs)
    running = start(site, archive.parent, "-s", "MIACRAWL_STOP_SECONDS=2")
    wait_until(lambda: len(site.asked) >= 6)
    running.send_signal(signal.SIGTERM)
    out, errors = running.communicate(timeout=120)
    assert running.returncode == ExitCode.INTERRUPTED, out + errors
    assert "Interrupted: run the same command again" in out
    (run,) = ask(archive, "SELECT finished, reason, exit_code FROM runs")
    assert run["finished"] and run["reason"] == "interrupted" and run["exit_code"] == ExitCode.INTERRUPTED
    assert all(row["due"] for path, row in ledger(archive).items() if path in paths[3:])


def test_second_signal_ends_a_crawl_at_once(site: FakeSite, archive: Path) -> None:
    paths = stories(site, 5)

    def hangs() -> Any:
        time.sleep(600)
        return 200, HTML, b""

    site.pages |= dict.fromkeys(paths, hangs)
    running = start(site, archive.parent, "-s", "MIACRAWL_STOP_SECONDS=500")
    wait_until(lambda: bool(set(paths) & set(site.asked)))
    running.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert running.poll() is None, "the first is waited for"
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=120)
    assert running.returncode == ExitCode.INTERRUPTED


def test_second_update_says_who_holds_the_archive(site: FakeSite, crawl: Run, miacrawl: Run, archive: Path) -> None:
    stories(site, 1)
    crawl(site.url)

    def hangs() -> Any:
        time.sleep(600)
        return 200, HTML, b""

    site.pages["/"] = hangs
    site.asked.clear()
    running = start(site, archive.parent)
    wait_until(lambda: bool(site.asked))
    try:
        done = miacrawl("update", "--allow-private", *hurried())
        assert done.returncode == ExitCode.LOCKED
        assert f"process {running.pid} since 20" in done.stderr
    finally:
        os.kill(running.pid, signal.SIGKILL)
        running.communicate(timeout=120)
