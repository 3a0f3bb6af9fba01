"""All marks, measured: `python -m tests.stress.marks [--articles 5000] [--kills 50] [--only faults,kills]`.

Prints a line for each mark: held or not, what was promised, what was measured. Ends with 1 where one does not hold.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.stress import disk, incremental, kills, million, politeness, stops, versions
from tests.stress.mark import Mark, table


def main() -> None:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress.marks", description=__doc__)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--pending", type=int, default=1_000_000)
    parser.add_argument("--only", default="", help="some of: faults, kills, disk, stops, pending, politeness, versions")
    parser.add_argument("--folder", type=Path, help="where sites and archives are kept; by default they are not")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="miacrawl-stress-") as passing:
        folder = given.folder or Path(passing)
        held = [mark.held for mark in _measured(_measures(given, folder), given.only)]
    sys.exit(0 if all(held) else 1)


def _measures(given: argparse.Namespace, folder: Path) -> Mapping[str, Callable[[], Iterator[Mark]]]:
    return {
        "politeness": lambda: politeness.measure(folder / "politeness"),
        "stops": lambda: stops.measure(folder / "stops"),
        "disk": lambda: disk.measure(folder / "disk", min(given.articles, 300)),
        "pending": lambda: million.measure(folder / "pending", given.pending),
        "faults": lambda: incremental.measure(folder / "faults", given.articles),
        "versions": lambda: versions.measure(folder / "versions", given.articles),
        "kills": lambda: kills.measure(folder / "kills", given.articles, given.kills),
    }


def _measured(measures: Mapping[str, Callable[[], Iterator[Mark]]], only: str) -> Iterator[Mark]:
    for name, measure in measures.items():
        if only and name not in only.split(","):
            continue
        began = time.monotonic()
        for mark in measure():
            print(table([mark]), flush=True)
            yield mark
        print(f"        ({name}: {time.monotonic() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
