"""What is known to be damaged in the WARC files of an archive: bytes that are kept, and that no capture needs.

`warc/damage.json` says so, beside the files: whoever repaired the archive wrote it, and nothing is told twice.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from miacrawl.errors import StorageError

FILE_NAME = "damage.json"


@dataclass(frozen=True, slots=True)
class Damage:
    """A damaged stretch of a file. `why`: in words; `since`: when it was found."""

    file: str
    offset: int
    length: int
    why: str
    since: str = ""


def known_damage(folder: Path) -> list[Damage]:
    """What was found damaged in the files in `folder` before. Raises StorageError where that can't be read."""
    path = folder / FILE_NAME
    try:
        return [Damage(**entry) for entry in json.loads(path.read_text("utf-8"))]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        raise StorageError(f"{path} can't be read ({error}): move it away, and run miacrawl verify again") from error


def remember(folder: Path, found: Iterable[Damage]) -> None:
    """Add to what is known, in one step. Raises OSError and StorageError."""
    known = {(one.file, one.offset, one.length): one for one in (*found, *known_damage(folder))}
    entries = [asdict(known[key]) for key in sorted(known)]
    path = folder / FILE_NAME
    written = path.with_name(f"{FILE_NAME}.new")
    with written.open("w", encoding="utf-8") as file:
        json.dump(entries, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    written.replace(path)


def spans(known: Iterable[Damage]) -> Mapping[str, list[tuple[int, int]]]:
    """(start, end) of what is damaged, by file, in their order, those that touch joined."""
    found: dict[str, list[tuple[int, int]]] = {}
    for one in sorted(known, key=lambda one: (one.file, one.offset)):
        parts = found.setdefault(one.file, [])
        end = one.offset + one.length
        if parts and parts[-1][1] >= one.offset:
            parts[-1] = (parts[-1][0], max(parts[-1][1], end))
        else:
            parts.append((one.offset, end))
    return found


def covers(parts: Iterable[tuple[int, int]], offset: int, length: int) -> bool:
    """Whether all of a stretch is within one of these parts."""
    return any(start <= offset and offset + length <= end for start, end in parts)
