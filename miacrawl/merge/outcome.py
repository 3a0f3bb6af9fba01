"""What came of a merge, shard by shard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from miacrawl.errors import ExitCode


@dataclass(frozen=True, slots=True)
class Merged:
    """A shard that was merged, or had nothing new.

    `rows`: new rows by table; `changed`: articles and addresses that were brought up to date, by table. `linked`,
    `copied`: WARC files; `copied_bytes`: of the latter. `seconds`: of it all, `row_seconds`: without files.
    """

    folder: Path
    state: Literal["merged", "unchanged"]
    sites: tuple[str, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    linked: int = 0
    copied: int = 0
    copied_bytes: int = 0
    seconds: float = 0.0
    row_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Failed:
    """A shard that could not be merged, and why."""

    folder: Path
    told: str
    exit_code: ExitCode


@dataclass(frozen=True, slots=True)
class Result:
    """What came of all of them. `unsettled`: articles that are yet to be compared for duplicates."""

    merged: tuple[Merged, ...]
    failed: tuple[Failed, ...]
    unsettled: int = 0

    @property
    def exit_code(self) -> ExitCode:
        """0 where all went well, PARTIAL where some did, else the code of the first that failed."""
        if not self.failed:
            return ExitCode.OK
        return ExitCode.PARTIAL if self.merged else self.failed[0].exit_code
