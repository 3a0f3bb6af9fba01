"""Which folders a run of an archive writes to, besides the archive."""

from __future__ import annotations

from pathlib import Path

from miacrawl.config.effective import effective

_FILES = ("MIACRAWL_PROMETHEUS", "LOG_FILE")
"""Settings that name a file which a run writes."""


def folders_written(folder: Path) -> tuple[Path, ...]:
    """The folders of the Prometheus textfile and of a log file, where there are such outside of the archive.

    Raises ConfigError where miacrawl.yaml is wrong.
    """
    settings, archive = effective(folder).settings, folder.resolve()
    named = (str(settings.get(name) or "") for name in _FILES)
    parents = dict.fromkeys(Path(name).expanduser().resolve().parent for name in named if name)
    return tuple(parent for parent in parents if not parent.is_relative_to(archive))
