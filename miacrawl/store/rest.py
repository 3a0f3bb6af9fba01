"""For how long the hosts of an archive are to be left alone, as a run that goes on has noted it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from miacrawl.revisit import moment
from miacrawl.store.archive import database_path


@dataclass(frozen=True, slots=True)
class Rest:
    """Of all hosts the longest: `delay` between two requests by robots.txt, `held` from now on; in seconds."""

    delay: float = 0.0
    held: float = 0.0


def rest_of(folder: Path) -> Rest:
    """What the archive in `folder` says of its hosts; nothing where there is none, or it can't be read just now."""
    path = database_path(folder)
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1)
    except sqlite3.Error:
        return Rest()
    try:
        delay, until = connection.execute("SELECT max(crawl_delay), max(hold_until) FROM hosts").fetchone()
    except sqlite3.Error:
        return Rest()
    finally:
        connection.close()
    held = moment(until) if until else None
    left = (held - datetime.now(UTC)).total_seconds() if held else 0.0
    return Rest(float(delay or 0.0), max(0.0, left))
