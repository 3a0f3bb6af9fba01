"""A command of the operator's that is called when a run has ended, without a shell."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys

from miacrawl.notify.ending import Ending
from miacrawl.printing import json_text


def run_command(text: str, ending: Ending, limit_seconds: float) -> None:
    """Run the words of `text`: the run's JSON on standard input, EXIT_STATUS and ARCHIVE in the environment.

    What it prints goes to standard error. Raises OSError or ValueError where it can't be run, TimeoutError where it
    took longer than `limit_seconds` (it and what it has started are ended), RuntimeError where it failed.
    """
    words = shlex.split(text)
    if not words:
        raise ValueError("it is empty")
    told = {"EXIT_STATUS": str(int(ending.exit_code)), "ARCHIVE": str(ending.archive.resolve())}
    process = subprocess.Popen(  # noqa: S603  the operator's own command, from the operator's own configuration
        words, stdin=subprocess.PIPE, stdout=sys.stderr.fileno(), env={**os.environ, **told}, start_new_session=True
    )
    try:
        process.communicate(json_text(dict(ending.told)).encode(), timeout=limit_seconds)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"it took longer than {limit_seconds:g} seconds and was ended") from error
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode:
        raise RuntimeError(f"it ended with {process.returncode}")
