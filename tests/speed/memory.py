"""Whether a crawl's memory grows with what it archives: `python -m tests.speed.memory --pages 100000`.

One crawl of one site of so many small pages (`leaflets.py`), from the command line, as anybody's. Every few seconds
the memory of its processes is read from /proc: RSS is what they hold, PSS the same with shared pages counted once. CPU
is that of the crawl's processes, as milliseconds a page since the row before.

    --jobs 1        the crawl reads its pages itself; unless told, in processes beside it, as ever
    -s NAME=VALUE   one more setting of the crawl
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.speed.run import HURRIED, tell
from tests.speed.standing import serving

MARKS = (500, 1_000, 2_500, 5_000, 10_000, 20_000, 50_000, 100_000)
_EVERY_SECONDS = 3.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Sample:
    """The crawl at one moment: seconds since it began, articles archived, MB of its own process and of all, CPU."""

    seconds: float
    pages: int
    main_rss: float
    all_rss: float
    all_pss: float
    processes: int
    cpu: float


def processes_of(pid: int) -> list[int]:
    """A process and those that it began, and these."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                told = (folder / "stat").read_text("utf-8", "replace")
            except OSError:
                continue
            children.setdefault(int(told.rpartition(")")[2].split()[1]), []).append(int(folder.name))
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        left += children.get(found[-1], [])
    return found


def memory_of(pid: int) -> tuple[float, float]:
    """MB of RSS and PSS; zero of a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()[1:]
    except OSError:
        return 0.0, 0.0
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024


def cpu_of(pid: int) -> float:
    """Seconds of CPU of a process, and of those of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS


def archived_in(db: Path) -> int:
    """Articles archived so far; 0 where there is no archive yet."""
    try:
        with closing(sqlite3.connect(f"{db.as_uri()}?mode=ro", uri=True, timeout=30)) as conn:
            return int(conn.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0])
    except sqlite3.Error:
        return 0


def sample(pid: int, db: Path, seconds: float) -> Sample:
    """The crawl now."""
    pages = archived_in(db)
    pids = processes_of(pid)
    held = [memory_of(one) for one in pids]
    cpu = sum(map(cpu_of, pids))
    rss, pss = (sum(one[part] for one in held) for part in (0, 1))
    return Sample(seconds, pages, held[0][0], rss, pss, len(pids), cpu)


def watched(command: list[str], folder: Path, every: float, log: Path | None) -> list[Sample]:
    """A crawl from its start to its end. Raises RuntimeError where it fails."""
    found: list[Sample] = []
    began, told = time.monotonic(), 0.0
    with (folder / "out.txt").open("w") as out, (folder / "err.txt").open("w") as errors:
        process = subprocess.Popen(command, stdout=out, stderr=errors)
        while True:
            try:
                process.wait(every)
                break
            except subprocess.TimeoutExpired:
                one = sample(process.pid, folder / "archive" / "archive.db", time.monotonic() - began)
            if one.main_rss:
                found.append(one)
                if log is not None:
                    with log.open("a", encoding="utf-8") as lines:
                        lines.write(json.dumps(asdict(one)) + "\n")
            if time.monotonic() - told > 60:
                told = time.monotonic()
                tell(f"{one.seconds:.0f} s: {one.pages} pages, {one.main_rss:.0f} MB, all {one.all_pss:.0f} MB PSS")
    if process.returncode:
        raise RuntimeError(f"ended with {process.returncode}: {(folder / 'err.txt').read_text('utf-8')[-2000:]}")
    return found


def at_marks(found: list[Sample]) -> list[Sample]:
    """The first sample at or after each mark that was reached, and the last of all."""
    reached = [next(one for one in found if one.pages >= mark) for mark in MARKS if found[-1].pages >= mark]
    return list(dict.fromkeys([*reached, found[-1]]))


def table(found: list[Sample]) -> str:
    """The samples at the marks; the largest between two of them is told, too."""
    rows = [
        "| pages | own process, MB | most since the row before | all, PSS MB | processes | CPU ms a page | pages/s |",
        "| --: | --: | --: | --: | --: | --: | --: |",
    ]
    before = found[0]
    for one in at_marks(found):
        between = [each for each in found if before.seconds < each.seconds <= one.seconds] or [one]
        pages, cpu = one.pages - before.pages, one.cpu - before.cpu
        cost = f"{1000 * cpu / pages:.1f}" if pages else f"no page, {cpu:.1f} s"
        rows.append(
            f"| {one.pages:,} | {one.main_rss:.0f} | {max(each.main_rss for each in between):.0f} | {one.all_pss:.0f} |"
            f" {one.processes} | {cost} |"
            f" {pages / max(0.001, one.seconds - before.seconds):.1f} |"
        )
        before = one
    return "\n".join(rows)


def ratios(found: list[Sample], first: int = 5_000) -> str:
    """The memory at the last page as a multiple of that at 5,000; nothing where there were fewer."""
    if found[-1].pages < first * 2:
        return ""
    early = next(one for one in found if one.pages >= first)
    late = next(one for one in found if one.pages >= found[-1].pages)
    return (
        f"\n{late.pages:,} pages against {early.pages:,}: own process × {late.main_rss / early.main_rss:.2f},"
        f" all processes × {late.all_rss / early.all_rss:.2f} (PSS × {late.all_pss / early.all_pss:.2f});"
        f" most of all × {max(one.main_rss for one in found) / early.main_rss:.2f}"
    )


def command_of(base: str, folder: Path, settings: list[str]) -> list[str]:
    """How the crawl is begun."""
    told = [part for setting in (*HURRIED, *settings) for part in ("-s", setting)]
    archive = str(folder / "archive")
    return [sys.executable, "-m", "miacrawl", "crawl", base + "/", "--archive", archive, "--allow-private", *told]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--every", type=float, default=_EVERY_SECONDS, help="seconds between two looks")
    parser.add_argument("-s", dest="settings", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--work", type=Path, help="where the archive is made; it needs 15 KB a page")
    parser.add_argument("--log", type=Path, help="write every look into this file as it is taken, a line of JSON each")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="memory-", dir=given.work))
    try:
        with serving("tests.speed.served", given.pages) as base:
            command = command_of(base, folder, [f"MIACRAWL_JOBS={given.jobs}", *given.settings])
            found = watched(command, folder, given.every, given.log)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(table(found))
    print(ratios(found))


if __name__ == "__main__":
    main()
