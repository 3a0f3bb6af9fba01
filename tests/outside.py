"""Servers that are others' programs: started, waited for, ended."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.ports import free_port

_SECONDS = 120


@contextmanager
def running(program: Path, folder: Path, host_option: str) -> Iterator[str]:
    """The address at which `program` answers; it runs in `folder`, and its output is told where it does not start."""
    port, log = free_port(), folder / "log"
    command = [program, host_option, "127.0.0.1", "-p", str(port)]
    with log.open("w") as told:
        process = subprocess.Popen(command, cwd=folder, stdout=told, stderr=told)
    at = f"http://127.0.0.1:{port}"
    try:
        if not _answers(process, at):
            pytest.fail(f"{program.name} does not start (exit code {process.poll()}): {log.read_text()}")
        yield at
    finally:
        process.terminate()
        process.wait(_SECONDS)


def _answers(process: subprocess.Popen[bytes], at: str) -> bool:
    until = time.monotonic() + _SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            urlopen(f"{at}/", timeout=60).close()
            return True
        except OSError:
            time.sleep(0.1)
    return False
