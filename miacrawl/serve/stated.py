"""What an archive's own miacrawl.yaml and the environment say of what pages tell, too: the permalink, and the crawler.

Read here as far as that goes, because the whole of it is Scrapy's; what is wrong in it is the crawler's to complain of.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from miacrawl.errors import MiacrawlError
from miacrawl.strict_yaml import Value, parse, read

FILE = "miacrawl.yaml"
PERMALINK = "MIACRAWL_PERMALINK"
AGENT = "miacrawl"
"""Whom robots.txt is asked for where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Stated:
    """`permalink`: where the archive is published, "" where that is not said; `agent`: whom robots.txt is asked for;
    `obeys`: whether it is obeyed."""

    permalink: str = ""
    agent: str = AGENT
    obeys: bool = True


def stated(database: Any) -> Stated:
    """What is said of the archive that Datasette's `database` is, as it stands in the files now."""
    said = _in_file(*_now(Path(database.path).parent / FILE)) if database.path else Stated()
    return Stated(os.environ.get(PERMALINK, "").strip() or said.permalink, said.agent, said.obeys)


def _now(path: Path) -> tuple[Path, int]:
    with suppress(OSError):
        return path, path.stat().st_mtime_ns
    return path, 0


@lru_cache(maxsize=4)
def _in_file(path: Path, changed: int) -> Stated:
    """Once for each state of the file."""
    if not changed:
        return Stated()
    settings: dict[str, Value] = {}
    with suppress(MiacrawlError, OSError):
        whole = parse(read(path, "configuration"), str(path))
        settings = whole.mapping()["settings"].mapping() if whole and "settings" in whole.mapping() else {}
    agent = _text(settings, "ROBOTSTXT_USER_AGENT", AGENT) or _text(settings, "USER_AGENT", "") or AGENT
    return Stated(_text(settings, PERMALINK, ""), agent.partition("/")[0].strip(), _truth(settings, "ROBOTSTXT_OBEY"))


def _text(settings: dict[str, Value], name: str, usual: str) -> str:
    """`usual` where nothing is said; "" where it is taken back (null)."""
    value = settings.get(name)
    if value is None or not value.is_text():
        return usual
    return "" if value.is_null() else value.any_text().strip()


def _truth(settings: dict[str, Value], name: str) -> bool:
    with suppress(MiacrawlError):
        return settings[name].truth() if name in settings else True
    return True
