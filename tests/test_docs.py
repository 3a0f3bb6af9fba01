"""Documentation is run: what the README says is what the program does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from miacrawl.cli import _COMMANDS, group
from miacrawl.errors import ExitCode
from miacrawl.spiders.articles import start_urls
from miacrawl.store.dictionary import updated

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text("utf-8")


def commands() -> list[str]:
    """Every command that the README shows at a prompt."""
    blocks = re.findall(r"```console\n(.*?)```", TEXT, re.S)
    return [line[2:].partition("  #")[0].strip() for block in blocks for line in block.splitlines() if line[:2] == "$ "]


def test_data_dictionary_is_that_of_the_schema() -> None:
    assert updated(TEXT) == TEXT, "run: python -m miacrawl.store.dictionary README.md"


def test_every_command_is_described() -> None:
    assert set(re.findall(r"^\| `miacrawl (\w+)", TEXT, re.M)) == set(_COMMANDS)


def test_every_exit_code_is_described() -> None:
    table = re.search(r"\| exit code \| meaning \|\n\|---\|---\|\n((?:\|.*\n)+)", TEXT)
    assert table
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table.group(1), re.M)] == [
        code.value for code in ExitCode
    ]


@pytest.mark.parametrize("line", [line for line in commands() if line.startswith("miacrawl ")])
def test_options_that_the_readme_shows_exist(line: str) -> None:
    _, name, *arguments = shlex.split(line)
    command = group.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    context = command.make_context(name, list(arguments), resilient_parsing=False)
    if name == "crawl":
        assert start_urls(context.params["targets"])


@pytest.mark.parametrize("line", [line for line in commands() if line.startswith("make ")])
def test_make_targets_that_the_readme_shows_exist(line: str) -> None:
    makefile = (README.parent / "Makefile").read_text("utf-8")
    assert re.search(rf"^{line.split()[1]}:", makefile, re.M)


def test_python_example_runs() -> None:
    example = re.search(r"```python\n(.*?)```", TEXT, re.S)
    assert example
    scope: dict[str, object] = {}
    exec(example.group(1), scope)
    article = scope["article"]
    assert (article.title, article.read_minutes) == ("Why naps work", 2)  # type: ignore[attr-defined]
    assert article.provenance["title"]  # type: ignore[attr-defined]


def test_help_of_the_group_names_only_commands_that_exist() -> None:
    shown = CliRunner().invoke(group, ["--help"]).output
    assert set(re.findall(r"^  miacrawl (\w+)", shown, re.M)) <= set(_COMMANDS)
