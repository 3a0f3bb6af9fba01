"""Where the saved pages are: they are no part of the repository.

`MIACRAWL_GOLD` names the folder with gold/, pages/ and score.py, `MIACRAWL_BODIES` the one with bench.py and the body
pages, packed (wcxb-dev.tar.xz) or unpacked (wcxb-dev/). Without them, both are looked for beside the checkout. Each
set's own scorer is called where it lies.
"""

from __future__ import annotations

import os
import tarfile
from dataclasses import dataclass
from pathlib import Path

BODY_SET = "wcxb-dev"
_SHARED = Path(__file__).parents[3] / "shared"


@dataclass(frozen=True, slots=True)
class BodySet:
    """`scorer`: bench.py; `pages`: the folder with one folder (page.html, truth.json) for each page."""

    scorer: Path
    pages: Path


def gold_place() -> Path:
    """The folder that is asked for, whether it is there or not."""
    return Path(os.environ.get("MIACRAWL_GOLD") or _SHARED / "gold")


def bodies_place() -> Path:
    """The folder that is asked for, whether it is there or not."""
    return Path(os.environ.get("MIACRAWL_BODIES") or _SHARED / "bodies")


def gold_if_there() -> Path | None:
    """The gold pages' folder, or None."""
    folder = gold_place()
    return folder if (folder / "score.py").is_file() else None


def bodies_if_there() -> BodySet | None:
    """The body pages, or None. Packed ones are unpacked into the user's cache folder, once."""
    folder = bodies_place()
    scorer = folder / "bench.py"
    if not scorer.is_file():
        return None
    pages = folder / BODY_SET
    return BodySet(scorer, pages if pages.is_dir() else _unpacked(folder / f"{BODY_SET}.tar.xz"))


def _unpacked(archive: Path) -> Path:
    """Where `archive` is unpacked; another size is another version of it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "miacrawl-benchmark"
    target = cache / f"{archive.stat().st_size}" / BODY_SET
    if not target.is_dir():
        with tarfile.open(archive) as packed:
            part = target.parent.with_suffix(f".{os.getpid()}")
            packed.extractall(part, filter="data")
        part.replace(target.parent)
    return target
