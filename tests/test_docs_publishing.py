"""docs/publishing.md says what the program does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from miacrawl.cli import group
from miacrawl.serve.headers import more_sources
from miacrawl.serve.limits import AT_MOST, OFF
from miacrawl.serve.public import CLOSED, LONGEST_VALUE

TEXT = (Path(__file__).parent.parent / "docs" / "publishing.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", TEXT, re.S)


def commands() -> list[str]:
    shown = [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]
    return shown + re.findall(r"^ExecStart=\S*/(.*)$", TEXT, re.M)


@pytest.mark.parametrize("line", [line for line in commands() if line.startswith("miacrawl ")])
def test_commands_are_those_of_the_program(line: str) -> None:
    _, name, *arguments = shlex.split(line)
    command = group.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    command.make_context(name, arguments)


@pytest.mark.parametrize("line", [line for line in commands() if line.startswith("datasette ")])
def test_options_of_datasette_are_its_own(line: str) -> None:
    from datasette.cli import serve

    options = {name for parameter in serve.params for name in parameter.opts}
    assert {part for part in shlex.split(line) if part.startswith("-")} <= options


def test_limits_are_those_that_are_set() -> None:
    rows = [re.split(r"\s*\|\s*", line.strip("| ")) for line in TEXT.splitlines() if line.startswith("| ")]
    told = {name: value for row in rows[1:] if len(row) == 3 for name, value in _pairs(row[0], row[1])}
    assert {name: told.get(name) for name in AT_MOST} == {name: str(limit) for name, limit in AT_MOST.items()}
    assert all(told.get(name) == "off" for name in OFF)
    assert f"{LONGEST_VALUE // 10**6} MB" in TEXT


def _pairs(names: str, values: str) -> list[tuple[str, str]]:
    given = values.split(", ")
    named = re.findall(r"`(\w+)`", names)
    return list(zip(named, given if len(given) == len(named) else given * len(named), strict=False))


def test_closed_pages_are_those_that_are_closed() -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith("| `/-/plugins`"))
    assert set(re.findall(r"`/-/([\w-]+)`", row)) == set(CLOSED.split())


def test_configurations_are_yaml_and_the_policy_is_one() -> None:
    found = [yaml.safe_load(block) for block in blocks("yaml")]
    policies = [block["plugins"]["miacrawl"]["policy"] for block in found if "policy" in str(block)]
    assert policies and all(more_sources(policy) for policy in policies)
