"""What an import says at its end."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from miacrawl.errors import ExitCode
from miacrawl.importing.run import Result
from miacrawl.printing import json_text, printable

_SHOWN = 20


def as_text(result: Result, folder: Path) -> str:
    """A few lines: what was taken, what was not and why, what is wrong with the files."""
    tally = result.tally
    rate = tally.taken / max(result.seconds, 0.001)
    what = "would be taken" if result.run_id is None else "taken"
    told = ", ".join(f"{count:,} {name}" for name, count in tally.outcomes.most_common())
    lines = [
        f"{'Dry run' if result.run_id is None else f'Run {result.run_id}'}: {result.reason}.",
        f"  files       {tally.files:,} with {tally.records:,} records, {tally.bytes_read / 1e6:,.1f} MB,"
        f" in {result.seconds:,.1f} s",
        f"  answers     {tally.taken:,} {what} ({rate:,.0f} a second){': ' + told if told else ''};"
        f" {tally.known:,} archived before",
    ]
    lines += [f"  passed over {count:,} x {reason}" for reason, count in tally.passed_over.most_common(_SHOWN)]
    problems = list(tally.problems.values())
    for problem in problems[:_SHOWN]:
        place = f"{problem.file}, offset {problem.offset:,}" if problem.offset is not None else problem.file
        again = f" (and {problem.count - 1:,} times more)" if problem.count > 1 else ""
        lines.append(f"  {place}: {problem.told}{again}")
    if more := len(problems) - _SHOWN + tally.left_out:
        lines += [f"  … and {more:,} problems more"] if more > 0 else []
    if result.exit_code is ExitCode.INTERRUPTED:
        lines.append("Interrupted: run the same command again to go on.")
    if tally.taken and result.run_id is not None:
        lines.append(f"To read it: miacrawl serve --archive {folder}")
    return "\n".join(printable(line) for line in lines)


def as_json(result: Result, folder: Path) -> str:
    """The same as one JSON object."""
    tally = result.tally
    return json_text(
        {
            "archive": str(folder),
            "run": result.run_id,
            "reason": result.reason,
            "exit_code": int(result.exit_code),
            "seconds": round(result.seconds, 2),
            "files": tally.files,
            "records": tally.records,
            "taken": tally.taken,
            "known": tally.known,
            "outcomes": dict(tally.outcomes),
            "passed_over": dict(tally.passed_over),
            "problems": [asdict(problem) for problem in tally.problems.values()],
            "broken_files": sorted(tally.broken),
            "bytes_read": tally.bytes_read,
            "bytes_taken": tally.bytes_taken,
        }
    )
