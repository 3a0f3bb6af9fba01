"""How a run ended, as others are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from miacrawl.errors import ExitCode


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a run of the archive in `archive`.

    `told`: what `--json` prints, or {"error": …, "exit_code": …, "archive": …} where there is no such result;
    `last_success`: when a run last ended well (UTC, ISO 8601), None where none did or that can't be read.
    """

    archive: Path
    exit_code: ExitCode
    told: Mapping[str, Any] = field(default_factory=dict)
    last_success: str | None = None
