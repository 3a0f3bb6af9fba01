"""One thing that was looked at, and what was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from miacrawl.errors import ExitCode

Verdict = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Check:
    """`about`: what was looked at, in a word or two; `told`: what was found, what it means, what to do.

    `code`: how the command ends where it is a problem.
    """

    about: str
    verdict: Verdict
    told: str
    code: ExitCode = ExitCode.STORAGE


def exit_code(checks: Iterable[Check]) -> ExitCode:
    """0 where nothing is a problem, else the code of the gravest: storage before configuration."""
    codes = {check.code for check in checks if check.verdict == "problem"}
    return max(codes, default=ExitCode.OK)
