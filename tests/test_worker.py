"""Worker processes end with the one that began them, and leave Ctrl-C to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from miacrawl.worker import deaf, workers

_PARENT = """
import os, time
from miacrawl.worker import workers
if __name__ == "__main__":
    pool = workers(2)
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    assert is_alive(worker)
    parent.kill()
    parent.wait()
    for _ in range(600):
        if not is_alive(worker):
            return
        time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    raise AssertionError("the worker outlived its parent")


def test_workers_do_not_hear_ctrl_c_and_prepare_themselves() -> None:
    with workers(1, os.putenv, "MIACRAWL_TEST_WORKER", "ready") as pool:
        assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN


def test_ctrl_c_while_a_process_is_begun_is_heard_afterwards_and_by_its_parent_alone() -> None:
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append("Ctrl-C"))
    try:
        with workers(1) as pool:
            with deaf():
                os.kill(os.getpid(), signal.SIGINT)
                child = pool.submit(os.getpid)
            assert heard == ["Ctrl-C"]
            os.kill(child.result(), signal.SIGINT)
            assert pool.submit(os.getpid).result() == child.result()
    finally:
        signal.signal(signal.SIGINT, before)
