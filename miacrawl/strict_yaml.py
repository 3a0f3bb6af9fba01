"""YAML read strictly: every value knows its line, and whatever is not as it should be is an error that says so.

A value is what its reader asks for, not what it looks like: text stays the text that stands in the file (no "no"
becomes False, no version number a float), and "yes" is true only where a truth is wanted. Anchors, aliases and tags
are not read, so nothing refers to itself, grows as it is read, or names a Python object.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import yaml

from miacrawl.errors import ConfigError

MAX_BYTES = 1_000_000
"""A longer file was not written by hand."""
MAX_DEPTH = 20
"""Lists and mappings in one another, at most."""
MAX_VALUES = 50_000
"""Values of one file, at most."""
MAX_NUMBER = 10**12
"""Numbers are not larger than this, nor smaller than its negative: no clock and no counter takes them."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE = re.compile(r"[-+]?\d{1,13}")
_NUMBER = re.compile(r"[-+]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][-+]?\d{1,3})?")
_TRUTHS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_NULLS = ("", "~", "null", "Null", "NULL")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a file: its YAML node, the file's name, and the keys that lead to it ("fields.title").

    `file` may name another place ("-s", "environment variable"), which has no lines: then `has_lines` is False.
    """

    node: yaml.Node
    file: str
    path: str = ""
    has_lines: bool = True

    @classmethod
    def of_text(cls, text: str, file: str, path: str) -> Value:
        """A text from elsewhere than a file, as if it stood quoted in one; no line is told in errors."""
        mark = yaml.Mark(file, 0, 0, 0, None, 0)
        return cls(yaml.ScalarNode("tag:yaml.org,2002:str", text, mark, mark, style='"'), file, path, has_lines=False)

    @property
    def line(self) -> int:
        """Line of the file, from 1."""
        return int(self.node.start_mark.line) + 1

    def fail(self, told: str) -> NoReturn:
        """Raise ConfigError with file, line and key before what is `told`."""
        what = f"{self.path}: " if self.path else ""
        where = f"{self.file}, line {self.line}: " if self.has_lines else f"{self.file} "
        raise ConfigError(f"{where}{what}{told}")

    def entries(self, known: Iterable[str], required: Iterable[str] = (), what: str = "key") -> dict[str, Value]:
        """The entries of a mapping by key; `what` is what errors call a key.

        Raises ConfigError for unknown, repeated and missing keys.
        """
        if not isinstance(self.node, yaml.MappingNode):
            self.fail(f"is {self.kind}; give keys and values ({', '.join(known)})")
        known = tuple(known)
        for key, _ in self.node.value:
            name = _name(key)
            if name not in known:
                self._at(key).fail(unknown(what, name, known))
        found = self.mapping()
        for name in required:
            if name not in found:
                self.fail(f"the key {name!r} is missing; add it")
        return found

    def mapping(self) -> dict[str, Value]:
        """The entries of a mapping whose keys may be anything. Raises ConfigError for repeated and nested keys."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fail(f"is {self.kind}; give keys and values")
        found: dict[str, Value] = {}
        for key, node in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._at(key).fail(f"has {_kind(key)} as a key; give a text")
            name = _name(key)
            if name in found:
                self._at(key).fail(f"the key {_short(name)} is there twice; keep one")
            found[name] = self._at(node, f"{self.path}.{name[:100]}" if self.path else name[:100])
        return found

    def items(self) -> list[Value]:
        """The items of a list; what is no list counts as a list of one."""
        if not isinstance(self.node, yaml.SequenceNode):
            return [self]
        return [self._at(node, f"{self.path}[{number}]") for number, node in enumerate(self.node.value, 1)]

    def is_text(self) -> bool:
        """Whether this is a text, a number or a date, not a list or a mapping."""
        return isinstance(self.node, yaml.ScalarNode)

    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self.node, yaml.SequenceNode)

    def is_mapping(self) -> bool:
        """Whether this is a mapping."""
        return isinstance(self.node, yaml.MappingNode)

    def is_null(self) -> bool:
        """Whether nothing stands here: the value is left out, ~ or null, and not in quotation marks."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.style is None and self.node.value in _NULLS

    @property
    def kind(self) -> str:
        """What this is, in words."""
        return _kind(self.node)

    def text(self) -> str:
        """The text as it stands in the file. Raises ConfigError where there is none."""
        text = self.any_text()
        if not text:
            self.fail("is empty; give a value, or leave the key out")
        return text

    def any_text(self) -> str:
        """The same, but an empty text in quotation marks is one too."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.fail(f"is {self.kind}; give one text")
        if self.is_null():
            self.fail("is empty; give a value, or leave the key out")
        return str(self.node.value).strip()

    def line_of_text(self) -> str:
        """A text, or an empty one, without control characters. Raises ConfigError for others."""
        text = self.any_text()
        if odd := _CONTROL.search(text):
            self.fail(f"has the character {odd.group()!r} in it, which no setting takes; give one line of text")
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

    def truth(self) -> bool:
        """True or False, from true, yes, on, 1 and their opposites. Raises ConfigError for anything else."""
        text = self._scalar("true or false")
        if text.lower() not in _TRUTHS:
            self.fail(f"{_short(text)} is neither true nor false; write one of the two")
        return _TRUTHS[text.lower()]

    def whole(self) -> int:
        """A whole number of at most MAX_NUMBER. Raises ConfigError for anything else."""
        text = self._scalar("a whole number")
        if not _WHOLE.fullmatch(text):
            self.fail(f"{_short(text)} is no whole number; write digits, as in 16")
        self._within(int(text))
        return int(text)

    def number(self) -> float:
        """A number of at most MAX_NUMBER. Raises ConfigError for anything else, infinity among it."""
        text = self._scalar("a number")
        if not _NUMBER.fullmatch(text):
            self.fail(f"{_short(text)} is no number; write digits, as in 2.5")
        self._within(float(text))
        return float(text)

    def plain(self) -> Any:
        """What stands here, judged by its looks as JSON does: null, true, numbers, else text; lists and mappings."""
        if self.is_mapping():
            return {name: value.plain() for name, value in self.mapping().items()}
        if self.is_list():
            return [item.plain() for item in self.items()]
        text = str(self.node.value)
        if self.node.style is not None:  # type: ignore[attr-defined]  # a scalar's: it is quoted
            return text
        if self.is_null():
            return None
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        if _WHOLE.fullmatch(text):
            return self.whole()
        return self.number() if _NUMBER.fullmatch(text) else text

    def _at(self, node: yaml.Node, path: str | None = None) -> Value:
        return Value(node, self.file, self.path if path is None else path, self.has_lines)

    def _scalar(self, wanted: str) -> str:
        if not self.is_text():
            self.fail(f"is {self.kind}; give {wanted}")
        return self.text()

    def _within(self, number: float) -> None:
        if abs(number) > MAX_NUMBER:
            self.fail(f"is beyond {MAX_NUMBER:,}; give a smaller number")


def read(path: Path, called: str) -> str:
    """The text of a file; `called` says what it should be ("profile").

    Raises ConfigError where it can't be read, is longer than MAX_BYTES, or is not UTF-8.
    """
    try:
        if path.exists() and not path.is_file():
            raise ConfigError(f"{path} is no file; give a {called}'s YAML file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path} can't be read ({error.strerror}); give a {called}'s YAML file") from error
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path}: has more than {MAX_BYTES:,} bytes, so it is no {called}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 (byte {error.start + 1}); save it as UTF-8") from error


def parse(text: str, file: str, hint: str = "") -> Value | None:
    """The one value that `text` holds, or None where it holds none (nothing, or comments alone).

    `file` names it in errors, `hint` says there what to do. Raises ConfigError where it is no YAML, or no YAML that is
    read here.
    """
    hint = f"; {hint}" if hint else ""
    loader: _Loader | None = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigError(f"{file}{line}: not YAML: {error.problem or error.context}{hint}") from error
    except _Refused as error:
        raise ConfigError(f"{file}, line {error.line}: {error}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigError(f"{file}: not YAML: {str(error) or type(error).__name__:.200}{hint}") from error
    finally:
        if loader is not None:
            loader.dispose()
    return None if node is None else Value(node, file)


def nearest(name: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The one of `known` that `name` was probably meant to be, or None; `likeness` goes from 0 to 1."""
    return next(iter(difflib.get_close_matches(name[:100], tuple(known), 1, likeness)), None)


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """In words that `what` ("key") of this name is not known, which name is nearest, or which there are if few."""
    names = tuple(known)
    near = nearest(name, names)
    hint = f"did you mean {near!r}? " if near else ""
    few = f"The {what}s here are {', '.join(names)}" if len(names) <= 40 else ""
    return f"unknown {what} {_short(name)}; {hint}{few}".rstrip("; ")


class _Refused(Exception):  # noqa: N818  reads as what happened
    """Something that is YAML, and not read here."""

    def __init__(self, told: str, line: int) -> None:
        super().__init__(told)
        self.line = line


class _Loader(yaml.SafeLoader):
    """Composes nodes, and refuses what makes them refer to one another, or too many of them."""

    depth = values = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _Refused("anchors (&) and aliases (*) are not read here; write the value out, or quote it", line)
        if event.tag is not None:
            raise _Refused("tags (!) are not read here; leave them out, or quote the value", line)
        self.values += 1
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Refused(f"is nested more than {MAX_DEPTH} deep; write less deep", line)
        if self.values > MAX_VALUES:
            raise _Refused(f"has more than {MAX_VALUES:,} values; write fewer", line)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _name(key: yaml.Node) -> str:
    return str(key.value) if isinstance(key, yaml.ScalarNode) else ""


def _short(text: str) -> str:
    return repr(text if len(text) <= 100 else f"{text[:100]}…")


def _kind(node: yaml.Node) -> str:
    return (
        "a mapping"
        if isinstance(node, yaml.MappingNode)
        else "a list"
        if isinstance(node, yaml.SequenceNode)
        else "a text"
    )
