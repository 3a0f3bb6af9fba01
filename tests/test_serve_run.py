"""`miacrawl serve`: Datasette as `datasette DIR` runs it, or a line that says what is wrong."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from miacrawl.errors import ConfigError, ExitCode
from miacrawl.serve.run import address, usable_port
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
