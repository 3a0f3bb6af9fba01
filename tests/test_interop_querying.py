"""Examples for pandas and DuckDB run as they are printed, where MIACRAWL_INTEROP names an environment with both."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import examples, shelf

TOOLS = Path(os.environ.get("MIACRAWL_INTEROP", ""))
PYTHON = TOOLS / "bin" / "python"
pytestmark = pytest.mark.skipif(
    not os.environ.get("MIACRAWL_INTEROP"), reason="MIACRAWL_INTEROP names no environment with pandas and DuckDB"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with its export to Parquet in its folder."""
    made = shelf.build(tmp_path_factory.mktemp("interop"))
    command = [sys.executable, "-m", "miacrawl", "export", "parquet", "articles.parquet", "--archive", "."]
    subprocess.run(
        command, cwd=made, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )
    return made


def test_pandas(folder: Path) -> None:
    printed = examples.run(examples.titled("pandas"), folder, PYTHON)
    assert "Ida Holm" in printed and "gardennotes.example" in printed and "Bread" in printed


def test_duckdb_on_an_export(folder: Path) -> None:
    printed = examples.run(examples.titled("DuckDB on an export"), folder, PYTHON)
    assert "Bread" in printed and "Wen Li" in printed


def test_pandas_on_the_same_export(folder: Path) -> None:
    assert "Wen Li" in examples.run(examples.titled("pandas on the same export"), folder, PYTHON)
