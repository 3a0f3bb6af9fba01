"""Marks of a disk that is full: a small file system in memory, in a mount namespace of its own.

A namespace needs no rights where the system allows it (`unshare --map-root-user --mount`), and leaves no mount behind.
Where it does not, the marks are skipped: a limit on a file's size (RLIMIT_FSIZE) ends in another error than
a full disk.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.stress.judge import losses, told
from tests.stress.logbook import Served
from tests.stress.mark import Mark
from tests.stress.running import HURRIED, finish

_UNSHARE = ["unshare", "--map-root-user", "--mount"]
_SIZE_MB = 400
_STORAGE = 7


def measure(folder: Path, articles: int, rooms_kb: tuple[int, ...] = (100, 700, 3_000)) -> Iterator[Mark]:
    """Crawl with so much room, and again when there is enough, for each of `rooms_kb`."""
    folder.mkdir(parents=True, exist_ok=True)
    if not _possible(folder):
        yield Mark("disk full: clean stop, resumes when space returns", "not measured", "skipped",
                   "this system lets nobody mount a file system")  # fmt: skip
        return
    for room in rooms_kb:
        with Served(folder / str(room), articles, faults=()) as site:
            command = [
                *_UNSHARE,
                sys.executable,
                "-m",
                "tests.stress.disk",
                str(folder / str(room)),
                site.url,
                str(room),
            ]
            done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
            if done.returncode:
                yield Mark(f"disk full ({room} KB)", "the bench failed", False, done.stderr)
                continue
            yield from _marks(folder / str(room), site, room, json.loads(done.stdout))


def _marks(folder: Path, site: Served, room: int, seen: dict[str, Any]) -> Iterator[Mark]:
    held = seen["code"] == _STORAGE and "space" in seen["said"] and "Traceback" not in seen["said"]
    yield Mark(
        f"disk full with room for {room:,} KB: exit 7 and a clear line", f"exit {seen['code']}", held, seen["said"]
    )
    findings = losses(folder / "after", site.truth())
    sound = seen["integrity"] in ("ok", "no database yet") and seen["again"] == 0 and not findings
    measured = f"integrity {seen['integrity']}, {seen['stored']} articles kept, then exit {seen['again']}"
    yield Mark(f"disk full with room for {room:,} KB: nothing torn, resumes when space returns", measured, sound,
               told(findings) + seen["said_again"])  # fmt: skip


def _possible(folder: Path) -> bool:
    try:
        command = [*_UNSHARE, "mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)]
        return subprocess.run(command, capture_output=True, timeout=30, check=False).returncode == 0
    except OSError:
        return False


def _in_namespace(folder: Path, url: str, room_kb: int) -> dict[str, Any]:
    """Runs where nobody else sees the mount. Fills the disk, crawls, empties it, crawls."""
    small, after = folder / "small", folder / "after"
    small.mkdir()
    after.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE_MB}m", "none", str(small)], check=True)
    ballast, archive = small / "ballast", small / "archive"
    with ballast.open("wb") as file:
        for _ in range(_SIZE_MB * 1024 - room_kb):
            file.write(bytes(1024))
    first = finish("crawl", [url], archive, HURRIED)
    integrity, stored = _looked_at(archive / "archive.db")
    ballast.unlink()
    second = finish("crawl", [url], archive, HURRIED)
    shutil.copy(archive / "archive.db", after / "archive.db")
    return {"code": first.process.returncode, "said": first.last_lines, "integrity": integrity, "stored": stored,
            "again": second.process.returncode, "said_again": second.last_lines}  # fmt: skip


def _looked_at(path: Path) -> tuple[str, int]:
    """What SQLite says of the file while the disk is full, and how many articles it holds."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
            return sound, connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    except sqlite3.OperationalError as error:
        return ("no database yet" if "unable to open" in str(error) or "no such table" in str(error) else str(error)), 0


if __name__ == "__main__":
    print(json.dumps(_in_namespace(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
