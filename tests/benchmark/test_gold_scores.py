"""Each mark of the extraction, on saved real pages with hand-made truth, with a margin for a page or two."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.benchmark.gold_pages import gold_folder

pytestmark = pytest.mark.benchmark

MARKS = {
    "title": (r"^title +acc ([\d.]+)", 0.97),
    "blurb (visible)": (r"^blurb \(visible\) +acc ([\d.]+)", 0.92),
    "read_minutes": (r"^read_minutes +acc ([\d.]+)", 0.97),
    "authors": (r"^authors +macro F1 ([\d.]+)", 0.94),
    "published": (r"^published \(day\) +acc ([\d.]+)", 0.95),
    "section": (r"^section +acc ([\d.]+)", 0.77),
    "related, macro F1": (r"macro P [\d.]+ R [\d.]+ F1 ([\d.]+) \(pages with gold", 0.78),
    "related, micro precision": (r"^related \(URLs\) +micro P ([\d.]+)", 0.88),
}


@pytest.fixture(scope="module")
def table() -> str:
    folder = gold_folder()
    command = [sys.executable, str(folder / "score.py"), "miacrawl:extract"]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout


def test_no_page_is_an_error(table: str) -> None:
    assert re.search(r"^== .*: \d+ pages, 0 errors", table)


@pytest.mark.parametrize("field", MARKS)
def test_mark_is_kept(table: str, field: str) -> None:
    pattern, mark = MARKS[field]
    found = re.search(pattern, table, re.M)
    assert found, table
    assert float(found.group(1)) >= mark, f"{field}: {found.group(1)} is below {mark}"
