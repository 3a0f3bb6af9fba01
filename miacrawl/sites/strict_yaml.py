"""YAML read strictly: every value knows its line, and whatever is not as it should be is an error that says so.

Values stay the text that stands in the file: no "no" becomes False, no version number a float.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

import yaml

from miacrawl.errors import ConfigError

MAX_BYTES = 1_000_000
"""A longer file is no profile."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a file: its YAML node, the file's name, and the keys that lead to it ("fields.title")."""

    node: yaml.Node
    file: str
    path: str = ""

    def fail(self, told: str) -> NoReturn:
        """Raise ConfigError with file, line and key before what is `told`."""
        what = f"{self.path}: " if self.path else ""
        raise ConfigError(f"{self.file}, line {self.node.start_mark.line + 1}: {what}{told}")

    def entries(self, known: Iterable[str], required: Iterable[str] = ()) -> dict[str, Value]:
        """The entries of a mapping by key. Raises ConfigError for unknown, repeated and missing keys."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fail(f"is {_kind(self.node)}; give keys and values ({', '.join(known)})")
        found: dict[str, Value] = {}
        for key, node in self.node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            entry = Value(node, self.file, f"{self.path}.{name}" if self.path else name)
            if name not in known:
                Value(key, self.file, self.path).fail(_unknown(name, tuple(known)))
            if name in found:
                Value(key, self.file, self.path).fail(f"the key {name!r} is there twice; keep one")
            found[name] = entry
        for name in required:
            if name not in found:
                self.fail(f"the key {name!r} is missing; add it")
        return found

    def items(self) -> list[Value]:
        """The items of a list; what is no list counts as a list of one."""
        if not isinstance(self.node, yaml.SequenceNode):
            return [self]
        return [Value(node, self.file, f"{self.path}[{number}]") for number, node in enumerate(self.node.value, 1)]

    def is_text(self) -> bool:
        """Whether this is a text, a number or a date, not a list or a mapping."""
        return isinstance(self.node, yaml.ScalarNode)

    def text(self) -> str:
        """The text as it stands in the file. Raises ConfigError where there is none."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.fail(f"is {_kind(self.node)}; give one text")
        text = str(self.node.value).strip()
        if not text or (self.node.style is None and text in ("~", "null")):
            self.fail("is empty; give a value, or leave the key out")
        return text

    def day(self) -> date:
        """The day that stands here as 2024-05-31. Raises ConfigError for anything else."""
        text = self.text()
        try:
            if not _DAY.fullmatch(text):
                raise ValueError("not of the form YYYY-MM-DD")
            return date.fromisoformat(text)
        except ValueError as error:
            self.fail(f"{text!r} is no day ({error}); write it as 2024-05-31")


def parse(text: str, file: str) -> Value:
    """The one value that `text` holds; `file` names it in errors. Raises ConfigError where it is no YAML, or empty."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigError(
            f"{file}{line}: not YAML: {error.problem or error.context}; see miacrawl sites new"
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"{file}: not YAML: {str(error) or type(error).__name__:.200}") from error
    if node is None:
        raise ConfigError(f"{file}: is empty; `miacrawl sites new URL --out {file} --force` writes a first profile")
    return Value(node, file)


def _unknown(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.6)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"unknown key {name!r}; {hint}The keys here are {', '.join(known)}"


def _kind(node: yaml.Node) -> str:
    return (
        "a mapping"
        if isinstance(node, yaml.MappingNode)
        else "a list"
        if isinstance(node, yaml.SequenceNode)
        else "a text"
    )
