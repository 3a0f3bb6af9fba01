"""`miacrawl serve`: Datasette as `datasette DIR` runs it, or a line that says what is wrong."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

import pytest

from miacrawl.errors import ConfigError, ExitCode
from miacrawl.serve.offer import Offer
from miacrawl.serve.run import MOST_PROCESSES, address, how_many, usable_port
from tests import shelf
from tests.conftest import Run
from tests.reader import Reader


def test_serves_what_datasette_serves_and_ends_when_told(tmp_path: Path) -> None:
    folder = shelf.build(tmp_path / "my archive", articles=3)
    command = [sys.executable, "-u", "-m", "miacrawl", "serve", "--archive", str(folder), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        opened = re.search(r"Open (http://127\.0\.0\.1:\d+/)", process.stdout.readline())
        assert opened
        while "running on" not in process.stdout.readline():
            assert process.poll() is None
        for path in ("", "search?q=worms", "article/1"):
            with urlopen(opened.group(1) + path, timeout=120) as response:
                assert response.read().decode() == Reader(folder).get(f"/{path}").text
    finally:
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=120)
    assert process.returncode == ExitCode.OK and "Traceback" not in output


def processes_of(parent: int) -> list[int]:
    """Those that answer readers: what the parent has begun, but for the one that minds what they share."""
    begun = map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
    return [one for one in begun if "spawn_main" in Path(f"/proc/{one}/cmdline").read_text()]


def secret_of(process: int) -> bytes:
    told = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    (found,) = [word for word in told if word.startswith(b"DATASETTE_SECRET=")]
    return found


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(happened: Callable[[], object]) -> None:
    until = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.1)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server of two processes, and its address."""
    folder = shelf.build(tmp_path / "archive", articles=3)
    words = ["serve", "--archive", str(folder), "--port", "0", "--processes", "2"]
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "miacrawl", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        opened = re.search(r"Open (http://127\.0\.0\.1:\d+/)", process.stdout.readline())
        assert opened
        wait_for(lambda: answers(opened.group(1)))
        yield process, opened.group(1)
    finally:
        process.kill()
        process.communicate(timeout=120)


def answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=120) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def test_several_processes_answer_one_is_replaced_and_all_end_when_told(
    served: tuple[subprocess.Popen[str], str],
) -> None:
    process, address = served
    wait_for(lambda: len(processes_of(process.pid)) == 2)
    first, second = processes_of(process.pid)
    assert len(set(map(secret_of, (first, second)))) == 1, "what one has signed the other believes"
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: len(set(processes_of(process.pid)) - {first, second}) == 1)
    assert answers(address)
    begun = processes_of(process.pid)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=120) == ExitCode.OK
    assert not any(map(is_running, begun)) and not answers(address)


def test_an_answer_does_not_wait_for_the_readers_word_that_its_beginning_has_come(
    served: tuple[subprocess.Popen[str], str],
) -> None:
    """That word comes 40 ms later, once a connection has been in use for a while."""
    connection = HTTPConnection(served[1].removeprefix("http://").strip("/"), timeout=60)
    seconds = []
    for _ in range(80):
        began = time.monotonic()
        connection.request("GET", "/-/versions.json")
        connection.getresponse().read()
        seconds.append(time.monotonic() - began)
    connection.close()
    assert min(seconds[40:]) < 0.03


def test_no_process_is_left_where_the_first_was_killed(served: tuple[subprocess.Popen[str], str]) -> None:
    process, address = served
    begun = processes_of(process.pid)
    process.kill()
    wait_for(lambda: not any(map(is_running, begun)))
    assert not answers(address)


@pytest.mark.parametrize("count", ["1", "2"])
def test_a_policy_that_is_none_is_said_in_a_line(miacrawl: Run, tmp_path: Path, count: str) -> None:
    folder = shelf.build(tmp_path / "archive", articles=1)
    for name in ("metadata.yaml", "datasette.yaml"):
        (folder / name).write_text("plugins: {miacrawl: {policy: {script-src: '*; sandbox'}}}", "utf-8")
    shown = miacrawl("serve", "--port", "0", "--processes", count)
    assert shown.returncode == ExitCode.CONFIG and "policy" in shown.stderr and "Traceback" not in shown.stderr


def test_the_public_has_a_process_for_each_processor() -> None:
    assert how_many(Offer()) == 1 and how_many(Offer(processes=3)) == 3 == how_many(Offer(public=True, processes=3))
    assert how_many(Offer(public=True)) == min(MOST_PROCESSES, len(os.sched_getaffinity(0)))


def test_no_archive_says_how_to_make_one(miacrawl: Run) -> None:
    shown = miacrawl("serve", "--archive", "nothing here", "--port", "0")
    assert shown.returncode == ExitCode.STORAGE and "miacrawl crawl" in shown.stderr and "Traceback" not in shown.stderr


def test_port_that_is_taken_is_said_in_a_line(miacrawl: Run, tmp_path: Path) -> None:
    shelf.build(tmp_path / "archive", articles=1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        shown = miacrawl("serve", "--port", str(port))
    assert shown.returncode == ExitCode.CONFIG and "--port 0" in shown.stderr and "Traceback" not in shown.stderr


def test_configuration_that_datasette_refuses_is_said_in_a_line(miacrawl: Run, tmp_path: Path) -> None:
    shelf.build(tmp_path / "archive", articles=1)
    (tmp_path / "archive" / "settings.json").write_text('{"nonsense": 1}', "utf-8")
    (tmp_path / "archive" / "datasette.yaml").write_text('{"settings": {"nonsense": 1}}', "utf-8")
    shown = miacrawl("serve", "--port", "0")
    assert shown.returncode == ExitCode.CONFIG and "nonsense" in shown.stderr and "Traceback" not in shown.stderr


@pytest.mark.parametrize("host", ["no.such.host.invalid", "256.1.1.1"])
def test_host_that_is_none_is_refused(host: str) -> None:
    with pytest.raises(ConfigError, match="can't be listened on"):
        usable_port(host, 8001)


def test_address_to_open() -> None:
    assert address("127.0.0.1", 8001) == "http://127.0.0.1:8001/"
    assert address("0.0.0.0", 80) == "http://127.0.0.1:80/"
    assert address("::1", 8001) == "http://[::1]:8001/"
