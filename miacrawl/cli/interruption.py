"""Ctrl-C and SIGTERM end a command alike: with a line that says what is kept, and exit code 130."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from miacrawl.errors import ExitCode


@contextmanager
def interruptible(kept: str) -> Iterator[None]:
    """While this holds, both end the command; `kept`: what becomes of what was done until then."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except (KeyboardInterrupt, click.Abort):
        click.echo(f"miacrawl: interrupted; {kept}", err=True)
        sys.exit(ExitCode.INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, before)
