"""A textfile of metrics for node_exporter's textfile collector (Prometheus exposition format 0.0.4)."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from miacrawl import __version__
from miacrawl.notify.ending import Ending
from miacrawl.revisit import moment

_OUTCOMES = ("new", "changed", "unchanged", "not_modified", "skipped", "gone", "failed")
_Sample = tuple[str, float]


def metrics(ending: Ending, ended_at: float) -> str:
    """The text: gauges of the last run. `ended_at`: seconds since 1970."""
    return "".join(_metric(name, text, samples, ending) for name, text, samples in _gauges(ending, ended_at) if samples)


def _gauges(ending: Ending, ended_at: float) -> Iterator[tuple[str, str, list[_Sample]]]:
    """Name, what it means, and the samples: labels besides the archive's, and the value."""
    told = ending.told
    began = moment(str(told["started"])) if "started" in told else None
    success = moment(ending.last_success)
    yield "info", "Version that ran.", [(f'version="{_escaped(__version__)}"', 1)]
    yield "run_exit_code", "Exit code of the last run; 0: all is well.", [("", int(ending.exit_code))]
    yield "run_end_timestamp_seconds", "When the last run ended.", [("", ended_at)]
    if success is not None:
        yield "last_success_timestamp_seconds", "When a run last ended with 0.", [("", success.timestamp())]
    if began is None:
        return
    yield "run_start_timestamp_seconds", "When the last run began.", [("", began.timestamp())]
    yield "run_discovered_urls", "Addresses first seen in the last run.", [("", told["discovered"])]
    outcomes = [(f'outcome="{name}"', told[name]) for name in _OUTCOMES]
    yield "run_urls", "Addresses by what became of them in the last run.", outcomes
    yield "run_responses", "Responses received in the last run.", [("", told["fetched"])]
    yield "run_received_bytes", "Bytes received in the last run.", [("", told["bytes"])]
    yield "pending_urls", "Addresses left for the next run.", [("", told["pending"])]
    yield "held_hosts", "Hosts left for the next run.", [("", len(told["held"]))]
    yield "articles", "Articles in the archive.", [("", told["articles"])]
    if "alarms" in told:
        yield "open_alarms", "Drift alarms that nobody has accepted.", [("", len(told["alarms"]))]


def _metric(name: str, text: str, samples: list[_Sample], ending: Ending) -> str:
    archive = f'archive="{_escaped(_named(ending.archive))}"'
    lines = [f"# HELP miacrawl_{name} {text}", f"# TYPE miacrawl_{name} gauge"]
    for labels, value in samples:
        lines.append(f"miacrawl_{name}{{{','.join(filter(None, (archive, labels)))}}} {value:.15g}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _named(folder: Path) -> str:
    """The folder's path as UTF-8 has it; bytes of it that are none are U+FFFD."""
    return os.fsencode(folder.resolve()).decode("utf-8", "replace")


def write_textfile(path: Path, ending: Ending) -> None:
    """Replace `path` by the metrics of `ending` in one step, readable for all. Raises OSError."""
    text = metrics(ending, time.time())
    # Not ending in .prom, so that the collector never reads a half.
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".miacrawl-", delete=False) as file:
        try:
            file.write(text.encode())  # UTF-8, whatever the machine's own encoding is: the format asks for it
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
