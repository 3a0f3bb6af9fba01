"""Where the benchmark's saved pages are: in the folder that MIACRAWL_GOLD names, else beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

GOLD = Path(os.environ.get("MIACRAWL_GOLD") or Path(__file__).parents[3] / "shared" / "gold")


def gold_folder() -> Path:
    """The folder with gold/, pages/ and score.py; the test is skipped where it is absent."""
    if not (GOLD / "score.py").is_file():
        pytest.skip(f"no benchmark pages at {GOLD}: name their folder in MIACRAWL_GOLD")
    return GOLD
