"""Cells of CSV: values as text, and text that a spreadsheet would run as a formula made harmless.

The rule: where the first character of a cell that can be seen is = + - or @, in any width, or where the cell begins
with a tab or a line end, an apostrophe is put in front, which spreadsheets take as "this is text". The same is done
inside cells, in front of such a character, after line ends, tabs and semicolons: where a spreadsheet takes these for
the end of a cell, as it does in countries whose lists are written with semicolons, a new cell begins there. Numbers
stand in columns of numbers, and are left alone there.
"""

from __future__ import annotations

import json
import re
from typing import Any

from miacrawl.export.column import Column

_FORMULA = "=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋"
_UNSEEN = "\\s\x00-\x1f\x7f-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_AT_START = re.compile(f"[{_UNSEEN}]*[{_FORMULA}]|[\t\r\n]")
_INSIDE = re.compile(f"([;\t\r\n](?:(?![\t\r\n])[{_UNSEEN}])*)(?=[{_FORMULA}])")
_JOINER = "; "


def harmless(text: str) -> str:
    """`text` so that no spreadsheet runs it."""
    text = _INSIDE.sub(r"\1'", text)
    return f"'{text}" if _AT_START.match(text) else text


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
