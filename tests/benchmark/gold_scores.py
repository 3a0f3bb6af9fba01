"""The gold pages' figures: their own score.py is run, and its table read."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FIGURE = r"(\d\.\d+)"
_LINES = {
    "title": rf"^title +acc {_FIGURE}",
    "blurb": rf"^blurb \(visible\) +acc {_FIGURE}",
    "read_minutes": rf"^read_minutes +acc {_FIGURE}",
    "read_minutes_gold": rf"^read_minutes +acc \S+ +on gold values {_FIGURE}",
    "authors": rf"^authors +macro F1 {_FIGURE}",
    "published": rf"^published \(day\) +acc {_FIGURE}",
    "section": rf"^section +acc {_FIGURE}",
    "related_f1": rf"macro P \S+ R \S+ F1 {_FIGURE} \(pages with gold",
    "related_precision": rf"^related \(URLs\) +micro P {_FIGURE}",
    "related_blurbs": rf"blurbs of hits {_FIGURE}",
    "pages": r"^== \S+: (\d+) pages",
    "crashes": r"^== .* (\d+) errors",
}


def gold_scores(folder: Path, extractor: str) -> dict[str, float]:
    """Figures of `extractor` ("module:function") by name. Raises RuntimeError where the scorer fails."""
    return read_table(_table(folder, extractor))


def read_table(table: str) -> dict[str, float]:
    """The figures in what score.py prints. Raises ValueError for one that is not there."""
    figures = {}
    for name, pattern in _LINES.items():
        found = re.search(pattern, table, re.M)
        if not found:
            raise ValueError(f"no {name} in what score.py prints:\n{table}")
        figures[name] = float(found.group(1))
    return figures


def _table(folder: Path, extractor: str) -> str:
    """What score.py prints, run where it finds this repository's modules."""
    command = [sys.executable, str(folder / "score.py"), extractor, "--jobs", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode:
        raise RuntimeError(f"score.py ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout
