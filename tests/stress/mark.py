"""A mark: what was promised, what was measured, whether it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Mark:
    """`promise` and `measured` in words, `held` or not, `why`: findings, or why it was skipped."""

    promise: str
    measured: str
    held: bool | Literal["skipped"]
    why: str = ""


def table(marks: Iterable[Mark]) -> str:
    """The marks as text, one line each, with the reasons for those that do not hold."""
    lines = []
    for mark in marks:
        verdict = "skipped" if mark.held == "skipped" else "ok" if mark.held else "FAILED"
        lines.append(f"{verdict:<8}{mark.promise:<78}{mark.measured}")
        if mark.held is not True and mark.why:
            lines += [f"          {line}" for line in mark.why.splitlines()]
    return "\n".join(lines)
