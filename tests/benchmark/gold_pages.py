"""The benchmark's folders as tests ask for them: a test is skipped, with the reason, where they are absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmark import folders


def gold_folder() -> Path:
    """The folder with gold/, pages/ and score.py; the test is skipped where it is absent."""
    found = folders.gold_if_there()
    if found is None:
        pytest.skip(f"no benchmark pages at {folders.gold_place()}: name their folder in MIACRAWL_GOLD")
    return found


def body_set() -> folders.BodySet:
    """The pages with body text and their scorer; the test is skipped where they are absent."""
    found = folders.bodies_if_there()
    if found is None:
        pytest.skip(f"no body pages at {folders.bodies_place()}: name their folder in MIACRAWL_BODIES")
    return found
