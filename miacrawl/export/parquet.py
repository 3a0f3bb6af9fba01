"""Parquet: columns of their own types, written in row groups of a bounded size."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from miacrawl.errors import ConfigError
from miacrawl.export.column import CAPTURE_PARTS, LINK_PARTS, Column, Part
from miacrawl.export.record import Record

GROUP_ROWS = 2_000
GROUP_CHARACTERS = 8_000_000
_LONG = frozenset({"body", "body_html", "provenance"})
"""Columns for which neither a dictionary nor least and greatest values are worth their bytes."""


def needed() -> Any:
    """pyarrow with its Parquet part. Raises ConfigError where it is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ConfigError("Parquet needs pyarrow, which is not there: pip install 'miacrawl[parquet]'") from error
    return pyarrow


def schema_of(columns: Sequence[Column]) -> Any:
    """The columns as pyarrow has them."""
    pa = needed()
    types = {
        "text": pa.string(),
        "time": pa.string(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "texts": pa.list_(pa.string()),
        "integers": pa.list_(pa.int64()),
        "object": pa.string(),
        "links": pa.list_(_struct(pa, LINK_PARTS)),
        "capture": _struct(pa, CAPTURE_PARTS),
    }
    return pa.schema([pa.field(column.name, types[column.kind]) for column in columns])


def _struct(pa: Any, parts: Sequence[Part]) -> Any:
    return pa.struct([pa.field(part.name, pa.int64() if part.kind == "integer" else pa.string()) for part in parts])


def tables(records: Iterable[Record], columns: Sequence[Column]) -> Iterator[Any]:
    """Tables of pyarrow, each with as many records as a row group is to have."""
    pa, schema = needed(), schema_of(columns)
    for group in groups(records):
        arrays = [
            pa.array([_stored(record[column.name], column) for record in group], field.type)
            for column, field in zip(columns, schema, strict=True)
        ]
        group.clear()
        yield pa.table(arrays, schema)
        # What a group took is given back, else it would be kept for groups to come, and more with each.
        pa.default_memory_pool().release_unused()


def groups(records: Iterable[Record]) -> Iterator[list[Record]]:
    """`records` in groups of GROUP_ROWS, or fewer where their texts are long."""
    group: list[Record] = []
    size = 0
    for record in records:
        group.append(record)
        size += sum(len(value) for value in record.values() if isinstance(value, str))
        if len(group) >= GROUP_ROWS or size >= GROUP_CHARACTERS:
            yield group
            group, size = [], 0
    if group:
        yield group


def _stored(value: Any, column: Column) -> Any:
    """A value as its column holds it: objects, whose keys differ from row to row, are text."""
    return json.dumps(value, ensure_ascii=False) if column.kind == "object" else value


def writer(out: BinaryIO, columns: Sequence[Column]) -> Any:
    """A writer of tables into `out`; to be closed."""
    pa, schema = needed(), schema_of(columns)
    short = [column.name for column in columns if column.name not in _LONG and column.kind in ("text", "time")]
    numbers = [column.name for column in columns if column.kind in ("integer", "boolean")]
    return pa.parquet.ParquetWriter(
        out, schema, compression="zstd", use_dictionary=short, write_statistics=[*short, *numbers]
    )


def write(out: BinaryIO, records: Iterable[Record], columns: Sequence[Column]) -> int:
    """Write `records`; how many there were."""
    with writer(out, columns) as file:
        count = 0
        for table in tables(records, columns):
            file.write_table(table)
            count += table.num_rows
    return count
