"""Imports go one way: discover, fetch, extract, store, account, serve; each stage knows only what comes before it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "miacrawl"
STAGES = ["discover", "fetch", "extract", "store", "account", "serve"]
ON_TOP = {
    "cli",
    "spiders",
    "induction",
    "sample",
    "config",
    "notify",
    "schedule",
    "doctor",
    "importing",
    "reextract",
    "verify",
    "backup",
    "cluster",
    "merge",
    "export",
    "crawl",
    "demo",
    "folder",
    "report",
    "settings",
    "__main__",
    "__init__",
}
"""What puts the stages together; no stage imports it."""
SCRAPY_LIVES_IN = {"fetch", "spiders", "crawl", "config", "store/pipeline.py"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def place(path: Path) -> str:
    """Stage or module name of a file of the package."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    here = place(path)
    for name in imports(path):
        if not name.startswith("miacrawl.") or here in ON_TOP:
            continue
        there = name.split(".")[1]
        assert there not in ON_TOP, f"{here} imports {name}, which puts the stages together"
        if there in STAGES:
            assert here in STAGES, f"{name} is a stage: the noun {here} must not know it"
            assert STAGES.index(there) <= STAGES.index(here), f"{here} imports {name} against the way of the data"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_scrapy_is_imported_only_where_its_components_live(path: Path) -> None:
    if not any(name.split(".")[0] in ("scrapy", "twisted") for name in imports(path)):
        return
    assert place(path) in SCRAPY_LIVES_IN or str(path.relative_to(PACKAGE)) in SCRAPY_LIVES_IN


def test_drift_is_judged_without_scrapy_and_database() -> None:
    for path in (PACKAGE / "drift").glob("*.py"):
        roots = {name.split(".")[0] for name in imports(path)}
        assert not roots & {"scrapy", "twisted", "sqlite3", "sqlite_utils"}, f"drift/{path.name} is to be pure"


def test_extraction_needs_no_scrapy_and_no_database() -> None:
    code = (
        "import sys, miacrawl; miacrawl.extract(b'<h1>x</h1><p>y', 'https://a.org/x');"
        "print([m for m in ('scrapy', 'twisted', 'sqlite3', 'sqlite_utils', 'datasette') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
