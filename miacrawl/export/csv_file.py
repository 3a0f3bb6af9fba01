"""CSV as RFC 4180 has it: a line with the names of the columns, then a line per article; UTF-8."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from miacrawl.export.cell import as_cell
from miacrawl.export.column import Column
from miacrawl.export.record import Record

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def write(
    out: BinaryIO, records: Iterable[Record], columns: Sequence[Column], *, raw: bool = False, mark: bool = False
) -> int:
    """Write `records`; how many there were.

    `raw`: leave what a spreadsheet would run as it is; `mark`: begin with a byte order mark: Excel knows UTF-8 by it.
    """
    if mark:
        out.write(BYTE_ORDER_MARK)
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow([column.name for column in columns])
        count = 0
        for record in records:
            writer.writerow([as_cell(record[column.name], column, raw=raw) for column in columns])
            count += 1
        return count
    finally:
        text.detach()
