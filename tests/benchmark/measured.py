"""What one run of the benchmark measured: figures of every tool, and on what; kept as JSON beside the report."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.benchmark.peers import DISTRIBUTIONS

DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Measured:
    """`gold` and `bodies`: figures by tool (bodies: by tool and half); `versions` of the tools and of lxml."""

    date: str
    python: str
    machine: str
    cpus: int
    repeat: int
    versions: dict[str, str]
    gold: dict[str, dict[str, float]] = field(default_factory=dict)
    bodies: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)

    def to_json(self) -> str:
        """Rounded, so that a new run changes only what changed."""
        rounded = json.loads(json.dumps(asdict(self)), parse_float=lambda text: round(float(text), DECIMALS))
        return json.dumps(rounded, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Measured:
        """The run that `to_json` wrote."""
        return cls(**json.loads(text))

    @classmethod
    def read(cls, file: Path) -> Measured:
        """The run kept in `file`."""
        return cls.from_json(file.read_text("utf-8"))


def here_and_now(tools: list[str], repeat: int) -> Measured:
    """An empty run: today, on this machine, with the versions that are installed."""
    return Measured(
        date=datetime.now(UTC).date().isoformat(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        machine=f"{platform.system()} {platform.machine()}",
        cpus=os.cpu_count() or 1,
        repeat=repeat,
        versions={name: _version(DISTRIBUTIONS.get(name, name)) for name in (*tools, "lxml")},
    )


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "of the checkout"
