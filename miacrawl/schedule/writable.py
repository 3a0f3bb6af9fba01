"""Which folders a run of an archive writes to, besides the archive."""

from __future__ import annotations

from pathlib import Path

from miacrawl.config.effective import effective


def folders_written(folder: Path) -> tuple[Path, ...]:
    """The folder of the Prometheus textfile, where there is one. Raises ConfigError where miacrawl.yaml is wrong."""
    told = str(effective(folder).settings.get("MIACRAWL_PROMETHEUS") or "")
    return (Path(told).expanduser().resolve().parent,) if told else ()
