"""Running the examples that the page of data and docs/querying.md show."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from miacrawl.serve.examples import EXAMPLES, Example


def run(example: Example, folder: Path, python: Path = Path(sys.executable)) -> str:
    """What `example` prints in `folder`, an archive's; programs stand beside `python`."""
    command = [str(python), "-W", "error::FutureWarning", "-c"] if example.language == "python" else ["sh", "-ec"]
    path = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    done = subprocess.run(
        [*command, example.code],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def titled(title: str) -> Example:
    return next(example for example in EXAMPLES if example.title == title)
