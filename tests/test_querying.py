"""Examples of working on the archive run as they are printed; those that need more are in test_interop_querying."""

from __future__ import annotations

from pathlib import Path

import pytest

from miacrawl.serve.examples import EXAMPLES
from tests import examples, shelf

DOCUMENT = Path(__file__).parent.parent / "docs" / "querying.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shelf.build(tmp_path_factory.mktemp("querying"))


def test_the_document_shows_every_example_and_no_other() -> None:
    text = DOCUMENT.read_text("utf-8")
    for example in EXAMPLES:
        assert f"```{example.language}\n{example.code}```\n" in text, example.title
    assert text.count("\n```") == 2 * len(EXAMPLES)


def test_sqlite_utils_on_the_command_line(folder: Path) -> None:
    printed = examples.run(examples.titled("sqlite-utils on the command line"), folder)
    assert "gardennotes.example" in printed and '"columns"' in printed and "A soup from what is left" in printed
    assert len((folder / "newest.csv").read_text("utf-8").splitlines()) == 21


def test_sqlite_utils_in_python(folder: Path) -> None:
    lines = examples.run(examples.titled("sqlite-utils in Python"), folder).splitlines()
    assert len(lines) == 10 and all(line.split()[0].isdigit() for line in lines)
