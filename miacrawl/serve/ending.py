"""How a run ended, or that it has not: told from its row, and from whether anything was heard of it since.

Who holds the archive's lock is not asked: asking takes it for a moment, and a page may not be in a crawl's way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from miacrawl.errors import RUN_ENDED
from miacrawl.revisit import moment
from miacrawl.serve.quantity import ago, seconds_between

Grade = Literal["well", "look", "running", "silent", "killed"]
_BUSY = timedelta(minutes=10)
"""A run waits five minutes for a host at most, unless a Crawl-delay is longer."""
_IDLE = timedelta(hours=3)
"""No run is silent for so long, as `miacrawl doctor` sees it, too."""


@dataclass(frozen=True, slots=True)
class Ending:
    """`label`: in a word or two; `words`: a sentence without its subject; `seconds`: that it took, where known."""

    grade: Grade
    label: str
    words: str
    seconds: int | None


def ending(run: Mapping[str, Any], newest_id: int, heard_at: str | None, now: datetime) -> Ending:
    """The ending of a row of `runs`. `heard_at`: when it last noted a visit, where that is known."""
    finished, code, reason = run["finished"], run["exit_code"], str(run["reason"] or "")
    if finished is None and run["id"] == newest_id:
        return _open(run, heard_at, now)
    if finished is None or (code is None and reason.startswith("killed")):
        return Ending("killed", "killed", "was killed before it could end; the next run goes on where it was", None)
    seconds = seconds_between(run["started"], finished)
    if code in (None, 0):
        limited = f" ({reason})" if reason not in ("", "finished") else ""
        return Ending("well", "ended well", f"ended well{limited}", seconds)
    meant = RUN_ENDED.get(code, "it ended with an error")
    told = f"ended with exit code {code}: {meant}{f' ({reason})' if reason else ''}"
    return Ending("look", meant.removeprefix("it ").partition(" (see")[0], told, seconds)


def _open(run: Mapping[str, Any], heard_at: str | None, now: datetime) -> Ending:
    """A run that nobody has closed and none has followed: what was heard of it last tells what it is."""
    heard = moment(heard_at) or moment(run["started"])
    silence = now - heard if heard else _IDLE
    last = ago(heard_at or run["started"], now)
    since = seconds_between(run["started"], now.isoformat())
    if silence < _BUSY:
        return Ending("running", "under way", f"is under way; its last visit was {last}", since)
    if silence < _IDLE:
        told = f"is under way, waiting for a host, or stopped: its last visit was {last}"
        return Ending("silent", "under way?", told, since)
    told = (
        f"was probably killed: its last visit was {last}. The next run goes on where it was; miacrawl doctor says more"
    )
    return Ending("killed", "probably killed", told, None)
