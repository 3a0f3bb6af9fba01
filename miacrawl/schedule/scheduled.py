"""What a schedule comes to: files to write, and what to tell who asked for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from miacrawl.errors import ConfigError, StorageError
from miacrawl.schedule.job import MARK
from miacrawl.store.archive import explain


@dataclass(frozen=True, slots=True)
class ScheduledFile:
    """A file by its name, which says what it is to the machine that reads it, and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """The files of a schedule, and in words: how to put it to work, look at it, stop it, and what it can't do."""

    files: tuple[ScheduledFile, ...]
    advice: str

    @property
    def text(self) -> str:
        """All files, one after the other; where there are several, each under its name."""
        if len(self.files) == 1:
            return self.files[0].text
        return "\n".join(f"# --- {file.name} ---\n{file.text}" for file in self.files)

    def write(self, place: Path) -> tuple[Path, ...]:
        """Write the files into the folder `place`, or the only one as `place`. Returns where they are.

        Raises ConfigError where something else stands there, StorageError where it can't be written.
        """
        single = len(self.files) == 1 and not place.is_dir()
        targets = tuple(place if single else place / file.name for file in self.files)
        try:
            for target in targets:
                _spare(target)
            for target, file in zip(targets, self.files, strict=True):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(file.text, "utf-8")
        except OSError as error:
            raise StorageError(explain(error, place)) from error
        return targets


def rendered(template: str, filters: dict[str, Callable[..., str]] | None = None, **values: Any) -> str:
    """A template of this package with its values put in."""
    environment = _environment().overlay()
    environment.filters = {**environment.filters, **(filters or {})}
    return environment.get_template(template).render(mark=MARK, **values)


@cache
def _environment() -> Environment:
    """Signs that none of the formats uses: both {{ }} and {% %} mean something in a workflow."""
    return Environment(  # noqa: S701  no HTML: each format has a quoting of its own, given as a filter
        loader=PackageLoader("miacrawl.schedule"),
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )


def _spare(target: Path) -> None:
    if target.exists() and not _ours(target):
        raise ConfigError(f"{target} is there and was not written by miacrawl; give another --out, or move it away")


def _ours(target: Path) -> bool:
    with target.open(encoding="utf-8", errors="replace") as file:
        return MARK in file.readline(1000)
