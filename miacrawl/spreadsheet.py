"""Text that a spreadsheet would run as a formula, made harmless.

The rule: where the first character of a cell that can be seen is = + - or @, in any width, or where the cell begins
with a tab or a line end, an apostrophe is put in front, which spreadsheets take as "this is text". The same is done
inside cells, in front of such a character, after line ends, tabs and semicolons: where a spreadsheet takes these for
the end of a cell, as it does in countries whose lists are written with semicolons, a new cell begins there.
"""

from __future__ import annotations

import re

_FORMULA = "=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋"
_UNSEEN = "\\s\x00-\x1f\x7f-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_AT_START = re.compile(f"[{_UNSEEN}]*[{_FORMULA}]|[\t\r\n]")
_INSIDE = re.compile(f"([;\t\r\n](?:(?![\t\r\n])[{_UNSEEN}])*)(?=[{_FORMULA}])")


def harmless(text: str) -> str:
    """`text` so that no spreadsheet runs it."""
    text = _INSIDE.sub(r"\1'", text)
    return f"'{text}" if _AT_START.match(text) else text
