"""Cells of CSV: values as text, and text that a spreadsheet would run as a formula made harmless.

Numbers stand in columns of numbers, and are left alone there.
"""

from __future__ import annotations

import json
from typing import Any

from miacrawl.export.column import Column
from miacrawl.spreadsheet import harmless

_JOINER = "; "


def as_cell(value: Any, column: Column, *, raw: bool = False) -> str:
    """A value as CSV has it: lists of text joined by "; ", other lists and objects as JSON, no NUL characters.

    `raw`: as it stands, harmless or not.
    """
    if value is None:
        return ""
    if column.kind in ("integer", "boolean"):
        return str(value).lower()
    if column.kind == "texts":
        text = _JOINER.join(value)
    elif isinstance(value, str):
        text = value
    else:
        # An empty list or object is an empty cell; JSON begins with a bracket, and no line end stands in it.
        return json.dumps(value, ensure_ascii=False) if value else ""
    text = text.replace("\0", "")
    return text if raw else harmless(text)
