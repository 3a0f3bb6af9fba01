"""What the marks of a cluster share."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

HANDOVER_SECONDS = 30.0


def archive_of(pulled: Path, name: str) -> Path:
    """Where `miacrawl cluster pull` puts the shard of a site."""
    return pulled / "shards" / quote(name, safe="") / "archive"
