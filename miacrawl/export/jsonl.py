"""JSON Lines: an object per article, lists and objects as such."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO


def write(out: BinaryIO, records: Iterable[Mapping[str, Any]]) -> int:
    """Write `records`, a line each, UTF-8; how many there were."""
    count = 0
    for count, record in enumerate(records, start=1):  # noqa: B007 - it is what is returned
        out.write(json.dumps(record, ensure_ascii=False).encode("utf-8"))
        out.write(b"\n")
    return count
